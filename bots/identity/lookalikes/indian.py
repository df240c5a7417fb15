"""Spellings of one Indian name: what Unicode or custom lets people write in several ways, and everybody reads alike.
Nothing is made equal that tells ordinary names apart: TR39 would make Tamil கரன் (Karan) and கான் (Khan) one, and
Malayalam ഹരി and ഹരീ.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from bots.identity.lookalikes.skeleton import prototypes

BLOCKS = range(0x0900, 0x0E00)
"""Devanagari to Sinhala, each 128 code points."""

_VOWELS = frozenset({"A", "AA", "I", "II", "U", "UU", "E", "EE", "AI", "O", "OO", "AU"})
_NASALS = re.compile("(?:ङ्(?=[कखगघ])|ञ्(?=[चछजझ])|ण्(?=[टठडढ])|न्(?=[तथदध])|म्(?=[पफबभ])|ँ)")
"""Hindi writes a nasal before a stop of its own row as a dot too (पन्त, पंत), and the dot for the moon (चाँद, चांद).
Before other letters they differ: रम्या is Ramya, रन्या is Ranya."""
_DEVANAGARI_NUKTA = "\u093c"
"""Often left out (ख़ान, खान). In Gurmukhi it tells Asha from Asa, so that there it stays."""
_CHILLUS = {0xD7A: "ണ്", 0xD7B: "ന്", 0xD7C: "ര്", 0xD7D: "ല്", 0xD7E: "ള്", 0xD7F: "ക്", 0x9CE: "ত্"}
"""Letters with a virama inside; before Unicode 5.1 written with ZWJ, which is dropped as is all that is unseen."""


def block(text: str) -> int | None:
    """The number of the one Indian block that all its characters are of; None for any other text."""
    blocks = {ord(character) >> 7 if ord(character) in BLOCKS else None for character in text}
    return blocks.pop() if len(blocks) == 1 else None


def spelt(word: str) -> str:
    """The word in the one spelling that stands for all of it; it is in NFD."""
    if word.isascii():
        return word
    word = word.replace(_DEVANAGARI_NUKTA, "").translate(_CHILLUS).translate(_vowels())
    return _NASALS.sub("ं", word)


@cache
def _vowels() -> Mapping[int, str]:
    """Vowels that are drawn as a letter and a sign: आ as अा."""
    return {code: drawn for code, drawn in prototypes().items() if code in BLOCKS and _is_vowel(chr(code), drawn)}


def _is_vowel(letter: str, drawn: str) -> bool:
    inside = {ord(character) >> 7 for character in drawn} == {ord(letter) >> 7}
    name = unicodedata.name(letter, "").partition(" LETTER ")[2]
    signs = all(unicodedata.category(sign).startswith("M") for sign in drawn[1:])
    return inside and len(drawn) > 1 and signs and name in _VOWELS
