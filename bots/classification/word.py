"""The words of a text and their places: letters, marks and numbers of any script."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from bots.classification.letters import WORD
from bots.classification.view import folded

REACH = 300
"""Characters around a level's word that are read in a long text."""


class Word(NamedTuple):
    """A word of a view and its place there."""

    start: int
    end: int
    text: str


def read(text: str) -> list[Word]:
    """The words of a view's text."""
    return [Word(found.start(), found.end(), found[0]) for found in WORD.finditer(text)]


def read_near(text: str, signals: Iterable[str], most: int) -> list[Word]:
    """Of a long text only the words around these; no more than `most` occurrences of each."""
    spans = sorted(
        (at - REACH, at + len(signal) + REACH)
        for signal in signals for at in islice(occurrences(text, signal), most)
    )  # fmt: skip
    words: list[Word] = []
    behind = 0
    for low, high in spans:
        # A window begins where the last ended; its own first word may be a piece of one, far from what is looked at.
        window = WORD.finditer(text, max(low, behind, 0), max(high, 0))
        words.extend(Word(found.start(), found.end(), found[0]) for found in window)
        behind = max(behind, high)
    return words


def occurrences(text: str, word: str) -> Iterator[int]:
    """Where a word stands in a text, inside of longer ones too."""
    at = text.find(word)
    while at >= 0:
        yield at
        at = text.find(word, at + len(word))


def split(written: str) -> tuple[str, ...]:
    """The words of a vocabulary's entry, folded as a text is."""
    return tuple(WORD.findall(folded(written).text))
