"""Where a roster comes from. A kind of source is one small class: its settings (a frozen `Part`, its `kind` a literal)
and one method, `read`. It is found by an entry point in the group `setu.rosters`, as CSV and YAML are.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import Annotated, Any, Protocol, Union

from pydantic import Field

from bots.identity.roster.problem import Flaw
from bridge.config import Part

GROUP = "setu.rosters"

COLUMNS = (
    "user_id",
    "name",
    "designation",
    "organisation",
    "office",
    "roles",
    "languages",
    "valid_from",
    "valid_until",
)
"""What a row may tell, in the order of `Cells`. The first two it must tell."""

Cells = tuple[str, ...]
"""A row's text in each of COLUMNS; several roles or languages are parted by spaces or semicolons."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """By what a source sees that nothing changed."""

    quick: tuple[int, ...] | None
    """What can be told without reading, such as a file's time and size; None where that may deceive."""
    digest: bytes
    """Of all that was read."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a source holds: its rows told apart, but not yet understood, so that only new ones need be."""

    name: str
    """The source as the person knows it: the path of a file."""
    stamp: Stamp
    head: str
    """What the meaning of every row depends on, such as the header: when it changes, all rows are understood anew."""
    rows: Sequence[str]
    """The text of each row: equal texts mean the same."""
    lines: Sequence[int]
    """Where each row begins."""
    understand: Callable[[Sequence[str]], Iterable[Cells | Flaw]]
    """Gives the cells of each of some rows, or what is wrong with how it is written."""


class Source(Protocol):
    """Something that rosters are read from."""

    def read(self, known: Stamp | None) -> Sheet | Stamp:
        """What it holds now, or its stamp alone where that is what was known.

        Raises:
            Unreadable: nothing of it can be used.
        """
        ...


def kinds() -> tuple[type[Part], ...]:
    """Every installed kind of source, in the order of their names.

    Raises:
        TypeError: an entry point of the group names no `Part` with a `read`.
    """
    found = []
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        kind = entry.load()
        if not (isinstance(kind, type) and issubclass(kind, Part) and callable(getattr(kind, "read", None))):
            raise TypeError(f"entry point {entry.name} = {entry.value} in {GROUP} is no Part with a method read")
        found.append(kind)
    return tuple(found)


def any_of(kinds: Sequence[type[Part]]) -> Any:
    """The type of one entry under `rosters` in the settings: that of the kind which the entry names."""
    return Annotated[Union[tuple(kinds)], Field(discriminator="kind")] if len(kinds) > 1 else kinds[0]  # noqa: UP007
