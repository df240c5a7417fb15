"""What is wrong in a roster, for the person who keeps it: where, what, and the mend. The register collects them; a
problem with a row leaves the others working, one with a whole file leaves its last good content.
"""

from dataclasses import dataclass
from enum import StrEnum


class Weight(StrEnum):
    """How much a problem matters."""

    FILE = "file"
    """The file as it is now was refused: what it held before stays."""
    ROW = "row"
    """The row does not count."""
    INFORMATION = "information"
    """Everything counts; it may be a mistake all the same."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something wrong, before it is known where it stands."""

    what: str
    mend: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A flaw and where it stands; line 0 is the file as a whole."""

    file: str
    line: int
    what: str
    mend: str
    weight: Weight = Weight.ROW

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.what}; {self.mend}"


class Unreadable(Exception):
    """A source whose content cannot be used as a whole."""

    def __init__(self, file: str, line: int, what: str, mend: str) -> None:
        self.problem = Problem(file, line, what, mend, Weight.FILE)
        super().__init__(str(self.problem))
