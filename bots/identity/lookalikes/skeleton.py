"""What characters look like: the prototypes of Unicode TR39 (UTS #39, section 4, "Confusable Detection"), out of the
package confusable-homoglyphs, and letters in boxes or as small capitals, which TR39 leaves as they are.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from bots.identity.roster.unseen import UNSEEN

_STYLED = re.compile(
    r"(?:LATIN LETTER SMALL CAPITAL|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER"
    r"|REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])"
)
_STYLED_BLOCKS = (range(0x250, 0x2B0), range(0x1D00, 0x1D80), range(0xA700, 0xA800), range(0x1F100, 0x1F200))


def skeleton(text: str) -> str:
    """TR39's internalSkeleton: texts with equal skeletons are confusable. It is no text to show, nor to keep."""
    decomposed = UNSEEN.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFD", decomposed.translate(prototypes()))


@cache
def prototypes() -> Mapping[int, str]:
    """The prototype of each character that is not its own."""
    found: dict[int, str] = {}
    for character, (prototype, *more) in _links().items():
        # The package tells pairs in both directions, in the order of confusables.txt. A source is one character and has
        # one prototype; so has a prototype of one source alone, but that came second into the pair.
        came_second = len(prototype) == 1 and found.get(ord(prototype)) == character
        if len(character) == 1 and not more and not came_second:
            found[ord(character)] = prototype
    return found


def _links() -> dict[str, list[str]]:
    told = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_bytes())
    links: dict[str, list[str]] = {}
    for character, others in told.items():
        links.setdefault(_bare(character), []).extend(_bare(other["c"]) for other in others)
    return links


def _bare(text: str) -> str:
    # What is written from right to left stands between two marks for left to right in confusables.txt.
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "\u200e" else text


@cache
def styled() -> Mapping[int, str]:
    """The letter of each small capital, negative circle or square, and regional indicator."""
    found = {}
    for code in (code for block in _STYLED_BLOCKS for code in block):
        if letter := _STYLED.fullmatch(unicodedata.name(chr(code), "")):
            found[code] = letter[1].lower()
    return found
