"""Markings in one view of a segment: each wording judged by its place, and portions before paragraphs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from bots.classification.expression import Expression, Name, expressions
from bots.classification.forms import judged
from bots.classification.judgement import Mention
from bots.classification.lexicon import Lexicon
from bots.classification.place import Place
from bots.classification.scheme import Form, FormRule, Scheme
from bots.classification.too_many import TooMany
from bots.classification.verdict import Dismissed, Finding
from bots.classification.view import View
from bots.classification.vocabulary import Vocabulary
from bots.classification.word import Word
from bridge.documents.segment import Segment

MOST = 150
"""Wordings of one view that are judged; a text with more of them is told as not scanned, never as clean."""

SURE = 0.99


@dataclass(frozen=True)
class Markings:
    """Everything that is needed to find markings."""

    schemes: tuple[Scheme, ...]
    lexicon: Lexicon
    vocabulary: Vocabulary

    @cached_property
    def rules(self) -> dict[tuple[str, Form], FormRule]:
        """The rule of a scheme for a place."""
        return {(scheme.scheme, rule.form): rule for scheme in self.schemes for rule in scheme.rules}

    @cached_property
    def forms(self) -> dict[str, frozenset[Form]]:
        """The places that a scheme has rules for."""
        return {scheme.scheme: frozenset(rule.form for rule in scheme.rules) for scheme in self.schemes}

    def found(self, segment: Segment, view: View, words: Sequence[Word], home: str) -> Iterator[Finding | Dismissed]:
        """Each marking, and each wording that is none.

        Raises:
            TooMany: after the wordings that could be judged.
        """
        every = expressions(view, words, self.lexicon, home)
        for said in islice(every, MOST):
            yield (
                self._named(segment, view, said)
                if isinstance(said, Name)
                else self._one(segment, view, words, said, home)
            )
        if next(every, None) is not None:
            raise TooMany(f"more than {MOST} wordings of levels")

    def _named(self, segment: Segment, view: View, name: Name) -> Dismissed:
        start, end = view.origin(name.start, name.end)
        return Dismissed("name", segment.label, start, end, "name", name.term.reason)

    def _one(
        self, segment: Segment, view: View, words: Sequence[Word], said: Expression, home: str
    ) -> Finding | Dismissed:
        start, end = view.origin(said.start, said.end)
        scheme, level = said.sense.scheme, said.sense.words
        assert level is not None  # an expression has a level
        counts = self._unfit(said, home) or judged(
            Place(view, words, said, self.vocabulary.heads), self.vocabulary, self.forms[scheme], segment.where
        )
        if isinstance(counts, Mention):
            return Dismissed(f"{scheme.lower()}.*", segment.label, start, end, counts.reason)
        rule = self.rules.get((scheme, counts.form))
        if rule is None:
            return Dismissed(f"{scheme.lower()}.*", segment.label, start, end, "form", counts.form)
        evidence = (*counts.evidence, *(("bilingual",) if said.bilingual else ()), *_undone(view, said))
        return Finding(
            rule.id, "MARKING", "marking", segment.label, start, end, tuple(dict.fromkeys(evidence)),
            _sure(rule.confidence, evidence), said.level, said.flags,
        )  # fmt: skip

    def _unfit(self, said: Expression, home: str) -> Mention | None:
        level = said.sense.words
        assert level is not None  # an expression has a level
        if level.capitals and not said.capitals:
            return Mention("ordinary")
        foreign = said.sense.scheme != home and level.alone == "home" and not said.prefixed
        return Mention("foreign") if foreign else None


def _undone(view: View, said: Expression) -> tuple[str, ...]:
    plain = view.text[said.start : said.end].isascii()
    unusual = plain and not view.original(said.start, said.end).isascii()
    return (*view.evidence, "unusual_letters") if unusual and "look_alikes" not in view.evidence else view.evidence


def _sure(confidence: float, evidence: Sequence[str]) -> float:
    return round(min(SURE, confidence + (0.05 if "capitals" in evidence else 0.0)), 2)
