"""Within which bounds an export is made, where its asker is not the administrator of the installation. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

Counted = Callable[[int, int], None]
"""Is told how many records are written, and of how many."""


def _nobody(_written: int, _selected: int) -> None:
    """Nobody counts."""


class TooMany(Exception):
    """More was selected than may be exported."""

    def __init__(self, selected: int, most: int) -> None:
        super().__init__(f"{selected} records were selected, and at most {most} may be")
        self.selected, self.most = selected, most


@dataclass(frozen=True)
class Within:
    """The bounds."""

    homeserver: str | None = None
    """Only what was seen through it; None for all."""
    most: int | None = None
    """Records; None for all."""
    counted: Counted = _nobody

    def assert_few(self, selected: int) -> None:
        """Raises TooMany."""
        if self.most is not None and selected > self.most:
            raise TooMany(selected, self.most)


WITHOUT_BOUNDS = Within()
