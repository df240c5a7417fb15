"""Words that stand near a value, and speak for it or against it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bots.classification.letters import WORD
from bots.classification.scheme import Context
from bots.classification.vocabulary import Phrases, ends_before
from bots.classification.word import Word, split


@dataclass(frozen=True)
class Near:
    """Words that speak for a value."""

    within: int
    single: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    shapes: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, context: Context) -> "Near":
        """From what YAML says; a word that begins with `~` is a regular expression."""
        plain = [split(word) for word in context.words if not word.startswith("~")]
        shapes = [re.compile(rf"(?<![^\W_]){word[1:]}(?![^\W_])") for word in context.words if word.startswith("~")]
        single = frozenset(words[0] for words in plain if len(words) == 1)
        return cls(context.within, single, tuple(words for words in plain if len(words) > 1), tuple(shapes))

    def speaks(self, text: str, start: int, end: int) -> bool:
        """Whether one of them stands near this span."""
        around = text[max(0, start - self.within) : start] + "\n" + text[end : end + self.within]
        words = WORD.findall(around)
        return (
            not self.single.isdisjoint(words)
            or any(_holds(words, phrase) for phrase in self.phrases)
            or any(shape.search(around) for shape in self.shapes)
        )


def _holds(words: Sequence[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(words[at : at + size]) == phrase for at in range(len(words) - size + 1))


def ends_near(words: Sequence[Word], phrases: Phrases, within: int) -> bool:
    """Whether one of the phrases ends among the last words of a text."""
    return any(ends_before(words, at, phrases) is not None for at in range(len(words), max(0, len(words) - within), -1))
