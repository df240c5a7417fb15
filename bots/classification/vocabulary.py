"""The words around markings and data, folded and ready for look-up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bots.classification.scheme import VocabularyWords
from bots.classification.word import Word, split

Phrases = frozenset[tuple[str, ...]]


@dataclass(frozen=True)
class Vocabulary:
    """Sets of phrases, each phrase a tuple of words."""

    things: Phrases
    fields: Phrases
    declarations: Phrases
    denials: Phrases
    denials_after: Phrases
    references: Phrases
    disarming: Phrases
    masks: Phrases
    heads: Phrases
    pages: Phrases
    documents: frozenset[str]


def vocabulary(files: Iterable[VocabularyWords]) -> Vocabulary:
    """The words of all files together."""
    read = tuple(files)

    def of(name: str) -> Phrases:
        return frozenset(phrase for file in read for written in getattr(file, name) if (phrase := split(written)))

    documents = frozenset(ending for file in read for ending in file.documents)
    names = (
        "things",
        "fields",
        "declarations",
        "denials",
        "denials_after",
        "references",
        "disarming",
        "masks",
        "heads",
        "pages",
    )
    return Vocabulary(**{name: of(name) for name in names}, documents=documents)


LONGEST = 5
"""Words of the longest phrase that is looked for."""


def ends_before(words: Sequence[Word], at: int, phrases: Phrases) -> int | None:
    """The number of the first word of a phrase that ends just before this word."""
    for length in range(min(LONGEST, at), 0, -1):
        if tuple(word.text for word in words[at - length : at]) in phrases:
            return at - length
    return None


def begins_at(words: Sequence[Word], at: int, phrases: Phrases) -> bool:
    """Whether a phrase begins with this word."""
    return any(tuple(word.text for word in words[at : at + length]) in phrases for length in range(1, LONGEST + 1))
