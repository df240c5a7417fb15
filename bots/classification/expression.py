"""A marking's wording as it stands in a text: a level, what names its scheme before it, and what handles it behind it
(`TOP SECRET//SI//NOFORN`, `UK SECRET`, `CONFIDENTIAL / गोपनीय`). Whether it is a marking at all is not asked here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bots.classification.letters import caseless
from bots.classification.lexicon import Lexicon
from bots.classification.scheme import Handling
from bots.classification.term import Sense, Term
from bots.classification.verdict import Level
from bots.classification.view import View
from bots.classification.word import Word

_JOIN = re.compile(r"[^\S\n]{0,3}(?:[/|,:;&+·•\-–—()\[\]*_]{1,3}[^\S\n]{0,2}){0,2}")
"""What may stand between the parts of one marking; never the end of a line."""
_SHORT = 4
"""Letters; a handling word as short as CAN or SI belongs to a level only behind a sign."""


@dataclass(frozen=True)
class Expression:
    """Some words that together would make a marking."""

    start: int
    end: int
    first: int
    behind: int
    """The numbers of its first word and of the word behind it."""
    level: Level
    sense: Sense
    handling: tuple[Handling, ...] = ()
    prefixed: bool = False
    capitals: bool = False
    """Written in capitals, or in a script that has none."""
    several: bool = False
    """It names different levels: a list of levels, not a marking."""
    strokes: bool = False
    """Handling words are joined by strokes."""
    bilingual: bool = False
    short: bool = False
    """An abbreviation."""

    @property
    def flags(self) -> tuple[str, ...]:
        """`malformed`, when its parts may not stand together so."""
        legal = all(h.levels is None or self.level.name in h.levels for h in self.handling)
        places = [handling.place for handling in self.handling]
        return () if legal and places == sorted(places) else ("malformed",)


@dataclass(frozen=True)
class Name:
    """The name of a thing that holds the word of a level."""

    start: int
    end: int
    term: Term


@dataclass(frozen=True)
class _Part:
    term: Term
    at: int
    behind: int


def expressions(view: View, words: Sequence[Word], lexicon: Lexicon, home: str) -> Iterator[Expression | Name]:
    """Every wording in the order of the text; `home` is the scheme to which a bare level belongs."""
    at = 0
    heads = lexicon.heads
    while at < len(words):
        found = lexicon.longest(words, at, view.text) if words[at].text in heads else None
        if found is None:
            at += 1
        elif found[0].what == "stop":
            behind = found[1]
            if any(word.text in lexicon.signals for word in words[at:behind]):
                yield Name(words[at].start, words[behind - 1].end, found[0])
            at = behind
        elif found[0].what == "handling":
            at += 1
        else:
            parts = _parts(view, words, lexicon, _Part(found[0], at, found[1]))
            if any(part.term.what == "level" for part in parts):
                yield _expression(view, words, parts, home)
                at = parts[-1].behind
            else:
                at += 1


def _parts(view: View, words: Sequence[Word], lexicon: Lexicon, first: _Part) -> list[_Part]:
    parts = [first]
    while (at := parts[-1].behind) < len(words) and len(parts) < 12:
        if not _JOIN.fullmatch(view.text, words[at - 1].end, words[at].start):
            break
        found = lexicon.longest(words, at, view.text)
        if found is None or found[0].what == "stop" or not _fits(view, words, parts, found[0], at, found[1]):
            break
        parts.append(_Part(found[0], at, found[1]))
    while parts[-1].term.what == "prefix" and len(parts) > 1:
        parts.pop()
    return parts


def _fits(view: View, words: Sequence[Word], parts: list[_Part], term: Term, at: int, behind: int) -> bool:
    if term.what != "handling":
        return True
    # "SECRET legal" is a level and an ordinary word; "SECRET LEGAL" may be one marking.
    if not any(part.term.what == "level" for part in parts):
        return False
    short = words[behind - 1].end - words[at].start <= _SHORT and parts[-1].term.what == "level"
    if short and not set("/,-") & set(view.text[words[at - 1].end : words[at].start]):
        return False
    return _capitals(view.original(words[at].start, words[behind - 1].end))


def _expression(view: View, words: Sequence[Word], parts: list[_Part], home: str) -> Expression:
    levels = [part for part in parts if part.term.what == "level"]
    prefixes = {sense.scheme for part in parts if part.term.what == "prefix" for sense in part.term.senses}
    handled = [part for part in parts if part.term.what == "handling"]
    named = _named(handled)
    chosen = [_chosen(part.term.senses, prefixes, named, home) for part in levels]
    # A word of one language is read with that of the other: गोपनीय beside SECRET is no second level.
    scripts = {words[part.at].text.isascii() for part in levels}
    counted = [s for s, part in zip(chosen, levels, strict=True) if len(scripts) == 1 or words[part.at].text.isascii()]
    sense = max(counted, key=lambda sense: _level(sense).rank)
    start, end = words[parts[0].at].start, words[parts[-1].behind - 1].end
    return Expression(
        start, end, parts[0].at, parts[-1].behind, _level(sense), sense,
        tuple(h for part in handled for s in part.term.senses if s.scheme == sense.scheme and (h := s.handling)),
        prefixed=sense.scheme in prefixes or sense.scheme in named,
        capitals=all(_loud(view.original(words[p.at].start, words[p.behind - 1].end), p.term) for p in levels),
        several=len({_level(sense) for sense in counted}) > 1,
        strokes=bool(handled) and any("/" in view.text[words[p.at - 1].end : words[p.at].start] for p in handled),
        bilingual=len(scripts) > 1,
        short=all(part.term.short for part in levels),
    )  # fmt: skip


def _named(handled: Sequence[_Part]) -> set[str]:
    return {s.scheme for part in handled for s in part.term.senses if s.handling is not None and s.handling.own}


def _chosen(senses: Sequence[Sense], prefixes: set[str], named: set[str], home: str) -> Sense:
    for wanted in (prefixes, named, {home}):
        for sense in senses:
            if sense.scheme in wanted:
                return sense
    return next((s for s in senses if s.words is not None and s.words.alone == "always"), senses[0])


def _level(sense: Sense) -> Level:
    assert sense.level is not None  # only the senses of levels come here
    return sense.level


def _loud(written: str, term: Term) -> bool:
    """In capitals, or just as the scheme writes it: `OFFICIAL: Sensitive`."""
    return _capitals(written) or any(sense.level is not None and sense.level.name == written for sense in term.senses)


def _capitals(written: str) -> bool:
    return written == written.upper() or caseless(written)
