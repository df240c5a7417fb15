"""The engine: segments in, a verdict out. Pure, without Matrix, database or network, so that a command, a bot and a
simulation judge the same. Most segments end at the multi-pattern stage; for the rest views are made, wordings and
values judged by their place, and overlaps resolved.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bots.classification import data, event, marking, resolve
from bots.classification.data import Kind
from bots.classification.disguise import TURNS, Disguises
from bots.classification.grammar import Grammar
from bots.classification.letters import FOREIGN
from bots.classification.marking import Markings
from bots.classification.portion import portions
from bots.classification.prefilter import Prefilter, prefilter
from bots.classification.too_many import TooMany
from bots.classification.verdict import CLEAN, Dismissed, Finding, Verdict
from bots.classification.view import View, folded
from bots.classification.word import read, read_near
from bridge.documents.segment import Segment

HOME = "IN"
LONGEST = 1 << 18
"""Characters of a segment that are read; what is longer is told as not scanned. A Matrix event is a quarter of it."""

LONG = 2000
"""Characters above which only what is near a word of a level is read."""

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
            data.kinds(grammar.data, grammar.vocabulary, native=native),
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

    def judge_event(self, event_type: str, content: Mapping[str, Any], home: str | None = None) -> Verdict:
        """The verdict on a Matrix event, from its type and its clear content."""
        verdict = self.judge(event.segments(event_type, content), home)
        if event.deeper(content):
            return replace(verdict, not_scanned=(*verdict.not_scanned, "content: nested too deeply"))
        return verdict

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
        for source in self._sources(segment, view, hits, home):
            try:
                found.extend(source)
            except TooMany as error:
                unread.append(f"{segment.label}: {error}")

    def _sources(self, segment: Segment, view: View, hits: frozenset[str], home: str) -> Iterator[Iterator[Found]]:
        if "portion" in hits:
            yield portions(self.markings, segment, view, home)
        views = [view] if "marking" in hits else []
        for read_as in (*views, *self.disguises.views(view, hits)):
            yield self._marked(segment, read_as, view, home)
        for rule, kind in self.kinds.items():
            if rule in hits:
                yield kind.found(segment, view)

    def _marked(self, segment: Segment, view: View, plain: View, home: str) -> Iterator[Found]:
        lexicon = self.grammar.lexicon
        signals: Collection[str] = lexicon.signals
        if view is not plain:
            # A disguised word is one more than can be read without the view; what could be read was judged there.
            signals = [w for w in lexicon.level_words if w in view.text and view.text.count(w) > plain.text.count(w)]
        words = read(view.text) if len(view.text) < LONG else read_near(view.text, signals, marking.MOST)
        if any(word.text in signals for word in words):
            yield from self.markings.found(segment, view, words, home)
        if len(view.text) >= LONG and any(view.text.count(signal) > marking.MOST for signal in signals):
            raise TooMany(f"more than {marking.MOST} words of levels")
