"""What a homeserver gives no more, though we have it: it was purged there, or a timer of the room took it, of which no
redaction tells. `setu reconcile` finds it.
"""

from collections.abc import Collection
from datetime import datetime

from bots.retention import audit
from bots.retention.facts.cause import Cause
from bots.retention.facts.fact import fact
from bridge.model import Room
from bridge.store.database import Connection

_GONE = """
    select s.event_id, s.pos, exists (
        select from record_timer t where t.organisation = $2 and t.room_id = $3
          and (t.event_id = s.event_id and t.change = 'message' and t.due < $5
               or t.change in ('set', 'changed') and t.what = 'm.room.retention' and not exists (
                   select from record_timer n where n.organisation = $2 and n.room_id = $3 and n.what = t.what
                     and n.change <> 'message' and n.seq > t.seq)
               and (extract(epoch from now() - least(j.sent_at, j.received_at)) * 1000) >= t.milliseconds)
    ) as timed
    from seen s join journal j on j.room = s.room and j.pos = s.pos
    where s.room = $1 and s.event_id = any($4) and exists (select from record r where r.room = $1 and r.pos = s.pos)
      and not exists (
        select from record_deletion d where d.organisation = $2 and d.room_id = $3 and d.event_id = s.event_id
          and d.pos is null)
    order by s.pos
"""


async def note(connection: Connection, room: Room, event_ids: Collection[str]) -> int:
    """Keeps that these events of a room are gone from its homeserver; those on record, once. Gives how many."""
    async with connection.transaction():
        now: datetime = await connection.fetchval("select clock_timestamp()")
        milliseconds = int(now.timestamp() * 1000)
        rows = await connection.fetch(_GONE, room.ref, room.homeserver, room.room_id, list(event_ids), milliseconds)
        causes: list[tuple[str, int, Cause]] = [
            (row["event_id"], row["pos"], "timer" if row["timed"] else "purge") for row in rows
        ]
        await audit.keep(connection, room.homeserver, [
            fact(room, "deleted", room.homeserver, now, entry=None, event=event_id, of=pos, by=room.homeserver,
                 person=None, cause=cause)
            for event_id, pos, cause in causes
        ])  # fmt: skip
    return len(causes)
