"""How a room's power levels let somebody read and not write. A few are named with a level below what writing takes;
where that would be too many names for one event, writing takes more and those who may write are named. Pure.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bridge.model import UserId
from bridge.power import MODERATOR, Powers

MOST_NAMED = 1_400
"""Users; about 1,500 fit into an event (65,536 bytes, Client-Server API, "Size limits")."""

MOST_BYTES = 56_000
"""Of the names, where they are long."""

BELOW = -1
"""Less than any room asks for writing."""


@dataclass(frozen=True)
class Change:
    """What is to be changed in the power levels; None takes a name away."""

    users: Mapping[UserId, int | None]
    events_default: int | None = None


@dataclass(frozen=True)
class TooMany:
    """Neither those who may write nor those who may not can be named."""

    may_not: int
    may: int


def plan(
    powers: Powers, restricted: Collection[UserId], people: Collection[UserId], lifted: Collection[UserId] = (),
    by_us: bool = True,
) -> Change | TooMany:  # fmt: skip
    """What makes exactly these people unable to write, of all who are in the room. Moderators are left alone.

    Args:
        powers: the room's levels now.
        restricted: all who may not write from now on, also those who could not before.
        people: everybody who is in the room, bots and ghosts too.
        lifted: those who may write again.
        by_us: whether it was we who raised what writing takes, where it is raised. Where it was people, only some
            are meant to write, and nobody is given the right.
    """
    named, weak = powers.named, {user for user in restricted if powers.of(user) < MODERATOR}
    free: dict[UserId, int | None] = {user: None for user in lifted if named.get(user, BELOW) == BELOW}
    below = {user: BELOW for user in weak if named.get(user) != BELOW}
    kept = {user for user in named if user not in free}
    ours = by_us and powers.to_write == powers.default + 1
    if _fits({*kept, *below}) and not ours:
        return Change({**free, **below})
    if _raised(powers) and not ours:  # who is not named cannot write as it is
        able = {user: level for user, level in below.items() if powers.of(user) >= powers.to_write}
        return Change({**free, **able}) if _fits({*kept, *able}) else TooMany(len(weak), len(people) - len(weak))
    may = {user for user in people if user not in weak and powers.of(user) < _high(powers)}
    gone = {user for user, level in named.items() if level == BELOW or user in weak}
    if _fits({*may, *named} - gone) and not powers.writing_apart:  # else raising would raise nothing
        raised = dict.fromkeys(may, _high(powers))
        return Change({**dict.fromkeys(gone), **raised}, _high(powers))
    return TooMany(len(weak), len(may))


def _raised(powers: Powers) -> bool:
    return powers.to_write > powers.default


def _high(powers: Powers) -> int:
    return powers.to_write if _raised(powers) else powers.default + 1


def _fits(users: Collection[str]) -> bool:
    return len(users) <= MOST_NAMED and sum(len(json.dumps(user)) + 4 for user in users) <= MOST_BYTES
