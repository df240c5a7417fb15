"""A display name as it came from anybody, turned into the texts that its reader may see. Whatever comes, however long,
is answered within milliseconds: it is cut before anything that costs more than its length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bots.identity.roster.unseen import unseen, without

LONGEST = 4096
"""Characters that are looked at."""
LONGEST_SEEN = 256
"""Of those that can be seen; putting marks into order takes the square of them."""

_TURNED = "\u202e"
"""RIGHT-TO-LEFT OVERRIDE: what follows is shown from its end."""
_LEET = tuple(str.maketrans("013457@$", f"o{one}eastas") for one in "li")
"""Digits and signs that people write for letters; 1 is written for two."""
_LEET_WORD = re.compile(r"\S*[013457@$]\S*")
_NUMBERED = re.compile(r"(?<=\w)[0-9]+(?!\w)")


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a display name can be seen, and what cannot."""

    text: str
    hidden: tuple[str, ...]
    """The characters that are not seen, by number and name."""
    turned: bool

    @classmethod
    def of(cls, name: str) -> "Shown":
        """Takes a display name of any length and content."""
        name = name[:LONGEST]
        return cls(without(name)[:LONGEST_SEEN], unseen(name), _TURNED in name)

    @property
    def texts(self) -> Iterator[str]:
        """What it may be read as, the likeliest first."""
        yield self.text
        if self.turned:
            yield self.text[::-1]
        if _LEET_WORD.search(self.text):
            yield from (_spelled_out(self.text, table) for table in _LEET)
        if _NUMBERED.search(self.text):
            yield _NUMBERED.sub("", self.text)


def _spelled_out(text: str, table: dict[int, int]) -> str:
    """Letters for digits, in words that hold letters too."""
    return _LEET_WORD.sub(lambda word: word[0].translate(table) if _has_letter(word[0]) else word[0], text)


def _has_letter(word: str) -> bool:
    return any(map(str.isalpha, word))
