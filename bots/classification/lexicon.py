"""The vocabulary of all schemes, ready for look-up word by word: which terms begin with a word, the longest first.
A name of a thing (`Secret Santa`) is a term too, so that it is found before the level inside of it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from bots.classification.scheme import Scheme, VocabularyWords
from bots.classification.term import Sense, Term, What
from bots.classification.verdict import Level
from bots.classification.word import Word, split


@dataclass(frozen=True)
class Lexicon:
    """Every term, by its first word."""

    terms: tuple[Term, ...]

    @cached_property
    def heads(self) -> frozenset[str]:
        """The words that terms begin with."""
        return frozenset(term.words[0] for term in self.terms)

    @cached_property
    def _beginning(self) -> Mapping[tuple[str, ...], tuple[Term, ...]]:
        """The terms by their first two words, or their only one, the longest first."""
        found: dict[tuple[str, ...], list[Term]] = {}
        for term in self.terms:
            found.setdefault(term.words[:2], []).append(term)
        return {begin: tuple(sorted(terms, key=lambda term: -len(term.words))) for begin, terms in found.items()}

    @cached_property
    def signals(self) -> frozenset[str]:
        """Words without one of which no text holds a level: the last of each level's words."""
        return frozenset(term.words[-1] for term in self.terms if term.what == "level")

    @cached_property
    def level_words(self) -> frozenset[str]:
        """Every word of every level."""
        return frozenset(word for term in self.terms if term.what == "level" for word in term.words)

    @cached_property
    def joined(self) -> frozenset[str]:
        """Levels as one word, to recognise what was torn apart."""
        return frozenset("".join(term.words) for term in self.terms if term.what == "level")

    @cached_property
    def portions(self) -> Mapping[str, tuple[Sense, ...]]:
        """What stands for a level in brackets before a paragraph."""
        found: dict[str, list[Sense]] = {}
        for term in self.terms:
            for sense in term.senses:
                for portion in sense.words.portions if sense.words is not None else ():
                    known = found.setdefault(portion, [])
                    known.extend([sense] if sense not in known else [])
        return {portion: tuple(senses) for portion, senses in found.items()}

    def longest(self, words: Sequence[Word], at: int, text: str) -> tuple[Term, int] | None:
        """The longest term that stands at this word, and the number of the word behind it."""
        for begin in (tuple(word.text for word in words[at : at + 2]), (words[at].text,)):
            for term in self._beginning.get(begin, ()):
                if (end := term.end(words, at, text)) is not None:
                    return term, end
        return None


def lexicon(schemes: Iterable[Scheme], vocabulary: Iterable[VocabularyWords]) -> Lexicon:
    """The terms of some schemes, and the names of things of a vocabulary."""
    merged: dict[tuple[tuple[str, ...], What, bool], Term] = {}
    for term in (*(term for scheme in schemes for term in _of_scheme(scheme)), *_stops(vocabulary)):
        known = merged.get((term.words, term.what, term.colon))
        senses = (*known.senses, *term.senses) if known is not None else term.senses
        merged[term.words, term.what, term.colon] = replace(term, senses=senses)
    return Lexicon(tuple(merged.values()))


def _of_scheme(scheme: Scheme) -> Iterator[Term]:
    for level in scheme.levels:
        sense = Sense(scheme.scheme, Level(scheme.scheme, level.name, level.rank), level)
        for written in (*level.words, *level.labels):
            words = split(written)
            yield Term(words, "level", (sense,), colon=":" in written)
            if len(words) > 1 and written in level.words:
                yield Term(("".join(words),), "level", (sense,))
        for written in level.short:
            yield Term(split(written), "level", (sense,), short=True)
    for prefix in scheme.prefixes:
        yield Term(split(prefix), "prefix", (Sense(scheme.scheme),))
    for handling in scheme.handling:
        for written in handling.words:
            yield Term(split(written), "handling", (Sense(scheme.scheme, handling=handling),))


def _stops(vocabulary: Iterable[VocabularyWords]) -> Iterator[Term]:
    for words in vocabulary:
        for stop in words.stop:
            for phrase in stop.phrases:
                yield Term(split(phrase), "stop", reason=stop.reason)
