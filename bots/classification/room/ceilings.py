"""What each place may carry: the lowest of what the settings and its own rooms say, since what is said in one of them
is read in all.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from bots.classification.ceiling import UnknownLevel, level
from bots.classification.room.decision import Decision, decide
from bots.classification.room.desk import Desk
from bots.classification.room.rules import Rules, rules
from bots.classification.verdict import Level, Verdict
from bridge.model import EndpointRef, Room, UserId
from bridge.store import places
from bridge.store.database import Connection


@dataclass(frozen=True)
class Ruled(places.Place):
    """A place and what holds there."""

    rules: Rules

    def decide(self, desk: Desk, verdict: Verdict) -> Decision | None:
        """What is to be done about a verdict here, now; None where nothing counts."""
        return decide(desk.grammar, verdict, self.rules, lambda rule: desk.excused(rule, self), desk.tried)


async def of(connection: Connection, desk: Desk, room: Room) -> Ruled | None:
    """The place that a room belongs to, a chat of two people included; None where Setu does not stand in it."""
    found = await places.of(connection, room, direct=True)
    return (await _ruled(connection, desk, [found])).get(found.ref) if found is not None else None


async def by_ref(connection: Connection, desk: Desk, ref: EndpointRef) -> Ruled | None:
    """The place of this number, where it is one."""
    return (await _ruled(connection, desk, (await places.by_refs(connection, [ref], direct=True)).values())).get(ref)


async def all_of(connection: Connection, desk: Desk) -> Collection[Ruled]:
    """Every place that is linked, that the settings name, or in which a ceiling was said."""
    named = {policy.room for policy in desk.settings.rooms if policy.room is not None}
    said = await connection.fetch(
        "select e.room_id from classification_ceiling c join endpoint e on e.id = c.endpoint"
        " where e.room_id is not null"
    )
    found = await places.all_of(connection, [*named, *(row["room_id"] for row in said)])
    return list((await _ruled(connection, desk, found.values())).values())


async def say(connection: Connection, end: EndpointRef, ceiling: Level | None, by: UserId) -> None:
    """In this room a ceiling is said, in place of an earlier one; None takes it back."""
    if ceiling is None:
        await connection.execute("delete from classification_ceiling where endpoint = $1", end)
        return
    await connection.execute(
        "insert into classification_ceiling (endpoint, level, said_by) values ($1, $2, $3)"
        " on conflict (endpoint) do update set level = $2, said_by = $3, said_at = now()",
        end, str(ceiling), by,
    )  # fmt: skip


async def _ruled(connection: Connection, desk: Desk, found: Collection[places.Place]) -> Mapping[EndpointRef, Ruled]:
    ends = [end.ref for place in found for end in place.ends]
    rows = await connection.fetch("select endpoint, level from classification_ceiling where endpoint = any($1)", ends)
    said = {row["endpoint"]: row["level"] for row in rows}
    return {place.ref: _one(desk, place, said) for place in found}


def _one(desk: Desk, place: places.Place, said: Mapping[int, str]) -> Ruled:
    settings = desk.settings
    named = [policy for policy in settings.rooms if place.named(policy.link, policy.room)]
    given = [policy.ceiling for policy in named if policy.ceiling is not None]
    # A room in which nothing was said has the ceiling of all: nobody raises it from the other side of a link.
    by_default = settings.default.ceiling if not given else None
    given += [one for end in place.ends if (one := said.get(end.ref, by_default)) is not None]
    levels = [found for one in given if (found := _level(desk, one)) is not None]
    lowest = min(levels, key=lambda one: one.rank, default=None)
    return Ruled(place.ref, place.ends, place.links, place.former, rules(lowest, *named, settings.default))


def _level(desk: Desk, name: str) -> Level | None:
    """None where a scheme in which somebody said a ceiling is loaded no more."""
    try:
        return level(desk.grammar, name, desk.settings.scheme)
    except UnknownLevel:
        return None
