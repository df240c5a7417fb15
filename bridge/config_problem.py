"""What is wrong in a configuration file, for the person who wrote it: where, what, and the mend, one line each. The
reader, the checks and the `setu` command all speak in these.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Loc = tuple[str | int, ...]
"""The way from the top of a file to a value: keys, and indices of lists."""


@dataclass(frozen=True, order=True)
class Place:
    """A line and a column, both counted from 1; line 0 is the file as a whole."""

    line: int
    column: int


@dataclass(frozen=True)
class Flaw:
    """Something wrong with what a key (or its value) says, before it is known where that stands."""

    loc: Loc
    what: str
    mend: str
    at: Literal["key", "value"] = "value"


@dataclass(frozen=True)
class Problem:
    """A flaw and where it stands. No field ever holds a secret, nor a piece of a file that could not be read."""

    file: str
    line: int
    column: int
    what: str
    mend: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{where}: {self.what}; {self.mend}"


class ConfigError(Exception):
    """A configuration file that cannot be used, with everything that is wrong in it, in the order of its lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: (problem.line, problem.column)))
        super().__init__("\n".join(map(str, self.problems)))


def shown(text: str, longest: int = 60) -> str:
    """A key as it may be printed on a terminal: one line, no control characters, not long."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text[: longest + 1])
    return clean if len(clean) <= longest else f"{clean[:longest]}…"
