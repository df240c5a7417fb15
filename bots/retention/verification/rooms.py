"""Rooms: numbered without a hole, in the order of the journal and of the log, up to what their heads say; and each
entry of the journal on record, or in the gap register.
"""

from collections.abc import AsyncIterator

import asyncpg

from bots.retention.follower import Retention
from bots.retention.verification.fault import Fault
from bridge.model import RoomRef
from bridge.store.database import Connection

PATIENCE = 3600.0
"""Seconds that one question about all rooms may take."""

_ORDER = """
    select o.room_id, o.homeserver, room_seq, pos from (
        select room, room_seq, pos, seq, lag(room_seq, 1, 0::bigint) over w as seq_before,
               lag(pos, 1, 0::bigint) over w as pos_before, lag(seq, 1, -1::bigint) over w as leaf_before
        from record where $1::bigint is null or room = $1 window w as (partition by room order by room_seq, seq)
    ) r left join room o on o.id = room
    where room_seq <> seq_before + 1 or pos <= pos_before or seq <= leaf_before order by room, room_seq
"""
_HEADS = """
    select o.room_id, o.homeserver, coalesce(h.room, r.room) as room from record_head h full join (
        select room, max(room_seq) as room_seq, max(pos) as last_pos from record group by room
    ) r on r.room = h.room left join room o on o.id = coalesce(h.room, r.room)
    where ($1::bigint is null or coalesce(h.room, r.room) = $1)
      and (h.room_seq is distinct from r.room_seq or h.last_pos is distinct from r.last_pos) order by 3
"""
_JOURNAL = """
    select o.room_id, o.homeserver, j.pos from journal j
    join (select room, max(pos) as last_pos from record where $1::bigint is null or room = $1 group by room) h
        on h.room = j.room and j.pos <= h.last_pos
    left join record r on r.room = j.room and r.pos = j.pos left join room o on o.id = j.room
    where r.room is null and not exists (
        select from gap g where g.room = j.room and g.pos = j.pos and g.follower = $2
    ) order by j.room, j.pos
"""


async def faults(connection: Connection, room: RoomRef | None = None) -> AsyncIterator[Fault]:
    """Of one room, or of all."""
    for row in await connection.fetch(_ORDER, room, timeout=PATIENCE):
        where = f"record {row['room_seq']} in room {_name(row)}"
        yield Fault(where, "it does not follow the one before it")
    for row in await connection.fetch(_HEADS, room, timeout=PATIENCE):
        yield Fault(f"room {_name(row)}", "its head does not name its last record")
    for row in await connection.fetch(_JOURNAL, room, Retention.name, timeout=PATIENCE):
        yield Fault(f"journal entry {row['pos']} of room {_name(row)}", "it is not on record")


def _name(row: asyncpg.Record) -> str:
    return f"{row['room_id']} of {row['homeserver']}"
