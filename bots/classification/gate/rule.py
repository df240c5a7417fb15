"""What one room lets in, and whether a verdict is against it. Pure."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bots.classification.ceiling import distance
from bots.classification.grammar import Grammar
from bots.classification.verdict import Finding, Kind, Level, Verdict
from bridge.model import HomeserverName
from bridge.store.database import Connection


@dataclass(frozen=True)
class Rule:
    """What a room refuses before it is sent."""

    ceiling: Level | None
    """None: no marking is too high here."""
    refuse_above: int
    """By how many levels above the ceiling a marking is refused; 1 is whatever is above it."""
    kinds: frozenset[Kind]
    """The kinds of findings that are refused at all."""
    mode: Literal["enforce", "simulate"] = "enforce"
    """Whether it is refused, or only counted."""
    excused: frozenset[str] = frozenset()
    """The ids of rules that do not count here."""
    tried: frozenset[str] = frozenset()
    """Those of which it is only counted what they would do."""

    @property
    def bites(self) -> bool:
        return self.mode == "enforce"

    def against(self, grammar: Grammar, verdict: Verdict) -> Finding | None:
        """The finding that keeps an event out: the highest marking, or else the first data; None where none does."""
        firm = [finding for finding in verdict.findings if finding.rule not in self.tried]
        return self._worst(grammar, firm) if self.bites else None

    def would_be_against(self, grammar: Grammar, verdict: Verdict) -> Finding | None:
        """The same, were nothing only tried."""
        return self._worst(grammar, verdict.findings)

    def _worst(self, grammar: Grammar, findings: Sequence[Finding]) -> Finding | None:
        found = [finding for finding in findings if finding.kind in self.kinds and finding.rule not in self.excused]
        high = {finding.level: finding for finding in found if self._too_high(grammar, finding)}
        if high:
            return high[max((level for level in high if level is not None), key=lambda level: level.rank)]
        return next((finding for finding in found if finding.kind in ("data", "credential")), None)

    def _too_high(self, grammar: Grammar, finding: Finding) -> bool:
        return self.ceiling is not None and distance(grammar, finding.level, self.ceiling) >= self.refuse_above


RuleFor = Callable[[Connection, HomeserverName, str], Awaitable[Rule | None]]
"""The rule of a room, by its homeserver and its id; None where nothing is refused."""
