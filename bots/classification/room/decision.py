"""What is to be done about a verdict in a place: a pure function of both, and of which rules are excused or only tried.
Each finding asks for what the settings say of its kind and its distance above the ceiling; all of it together is done.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from bots.classification.ceiling import distance
from bots.classification.grammar import Grammar
from bots.classification.room.rules import Rules
from bots.classification.settings import Deed, Response
from bots.classification.verdict import KINDS, Finding, Kind, Level, Verdict

MARKED = ("marking", "portion")
STAYS = frozenset({"hold", "redact"})
"""Deeds by which a message does not cross."""
NOT_SCANNED = "not-scanned"
"""Stands for a rule where a file could not be read."""


@dataclass(frozen=True)
class Decision:
    """What is done, and why."""

    deeds: frozenset[Deed]
    would: frozenset[Deed]
    """What would be done besides, were the rule or the room not only tried."""
    kind: Kind
    level: Level | None
    above: int
    """By how many levels it is above the ceiling."""
    rules: tuple[str, ...]
    """The rules that fired, without those that are excused."""

    @property
    def stays(self) -> bool:
        """Whether it does not cross."""
        return bool(self.deeds & STAYS)


Asks = Callable[[str], bool]


def _never(_: str) -> bool:
    return False


def decide(
    grammar: Grammar, verdict: Verdict, rules: Rules, excused: Asks = _never, tried: Asks = _never
) -> Decision | None:
    """The decision; None where nothing counts. `excused` and `tried` are asked by a rule's id.

    What carries a marking above the ceiling never crosses while the place enforces (DESIGN.md, invariant 5).
    """
    if rules.mode == "off":
        return None
    found = [finding for finding in verdict.findings if not excused(finding.rule)]
    deeds: set[Deed] = set()
    would: set[Deed] = set()
    for finding in found:
        asked = _asked(grammar, finding, rules)
        (would if tried(finding.rule) or rules.mode == "simulate" else deeds).update(asked)
    names = tuple(dict.fromkeys(finding.rule for finding in found))
    if verdict.not_scanned and rules.not_scanned == "hold":
        (would if rules.mode == "simulate" else deeds).add("hold")
        names = (*names, NOT_SCANNED)
    if not deeds and not would:
        return None
    level = max((one.level for one in found if one.level is not None), key=lambda one: one.rank, default=None)
    above = distance(grammar, level, rules.ceiling) if rules.ceiling is not None else 0
    return Decision(frozenset(deeds), frozenset(would - deeds), _kind(found), level, above, names)


def _asked(grammar: Grammar, finding: Finding, rules: Rules) -> Collection[Deed]:
    above = distance(grammar, finding.level, rules.ceiling) if rules.ceiling is not None else 0
    if finding.kind in MARKED and above == 0:
        return ()
    fitting = [response for response in rules.responses if _fits(response, finding, above)]
    asked = set(max(fitting, key=lambda response: response.above).do) if fitting else set[Deed]()
    return asked | ({"hold"} if finding.kind in MARKED and not asked & STAYS else set())


def _fits(response: Response, finding: Finding, above: int) -> bool:
    of_type = not response.types or finding.type in response.types
    return finding.kind in response.kinds and of_type and above >= response.above


def _kind(found: Sequence[Finding]) -> Kind:
    return next((kind for kind in KINDS if any(one.kind == kind for one in found)), "none")
