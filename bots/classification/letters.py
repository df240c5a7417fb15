"""What is a letter, and what it stands for: the tables under every view of a text. A word is a run of letters,
marks and numbers of any script; folding maps each character by itself (full-width, mathematical, circled and small
letters, digits of every script, what cannot be seen), so that it can never take longer than the text is long.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_RANGES = (
    (0x80, 0x3400), (0xA640, 0xABC0), (0xF900, 0x10000), (0x11000, 0x11E00), (0x1D400, 0x1D800), (0x1EE00, 0x1EF00),
    (0x1F100, 0x1F300), (0x1FBF0, 0x1FBFA),
)  # fmt: skip
"""Where characters lie that fold to others, or are marks; Hangul and Han fold to nothing that a vocabulary holds."""

_LATIN_MARKS = ((0x300, 0x370), (0x1AB0, 0x1B00), (0x1DC0, 0x1E00), (0x20D0, 0x2100), (0xFE20, 0xFE30))
"""Accents and strokes over Latin letters: folded away, since "SÉCRET" reads as "SECRET"."""

_NO_LATIN_MARKS = {code: None for low, high in _LATIN_MARKS for code in range(low, high)}

_UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff\ud800-\udfff"
)
"""What is ignored for matching (Default_Ignorable_Code_Point), lone surrogates too; it stays in every record."""

_SMALL_CAPITALS = dict(zip("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz", strict=True))

_LOOKALIKES = (
    "аaбbвbгrеeёeзeиnкkмmнhоoпnрpсcтtуyхxѕsіiјjԁdԛqԝwһhӏlьbяrєeғfҝkүyαaβbγyεeηnιiκkνvοoρpτtυuχxωwσoςcϲcϳjօoսuոnհhցgաwеe"
)
"""Pairs: a Cyrillic, Greek or Armenian letter and the Latin letter that it is read as."""


def _folds() -> Iterator[tuple[str, str]]:
    for low, high in _RANGES:
        for code in range(low, high):
            letter = chr(code)
            if unicodedata.decomposition(letter):
                yield letter, _plain(unicodedata.normalize("NFKD", letter))
            elif (digit := unicodedata.decimal(letter, None)) is not None:
                yield letter, str(digit)
    for low, high in _LATIN_MARKS:
        yield from ((chr(code), "") for code in range(low, high))
    yield from ((letter, "") for code in _codes(_UNSEEN) if (letter := chr(code)))
    yield from _SMALL_CAPITALS.items()
    for first in (0x1F1E6, 0x1F150, 0x1F170):  # regional indicators, negative circled, negative squared
        yield from ((chr(first + number), chr(ord("a") + number)) for number in range(26))
    yield "\u0130", "i"


def _plain(text: str) -> str:
    kept = text.translate(_NO_LATIN_MARKS)
    return kept[:4] if kept.isascii() else "".join(str(unicodedata.decimal(letter, letter)) for letter in kept[:4])


def _codes(written: str) -> Iterator[int]:
    for first, last in re.findall(r"(.)(?:-(.))?", written, flags=re.DOTALL):
        yield from range(ord(first), ord(last or first) + 1)


def _class(codes: Iterable[int], beyond: str) -> str:
    """The inside of a character class; coarse beyond U+FFFF (`beyond`), where `re` tries one range after another."""
    runs: list[list[int]] = []
    for code in sorted(code for code in codes if code <= 0xFFFF):
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return (
        "".join(re.escape(chr(low)) + (f"-{re.escape(chr(high))}" if high > low else "") for low, high in runs) + beyond
    )


FOLDS = dict(_folds())
"""Each character that is read as another text, mostly one letter; at most four."""

_OLD_INDIAN = "\U00011000-\U00011dff"
CHANGING = re.compile(
    f"[{_class(map(ord, FOLDS), _OLD_INDIAN)}\U0001d400-\U0001d7ff\U0001ee00-\U0001f2ff\U0001fbf0-\U0001fbff"
    "\U000e0000-\U000e0fff]+"
)
"""Runs of characters of which some fold."""

MARKS = _class(
    (code for low, high in _RANGES for code in range(low, high) if unicodedata.category(chr(code))[0] == "M"),
    _OLD_INDIAN,
)
WORD = re.compile(rf"(?:[^\W_]|[{MARKS}])+")
"""A word: letters, marks and numbers of any script. `\\b` would end a word before a vowel sign."""

LOOKALIKES = {ord(foreign): latin for foreign, latin in zip(_LOOKALIKES[::2], _LOOKALIKES[1::2], strict=True)}
FOREIGN = re.compile("[\u0370-\u052f\u0531-\u058f\u2c80-\u2cff]")
"""A letter of a script that has look-alikes of Latin letters."""


def before(text: str, at: int) -> bool:
    """Whether a word begins, or could begin, at this place: what stands before is no letter, mark or number."""
    return at == 0 or not WORD.match(text, at - 1, at)


def after(text: str, at: int) -> bool:
    """Whether a word ends at this place."""
    return at >= len(text) or not WORD.match(text, at, at + 1)


def caseless(text: str) -> bool:
    """Whether it is in a script without capitals, as the Indian ones."""
    return text.upper() == text.lower()
