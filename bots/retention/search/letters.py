"""How each character is written before words are compared: the tables under `words`. Only the copy that is searched
is written so; what was said stays as it was.
"""

import re
import unicodedata

VIRAMA = "\u0d4d"
"""Of Malayalam; between two letters, or without a vowel."""

_CHILLUS = {"ൺ": "ണ", "ൻ": "ന", "ർ": "ര", "ൽ": "ല", "ൾ": "ള", "ൿ": "ക", "ൔ": "മ", "ൕ": "യ", "ൖ": "ഴ"}
"""The letters without a vowel, which Unicode once wrote with virama and joiner (The Unicode Standard, 12.9)."""

_ARABIC = {
    "\u0649": "\u064a", "\u06cc": "\u064a", "\u06cd": "\u064a",  # yeh, as keyboards for Arabic and Urdu write it
    "\u06a9": "\u0643", "\u06aa": "\u0643",                      # kaf
    "\u06c1": "\u0647", "\u06d5": "\u0647", "\u0629": "\u0647", "\u06c3": "\u0647",  # heh, and the silent one at an end
    "\u0640": "",                                                # tatweel, which only makes a word longer
}  # fmt: skip
"""Urdu is typed with keyboards for Arabic, and the other way round."""

_VOWEL_SIGNS = (*range(0x610, 0x61B), *range(0x64B, 0x653), *range(0x656, 0x660), 0x670, *range(0x6D6, 0x6DD))
"""Of Arabic script; few write them."""

_ALIKE = {
    **{chillu: f"{letter}{VIRAMA}" for chillu, letter in _CHILLUS.items()},
    "ৎ": "ত\u09cd",  # khanda ta, once written with virama and joiner as well
    **_ARABIC,
    **dict.fromkeys(map(chr, _VOWEL_SIGNS), ""),
    **dict.fromkeys("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u3164\uffa0", ""),
    **dict.fromkeys(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))), ""),  # variants of one sign
    "\u200b": " ",  # a space without width parts words; joiners and the like are within them
}

LONGEST_RUN = 16
"""Marks on one letter that count; no script has as many. Normalising takes the square of their number."""

_MANY_MARKS = re.compile(rf"[^\w\s]{{{LONGEST_RUN},}}")


class _Table(dict[int, str]):
    """What stands instead of each character; found out once."""

    def __missing__(self, code: int) -> str:
        self[code] = written = _written(chr(code))
        return written


def _written(sign: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", sign).casefold())
    return "".join(map(_one, folded)) if sign not in _ALIKE else _ALIKE[sign]


def _one(sign: str) -> str:
    if sign in _ALIKE:
        return _ALIKE[sign]
    category = unicodedata.category(sign)
    if category == "Nd":
        return str(unicodedata.decimal(sign))
    if category == "Cf":
        return ""
    return sign if category[0] in "LMN" else " "


TABLE = _Table()
"""For `str.translate`, after NFC: small letters, digits of every script as ASCII, full-width and joined letters as the
plain ones (NFKC), what parts words as a space, what nobody sees as nothing.
"""


def few_marks(text: str) -> str:
    """The text with at most so many marks on one letter."""
    return _MANY_MARKS.sub(_thinned, text)


def _thinned(run: re.Match[str]) -> str:
    kept, marks = [], 0
    for sign in run[0]:
        # Not by the combining class: some vowel signs have none, and become several that have.
        marks = marks + 1 if unicodedata.category(sign)[0] == "M" else 0
        if marks <= LONGEST_RUN:
            kept.append(sign)
    return "".join(kept)
