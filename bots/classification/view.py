"""A segment's text as the rules read it: lower case, folded, with a way back to the characters as they were written. A
text in plain ASCII is its own view. Further views (`bots.classification.disguise`) are made of this one, and only where
something in the text calls for them.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from bots.classification.letters import CHANGING, FOLDS


_FOLDS = {ord(letter): read for letter, read in FOLDS.items()}


class Piece(NamedTuple):
    """A stretch of what a view was made of, and what it became."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class View:
    """A text to be matched, and where each of its characters came from."""

    text: str
    written: str
    """The text as a person wrote it."""
    evidence: tuple[str, ...] = ()
    """What had to be undone to read it so."""
    change: Callable[[str], Iterable[Piece]] | None = None
    """Tells the stretches that were replaced; asked only when somebody wants a span."""
    below: "View | None" = None
    """The view that this one was made of; none where it was made of what was written."""

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span in the text as it was written."""
        first, last = self._begin(start), self._finish(end) if end > start else self._begin(start)
        return self.below.origin(first, last) if self.below is not None else (first, last)

    def original(self, start: int, end: int) -> str:
        """What was written where the view reads this."""
        first, last = self.origin(start, end)
        return self.written[first:last]

    def remade(self, pieces: Sequence[Piece], evidence: str) -> "View":
        """A view of this one, with some stretches replaced."""
        text = _joined(self.text, pieces)
        return View(text, self.written, (*self.evidence, evidence), lambda _: pieces, self)

    @cached_property
    def _pieces(self) -> Sequence[Piece]:
        return tuple(self.change(self.written)) if self.change is not None else ()

    @cached_property
    def _starts(self) -> list[int]:
        starts, shift = [], 0
        for piece in self._pieces:
            starts.append(piece.start + shift)
            shift += len(piece.text) - (piece.end - piece.start)
        return starts

    def _begin(self, at: int) -> int:
        number = bisect_right(self._starts, at) - 1 if self._pieces else -1
        if number < 0:
            return at
        piece, inside = self._pieces[number], at - self._starts[number]
        if inside >= len(piece.text):
            return piece.end + inside - len(piece.text)
        return piece.start + (inside if len(piece.text) == piece.end - piece.start else 0)

    def _finish(self, at: int) -> int:
        # The end of a span is one behind its last character, which may stand for several that were written.
        number = bisect_right(self._starts, at - 1) - 1 if self._pieces else -1
        if number < 0:
            return at
        piece, inside = self._pieces[number], at - self._starts[number]
        if inside > len(piece.text):
            return piece.end + inside - len(piece.text)
        return piece.start + inside if len(piece.text) == piece.end - piece.start else piece.end


def folded(text: str) -> View:
    """The view that every rule reads first."""
    if text.isascii() or CHANGING.search(text) is None:
        return View(text.lower(), text)
    # Lower case last: with İ folded away no character becomes two by it.
    return View(text.translate(_FOLDS).lower(), text, (), _folding)


def _folding(text: str) -> Iterator[Piece]:
    for run in CHANGING.finditer(text):
        yield Piece(*run.span(), run[0].translate(_FOLDS))


def _joined(text: str, pieces: Sequence[Piece]) -> str:
    parts, at = [], 0
    for piece in pieces:
        parts += (text[at : piece.start], piece.text)
        at = piece.end
    return "".join((*parts, text[at:]))
