"""A segment's text as the rules read it: lower case, folded, with a way back to the characters as they were written. A
text in plain ASCII is its own view. Further views (`bots.classification.disguise`) are made of this one, and only where
something in the text calls for them.
"""

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, repeat
from operator import add, sub

from bots.classification.letters import CHANGING, FOLDS

_FOLDS = {ord(letter): read for letter, read in FOLDS.items()}

LONGEST_ORIGINAL = 256
"""Characters; nobody needs more of what was written to know how a wording was spelled."""

ReadAs = Callable[[re.Match[str]], str] | None
"""What a stretch becomes, as the function says; without one, nothing."""


@dataclass(frozen=True)
class View:
    """A text to be matched, and where each of its characters came from."""

    text: str
    written: str
    """The text as a person wrote it."""
    evidence: tuple[str, ...] = ()
    """What had to be undone to read it so."""
    changed: tuple[re.Pattern[str], ReadAs] | None = None
    """The stretches that were replaced; looked for again only when somebody wants a span."""
    below: "View | None" = None
    """The view that this one was made of; none where it was made of what was written."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as it was written."""
        first, last = self._back(start, ends=False), self._back(end, ends=True)
        return self.below.origin(first, last) if self.below is not None else (first, last)

    def original(self, start: int, end: int) -> str:
        """What was written where the view reads this."""
        first, last = self.origin(start, end)
        return self.written[first : min(last, first + LONGEST_ORIGINAL)]

    def remade(self, pattern: re.Pattern[str], read_as: ReadAs, evidence: str) -> "View":
        """A view of this one, with what the pattern matches read as something else."""
        text = pattern.sub(read_as or "", self.text)
        return View(text, self.written, (*self.evidence, evidence), (pattern, read_as), self)

    @cached_property
    def _pieces(self) -> tuple[list[int], list[tuple[int, int, int]]]:
        """Where each replaced stretch stands in the view; where it stood below, and how long it has become."""
        if self.changed is None:
            return [], []
        pattern, read_as = self.changed
        below = self.below.text if self.below is not None else self.written
        return _removed(pattern, below) if read_as is None else _replaced(pattern, read_as, below)

    def _back(self, at: int, *, ends: bool) -> int:
        # The end of a span is one behind its last character, which may stand for several that were written.
        places, pieces = self._pieces
        number = bisect_right(places, at - ends) - 1
        if number < 0:
            return at
        start, end, length = pieces[number]
        inside = at - places[number]
        if inside > length or (inside == length and not ends):
            return end + inside - length
        if length == end - start:
            return start + inside
        return end if ends else start


def _removed(pattern: re.Pattern[str], text: str) -> tuple[list[int], list[tuple[int, int, int]]]:
    """Where stretches were taken out; there may be tens of thousands, so that no loop of Python's goes over them."""
    gone = list(map(len, pattern.findall(text)))
    places = list(accumulate(map(len, pattern.split(text))))[:-1]
    ends = list(map(add, places, accumulate(gone)))
    return places, list(zip(map(sub, ends, gone), ends, repeat(0)))


def _replaced(
    pattern: re.Pattern[str], read_as: Callable[[re.Match[str]], str], text: str
) -> tuple[list[int], list[tuple[int, int, int]]]:
    places: list[int] = []
    pieces: list[tuple[int, int, int]] = []
    shift = 0
    for found in pattern.finditer(text):
        start, end = found.span()
        length = len(read_as(found))
        places.append(start + shift)
        pieces.append((start, end, length))
        shift += length - (end - start)
    return places, pieces


def folded(text: str) -> View:
    """The view that every rule reads first."""
    if text.isascii() or CHANGING.search(text) is None:
        return View(text.lower(), text)
    return View(fold(text), text, (), (CHANGING, _folded_run))


def fold(text: str) -> str:
    """The text in lower case, with each character read as what it stands for."""
    # Lower case last: with İ folded away no character becomes two by it.
    return text.translate(_FOLDS).lower()


def _folded_run(run: re.Match[str]) -> str:
    return run[0].translate(_FOLDS)
