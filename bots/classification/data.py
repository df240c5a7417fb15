"""Data that does not belong in a message: what has the shape of a number or key, passes its check, and stands among
words that speak for it. The value is looked at here and goes no further.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

from bots.classification.checks import CHECKS
from bots.classification.letters import MARKS
from bots.classification.native import re2
from bots.classification.near import Near, ends_near
from bots.classification.scheme import DataRule
from bots.classification.too_many import TooMany
from bots.classification.verdict import Dismissed, Finding
from bots.classification.view import View
from bots.classification.vocabulary import Vocabulary
from bots.classification.word import Word, read
from bridge.documents.segment import Segment

LONG = 2000
"""Characters above which it is first asked where to look."""
WIDE = 700
"""No pattern is wider."""
MOST_SPOTS = 200
"""Places that are asked for; behind the last of them all is read."""
MOST, MOST_SHAPES = 60, 1500
"""Values of one type in one text that are judged, and what has their shape and fails their check."""

_AROUND = {
    "word": (rf"(?<![^\W_])(?<![{MARKS}])(?:", rf")(?![^\W_]|[{MARKS}])"),
    "token": (r"(?<![\w-])(?:", r")(?![\w-]|\.\w)"),
    "address": (r"(?<![a-z0-9._%+-])(?:", r")(?![\w-]|\.\w)"),
    "none": ("(?:", ")"),
}
_SIGNS = re.compile(r"[ .-]")
_LONGER = re.compile(r"[ -]?[0-9]{3}")
_LONGER_BEFORE = re.compile(r"[0-9]{3}[ -]?$")
_DECIMAL = re.compile(r"[0-9][.,]$")
_CALLING = re.compile(r"\+(?:91)?[ -]?$")
DISARMED_WITHIN = 32
"""Characters before a value in which a word such as UTR speaks against it."""


@dataclass(frozen=True)
class Kind:
    """One type of data, ready to be looked for."""

    rule: DataRule
    vocabulary: Vocabulary
    native: bool = True
    """Whether google-re2 may say where in a long text it is worth looking."""

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        before, after = _AROUND[self.rule.bounded]
        return re.compile(f"{before}{self.rule.pattern}{after}")

    @cached_property
    def _published(self) -> frozenset[str]:
        return frozenset(_SIGNS.sub("", value.lower()) for value in self.rule.published)

    @cached_property
    def _near(self) -> Near | None:
        return Near.of(self.rule.context) if self.rule.context is not None else None

    @cached_property
    def _locates(self) -> Any:
        return re2.compile(self.rule.pattern) if self.native and re2 is not None else None

    def _candidates(self, text: str) -> Iterator[re.Match[str]]:
        if len(text) < LONG or self._locates is None:
            yield from self._pattern.finditer(text)
            return
        spots = [(spot.start() - WIDE, spot.end() + WIDE) for spot in islice(self._locates.finditer(text), MOST_SPOTS)]
        if len(spots) == MOST_SPOTS:
            spots.append((spots[-1][0], len(text)))
        for low, high in _merged(spots):
            yield from self._pattern.finditer(text, low, high)

    def found(self, segment: Segment, view: View) -> Iterator[Finding | Dismissed]:
        """Each value of this type, and what only looks like one.

        Raises:
            TooMany: after the candidates that could be judged.
        """
        passed = 0
        for number, match in enumerate(self._candidates(view.text)):
            passes = self._passes(match[0])
            passed += passes
            if passed > MOST or number > MOST_SHAPES:
                raise TooMany(f"more values of type {self.rule.type} than are judged")
            if not passes and (number > MOST or self.rule.check == "domain"):
                continue  # enough of them are told already; and any other address is none of these
            start, end = view.origin(*match.span())
            reason, spoken = self._doubt(view.text, match) if passes else ("check", False)
            if reason is not None:
                yield Dismissed(self.rule.id, segment.label, start, end, reason)
                continue
            evidence = ["shape"] + ["check_digit"] * (self.rule.check not in ("none", "entropy", "domain", "pan"))
            evidence += ["context"] * spoken
            sure = round(min(0.99, self.rule.confidence + 0.07 * (len(evidence) - 1)), 2)
            yield Finding(
                self.rule.id, self.rule.type, self.rule.finding, segment.label, start, end, tuple(evidence), sure
            )

    def _doubt(self, text: str, match: re.Match[str]) -> tuple[str | None, bool]:
        """Why it is none, and whether words speak for it."""
        value, (start, end) = match[0], match.span()
        plain = _SIGNS.sub("", value)
        if plain in self._published or value in self._published or (plain.isdigit() and len(set(plain)) == 1):
            return "published", False
        if plain.isdigit() and (_LONGER.match(text, end) or _LONGER_BEFORE.search(text[max(0, start - 4) : start])):
            return "longer", False
        if plain.isdigit() and _DECIMAL.search(text[max(0, start - 4) : start]):
            return "decimal", False
        if plain.isdigit() and self.rule.type != "PHONE" and _CALLING.search(text[max(0, start - 4) : start]):
            return "phone", False
        before = read(text[max(0, start - DISARMED_WITHIN) : start])
        if self.rule.disarm and self._disarmed(before):
            return "ordinary_number", False
        if self.rule.finding == "data" and ends_near(before, self.vocabulary.masks, 2):
            return "specimen", False
        spoken = self._near is not None and self._near.speaks(text, start, end)
        return ("no_context" if self._needs_words(value) and not spoken else None), spoken

    def _needs_words(self, value: str) -> bool:
        needed = self.rule.context.needed if self.rule.context is not None else "never"
        return needed == "always" or (needed == "bare" and value.isalnum())

    def _passes(self, value: str) -> bool:
        if self.rule.check == "domain":
            return value.partition("@")[2] in self.rule.domains
        return CHECKS[self.rule.check](value)

    def _disarmed(self, before: Sequence[Word]) -> bool:
        return ends_near(before, self.vocabulary.disarming, 2)


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans in their order, those that meet as one."""
    low, high = -1, -1
    for start, end in spans:
        if start > high:
            if high >= 0:
                yield low, high
            low = max(0, start)
        high = end
    if high >= 0:
        yield low, high


def kinds(rules: Iterable[DataRule], vocabulary: Vocabulary, *, native: bool = True) -> dict[str, Kind]:
    """Every type by the id of its rule."""
    return {rule.id: Kind(rule, vocabulary, native) for rule in rules}
