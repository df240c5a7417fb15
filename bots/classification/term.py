"""One entry of the vocabulary: some words, and what they mean in each scheme."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bots.classification.scheme import Handling, LevelWords
from bots.classification.verdict import Level
from bots.classification.word import Word

What = Literal["level", "prefix", "handling", "stop"]

_GAPS = {
    "level": re.compile(r"[\s\-_.·*~/‐‑–—]{1,5}"),
    "colon": re.compile(r"[^\S\n]{0,2}[:+][^\S\n]{0,2}"),
    "stop": re.compile(r"[ \-_'’.]{1,2}"),
}
"""What may stand between the words of one term."""


@dataclass(frozen=True)
class Sense:
    """What a term means in one scheme."""

    scheme: str
    level: Level | None = None
    words: LevelWords | None = None
    handling: Handling | None = None


@dataclass(frozen=True)
class Term:
    """Some words and what they mean."""

    words: tuple[str, ...]
    what: What
    senses: tuple[Sense, ...] = ()
    reason: str = ""
    colon: bool = False
    short: bool = False
    """An abbreviation."""

    def end(self, words: Sequence[Word], at: int, text: str) -> int | None:
        """The number of the word behind the term, if it stands at this word."""
        behind = at + len(self.words)
        if behind > len(words) or any(words[at + n].text != word for n, word in enumerate(self.words)):
            return None
        gaps = _GAPS["stop" if self.what == "stop" else "colon" if self.colon else "level"]
        for n in range(at, behind - 1):
            if not gaps.fullmatch(text, words[n].end, words[n + 1].start):
                return None
        return behind
