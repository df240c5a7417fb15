"""Letting a hold go: one officer asks, another agrees, and after the cooling-off time it holds no more; until then
either of them may take the release back. Pure: what may be done next, or why it may not.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bots.retention.holds.hold import Act, Deed, Hold, Officer, Standing
from bridge.saying import Saying


@dataclass(frozen=True)
class Refused:
    """It may not be done."""

    why: Saying


def released(hold: Hold, officer: Officer, reason: str, now: datetime, cooling: timedelta) -> Act | Refused:
    """What it means that this officer wants the hold to end."""
    match hold.standing(now):
        case Standing.HOLDS:
            return Act(_next(hold), Deed.ASKED, now, officer, reason)
        case Standing.ASKED:
            asked = hold.acts[-1].officer
            if officer.may_be(asked):
                return Refused(Saying.of("records-hold-same-person", hold=hold.number))
            return Act(_next(hold), Deed.AGREED, now, officer, reason, now + cooling, asked)
        case Standing.COOLING:
            return Refused(Saying.of("records-hold-cools-already", hold=hold.number))
        case Standing.ENDED:
            return Refused(Saying.of("records-hold-ended", hold=hold.number))


def taken_back(hold: Hold, officer: Officer, reason: str, now: datetime) -> Act | Refused:
    """What it means that this officer wants the hold to be kept after all."""
    match hold.standing(now):
        case Standing.HOLDS:
            return Refused(Saying.of("records-hold-not-released", hold=hold.number))
        case Standing.ENDED:
            return Refused(Saying.of("records-hold-ended", hold=hold.number))
        case Standing.ASKED | Standing.COOLING:
            last = hold.acts[-1]
            if not any(officer.may_be(one) for one in (last.officer, last.answers) if one is not None):
                return Refused(Saying.of("records-hold-not-yours", hold=hold.number))
            return Act(_next(hold), Deed.TAKEN_BACK, now, officer, reason)


def _next(hold: Hold) -> int:
    return len(hold.acts) + 1
