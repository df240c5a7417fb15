"""The words of a text, written so that the same word is always written the same: one of nukta's two forms, a chillu as
letter and virama, digits of every script as ASCII, small letters, without joiners. A word is a run of letters, marks
and numbers; its position is its place in the sequence. The first step of search, on both of its sides.
"""

import re
import unicodedata
from collections.abc import Sequence

from bots.retention.search import letters

_ASCII = re.compile(r"[a-z0-9]+")
_TWO_VIRAMAS = letters.VIRAMA * 2


def words(text: str) -> Sequence[str]:
    """The words, in order (UAX #15; Unicode Standard, 3.13 "Caseless Matching")."""
    if text.isascii():
        return _ASCII.findall(text.lower())
    composed = unicodedata.normalize("NFC", letters.few_marks(text))
    return composed.translate(letters.TABLE).replace(_TWO_VIRAMAS, letters.VIRAMA).split()
