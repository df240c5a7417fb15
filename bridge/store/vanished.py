"""What the journal has of a room and its homeserver gives no more."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bridge.model import Room
from bridge.store.database import Connection

ON_ITS_WAY = timedelta(minutes=1)
"""After which what was pushed to us is surely in what the homeserver gives."""


async def now(connection: Connection) -> datetime:
    """The database's time: take it before the homeserver is read."""
    at: datetime = await connection.fetchval("select clock_timestamp()")
    return at


async def vanished(
    connection: Connection, room: Room, opening: str, given: Collection[str], read_at: datetime
) -> Sequence[str]:
    """The events of a room that were pushed to us since the one by which our bot came in, or missed and found since,
    and are not among those that its homeserver gave when it was read; in the order of the journal.
    """
    rows = await connection.fetch(
        """
        select j.event_id from journal j left join unnest($4::text[]) as g(event_id) on g.event_id = j.event_id
        where j.room = $1 and j.pos >= (select pos from seen where room = $1 and event_id = $2) and j.received_at < $3
          and (j.source = 'push' or j.source = 'messages' and j.late) and j.cites is null
          and starts_with(j.event_id, '$') and g.event_id is null
        order by j.pos
        """,
        room.ref, opening, read_at - ON_ITS_WAY, list(given),
    )  # fmt: skip
    return [row["event_id"] for row in rows]
