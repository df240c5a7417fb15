"""Characters that a reader of a name does not see: controls, bidi controls, what is drawn as nothing. A roster refuses
them in what people are called; the look-alikes read names without them, and tell that they were there.
"""

import re
import unicodedata

_DRAWN_AS_NOTHING = (
    r"\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    r"\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Controls, lone surrogates, Unicode's Default_Ignorable_Code_Point (UAX #44), line and paragraph separators, the empty
Braille pattern."""

UNSEEN = re.compile(f"[{_DRAWN_AS_NOTHING}]")

_JOINER_OF_A_SCRIPT = re.compile(
    r"(?<=[\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u093c\u09b0\u0930])[\u200c\u200d]"
)
"""ZWJ and ZWNJ after a virama say how letters join (Unicode Standard, chapter 12); so does one after RA or a nukta."""


def without(text: str) -> str:
    """The text as it is seen; line breaks and tabs are seen as spaces."""
    return UNSEEN.sub("", re.sub(r"[\t-\r\x85\u2028\u2029]", " ", text))


def unseen(text: str) -> tuple[str, ...]:
    """The characters that nobody sees and that no script needs, each once, as `U+200B ZERO WIDTH SPACE`."""
    found = UNSEEN.findall(_JOINER_OF_A_SCRIPT.sub("", text))
    return tuple(dict.fromkeys(map(named, found)))


def named(character: str) -> str:
    """A character by its number and name, fit for printing."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
