"""What the file of a message says, as it was read from it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bots.retention.search.words import words


@dataclass(frozen=True)
class FileText:
    """The texts of one file."""

    n: int
    """Which of the files of its entry."""
    texts: Sequence[str] = field(repr=False)

    def words(self) -> Sequence[tuple[str, ...]]:
        """The words of each text, in their order. It takes a tenth of a second for the longest."""
        return [text for text in (tuple(words(text)) for text in self.texts) if text]
