"""Moments of a room, in an order that nobody's clock can upset. What was pushed to us stands in the order of the
journal. What came otherwise (the state in which the room was found, history, what was missed) stands after the last
pushed entry before which it was said, by its own time: a clock that is wrong moves only what it stamped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.retention.facts.fact import pushed, when
from bridge.model import Entry, Room
from bridge.store.database import Connection


@dataclass(frozen=True, order=True)
class Moment:
    """Compared part by part."""

    after: int
    """The position of the pushed entry that it follows; of a pushed entry, its own."""
    rank: int
    """0 for what was pushed, 1 for what came otherwise."""
    at: datetime


async def moments(connection: Connection, room: Room, entries: Sequence[Entry]) -> Mapping[int, Moment]:
    """Of each of these entries, by position."""
    found = {entry.pos: Moment(entry.pos, 0, when(entry)) for entry in entries if pushed(entry)}
    others = [entry for entry in entries if entry.pos not in found]
    after = await _after(connection, room, {entry.pos: when(entry) for entry in others}) if others else {}
    return found | {entry.pos: Moment(after.get(entry.pos, 0), 1, when(entry)) for entry in others}


async def _after(connection: Connection, room: Room, times: Mapping[int, datetime]) -> Mapping[int, int]:
    """Which pushed entry each follows; what was said before the first is left out."""
    first: datetime | None = await connection.fetchval(
        "select least(sent_at, received_at) from journal where room = $1 and source = 'push' and not late"
        " order by pos limit 1",
        room.ref,
    )
    later = {pos: at for pos, at in times.items() if first is not None and at >= first}
    if not later:
        return {}
    rows = await connection.fetch(
        """
        select e.pos, coalesce((
            select j.pos from journal j where j.room = $1 and j.source = 'push' and not j.late
              and j.pos < coalesce((
                  select n.pos from journal n where n.room = $1 and n.source = 'push' and not n.late and n.pos < e.pos
                    and n.received_at > e.at and least(n.sent_at, n.received_at) > e.at order by n.pos limit 1
              ), e.pos)
            order by j.pos desc limit 1
        ), 0) as after
        from unnest($2::bigint[], $3::timestamptz[]) e(pos, at)
        """,
        room.ref, list(later), list(later.values()),
    )  # fmt: skip
    return {row["pos"]: row["after"] for row in rows}
