"""The multi-pattern stage: which rules need to look at a text at all. Most messages end here. With google-re2 all
triggers are one automaton; without it, words are looked up and patterns tried one by one. Either may name a rule
too many, never one too few, and what a rule then finds does not depend on which stage named it.
"""

import re
from collections.abc import Sequence
from typing import Protocol

from bots.classification import portion
from bots.classification.disguise import Disguises
from bots.classification.letters import WORD
from bots.classification.lexicon import Lexicon
from bots.classification.native import re2
from bots.classification.scheme import DataRule
from bots.classification.width import least_width

_SIGN = r" \t\n.\-_*·|/,:+~•"
_ONE = rf"(?:[^{_SIGN}\x00-\x7f]{{1,3}}|[a-z0-9])"
TRIGGERS = {
    "spaced": rf"(?:^|[^a-z0-9]){_ONE}(?:[{_SIGN}]{{1,3}}{_ONE}){{2}}[{_SIGN}]{{1,3}}{_ONE}(?:[^a-z0-9]|$)",
    "markup": r"[a-z][*_~`\\]{1,4}[a-z]",
    "lines": r"(?:^|\n)[ \t*>]{0,4}[^\x00-@\[-`{-\x7f]{1,14}[ \t*-]{0,4}\n",
    "portion": portion.TRIGGER,
}
"""Besides the words of levels and the patterns of data; in the syntax that `re` and RE2 share."""

MEMORY = 32 << 20
"""Bytes that the automaton may use. When it is full, states are made anew: slower, never wrong."""


class Prefilter(Protocol):
    """Names what must look at a text."""

    def hits(self, text: str) -> Sequence[str]:
        """Triggers, and ids of data rules; `marking` for words of levels. The text is folded."""


class Words:
    """The stage without the native library."""

    def __init__(self, lexicon: Lexicon, rules: Sequence[DataRule], disguises: Disguises) -> None:
        self._signals = lexicon.signals
        self._triggers = [(name, re.compile(pattern)) for name, pattern in TRIGGERS.items()]
        self._spelled = disguises.spelled
        self._data = {
            needs: [(rule.id, re.compile(rule.pattern)) for rule in rules if rule.needs == needs]
            for needs in ("digits", "at", "words")
        }

    def hits(self, text: str) -> Sequence[str]:
        """See `Prefilter`."""
        found = [] if self._signals.isdisjoint(WORD.findall(text)) else ["marking"]
        found += [name for name, pattern in self._triggers if pattern.search(text)]
        if _SIGN_BY_LETTER.search(text) and self._spelled(text) is not None:
            found.append("leet")
        if "@" in text:
            found += [rule for rule, _ in self._data["at"]]
        if len(_DIGIT.findall(text)) >= FEWEST_DIGITS:
            found += [rule for rule, pattern in self._data["digits"] if pattern.search(text)]
        found += [rule for rule, pattern in self._data["words"] if pattern.search(text)]
        return found


_DIGIT = re.compile("[0-9]")
_SIGN_BY_LETTER = re.compile(r"[a-z][0-9$@!|+]|[0-9$@!|+][a-z]")
MOST_COUNTED = 8
_NUMBER_ONLY = re.compile(
    r"(?:\[[0-9-]+\](?:\{[0-9,]+\}|\?)?|[0-9]|\[ \.?-\]\?(?!\[ )| \?(?! )|\(\?:|\)\??|\||\\\+\??)+"
)
NUMBER = 9
"""Digits; a type that is digits alone, with single signs between them, and has as many of them."""
_LONG_NUMBER = rf"[0-9](?:[ .-]?[0-9]){{{NUMBER - 1}}}"
FEWEST_DIGITS = 4
"""No type of data that needs digits has fewer."""


class Automaton:
    """The stage with google-re2."""

    def __init__(self, lexicon: Lexicon, rules: Sequence[DataRule], disguises: Disguises) -> None:
        options = re2.Options()
        options.max_mem = MEMORY
        options.log_errors = False  # it would write to standard error, past every logger
        self._set = re2.Set.SearchSet(options)
        patterns = {"marking": _words(lexicon.signals), "leet": disguises.leet_patterns(), **TRIGGERS}
        named: dict[str, list[str]] = {}
        for name, pattern in {**patterns, **{rule.id: _simpler(rule.pattern) for rule in rules}}.items():
            named.setdefault(pattern, []).append(name)
        self._names = tuple(named.values())
        for pattern in named:
            self._set.Add(pattern)
        # It matches every text: were it missing in an answer, the automaton would have failed without a word.
        self._sentinel = len(self._names)
        self._set.Add("")
        self._set.Compile()
        self._slow = Words(lexicon, rules, disguises)

    def hits(self, text: str) -> Sequence[str]:
        """See `Prefilter`."""
        found = self._set.Match(text)
        if len(found) == 1 and found[0] == self._sentinel:
            return ()
        if self._sentinel not in found:
            return self._slow.hits(text)
        return [name for number in found if number != self._sentinel for name in self._names[number]]


def _simpler(pattern: str) -> str:
    """A pattern that is found wherever the other is: to count to 64 an automaton needs 64 states for each beginning."""
    if _NUMBER_ONLY.fullmatch(pattern) and least_width(pattern) >= NUMBER:
        return _LONG_NUMBER  # one for all of them, which differ in what is between their digits

    def endless(counted: re.Match[str]) -> str:
        least, most = int(counted[1]), int(counted[2] or counted[1])
        return counted[0] if most <= MOST_COUNTED else "+" if least else "*"

    return re.sub(r"\{(\d+)(?:,(\d+))?\}", endless, pattern)


def _words(signals: frozenset[str]) -> str:
    """Words of Latin letters with their ends; others without, since RE2 knows no marks."""
    plain = sorted(word for word in signals if word.isascii())
    others = sorted(word for word in signals if not word.isascii())
    return "|".join((f"(?:^|[^a-z0-9])(?:{'|'.join(plain)})(?:[^a-z0-9]|$)", *map(re.escape, others)))


def prefilter(lexicon: Lexicon, rules: Sequence[DataRule], disguises: Disguises, *, native: bool = True) -> Prefilter:
    """The faster stage that can be had; `native` false asks for the one without the library."""
    stage = Automaton if native and re2 is not None else Words
    return stage(lexicon, rules, disguises)
