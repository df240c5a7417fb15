"""The engine: segments in, a verdict out. Pure, without Matrix, database or network, so that a command, a bot and a
simulation judge the same. Most segments end at the multi-pattern stage; for the rest views are made, wordings and values
judged by their place, and overlaps resolved.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bots.classification import data, marking, resolve
from bots.classification.data import Kind
from bots.classification.disguise import TURNS, Disguises
from bots.classification.grammar import Grammar
from bots.classification.letters import FOREIGN
from bots.classification.lexicon import read
from bots.classification.marking import Markings
from bots.classification.portion import portions
from bots.classification.prefilter import Prefilter, prefilter
from bots.classification.segment import Segment
from bots.classification.verdict import CLEAN, Dismissed, Finding, Verdict
from bots.classification.view import View, folded

HOME = "IN"
LONGEST = 1 << 18
"""Characters of a segment that are read; what is longer is told as not scanned. A Matrix event is at most a quarter of it."""

Found = Finding | Dismissed


@dataclass(frozen=True)
class Engine:
    """Judges texts by one grammar."""

    grammar: Grammar
    markings: Markings
    kinds: dict[str, Kind]
    disguises: Disguises
    stage: Prefilter
    home: str = HOME

    @classmethod
    def of(cls, grammar: Grammar, *, native: bool = True, home: str = HOME) -> "Engine":
        """An engine for a grammar; `native` false does without google-re2, `home` is the scheme of bare levels."""
        disguises = Disguises(grammar.lexicon)
        return cls(
            grammar,
            Markings(grammar.schemes, grammar.lexicon, grammar.vocabulary),
            data.kinds(grammar.data, grammar.vocabulary),
            disguises,
            prefilter(grammar.lexicon, grammar.data, disguises, native=native),
            home,
        )

    def judge(self, segments: Iterable[Segment], home: str | None = None) -> Verdict:
        """The verdict on texts that belong together: those of one message, or of one file."""
        found: list[Found] = []
        unread: list[str] = []
        for segment in segments:
            text = segment.text
            if len(text) > LONGEST:
                unread.append(f"{segment.label}: longer than {LONGEST} characters")
                text = text[:LONGEST]
            hits = self._hits(text)
            if hits:
                self._look(segment, folded(text), frozenset(hits), home or self.home, found, unread)
        if not found and not unread:
            return CLEAN
        return resolve.verdict(found, unread)

    def judge_text(self, text: str, home: str | None = None) -> Verdict:
        """The verdict on one text, as the body of a message."""
        return self.judge((Segment("body", text),), home)

    def _hits(self, text: str) -> Sequence[str]:
        if text.isascii():
            return self.stage.hits(text.lower())
        read_as = folded(text).text
        more = [name for name, sign in (("turned", TURNS), ("alike", FOREIGN)) if sign.search(text)]
        return (*self.stage.hits(read_as), *more)

    def _look(
        self, segment: Segment, view: View, hits: frozenset[str], home: str, found: list[Found], unread: list[str]
    ) -> None:
        try:
            for part in self._found(segment, view, hits, home):
                found.append(part)
        except (marking.TooMany, data.TooMany) as error:
            unread.append(f"{segment.label}: {error}")

    def _found(self, segment: Segment, view: View, hits: frozenset[str], home: str) -> Iterator[Found]:
        if "portion" in hits:
            yield from portions(self.markings, segment, view, home)
        views = [view] if "marking" in hits else []
        for read_as in (*views, *self.disguises.views(view, hits)):
            words = read(read_as.text)
            if any(word.text in self.grammar.lexicon.signals for word in words):
                yield from self.markings.found(segment, read_as, words, home)
        for rule in hits:
            if (kind := self.kinds.get(rule)) is not None:
                yield from kind.found(segment, view)
