"""The ladder of those who do not say who they are: told, reminded, restricted, asked to leave, removed. Pure: which
rung comes next, and when. Each is counted from when the one before it was really done, so that nobody who could not be
reached for a week falls down the whole ladder at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Step(StrEnum):
    """What happens to somebody. A table's check holds the same words."""

    TOLD = "told"
    REMINDED = "reminded"
    RESTRICTED = "restricted"
    """They may read, and not write."""
    ASKED = "asked"
    """They are asked to leave."""
    REMOVED = "removed"


@dataclass(frozen=True)
class Rung:
    """A step, and how long after the one before it."""

    step: Step
    gap: timedelta


@dataclass(frozen=True)
class Due:
    """The next rung."""

    rung: Rung
    at: datetime


def due(rungs: Sequence[Rung], done: int, since: datetime) -> Due | None:
    """The rung that comes after so many, the last of which was done at `since`; None at the end of the ladder."""
    return Due(rungs[done], since + rungs[done].gap) if done < len(rungs) else None


def ahead(rungs: Sequence[Rung], done: int, since: datetime) -> Sequence[Due]:
    """All that would still come, if nothing changes: what a preview shows."""
    found: list[Due] = []
    for rung in rungs[done:]:
        since = since + rung.gap
        found.append(Due(rung, since))
    return found
