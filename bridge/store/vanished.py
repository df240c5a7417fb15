"""What the journal has of a room and its homeserver gives no more."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from bridge.model import Entry, Room
from bridge.seal import CannotOpen
from bridge.store.database import Connection
from bridge.store.journal import Journal

ON_ITS_WAY = timedelta(seconds=10)
"""After which what was pushed to us is surely in what the homeserver gives."""

AT_ONCE = 500
"""Entries that are open in memory."""


async def now(connection: Connection) -> datetime:
    """The database's time: take it before the homeserver is read."""
    at: datetime = await connection.fetchval("select clock_timestamp()")
    return at


async def vanished(
    connection: Connection, journal: Journal, room: Room, opening: str, given: Collection[str], read_at: datetime
) -> Sequence[str]:
    """The ids of what was said in a room and is not among the events that its homeserver gave when it was read; in the
    order of the journal. Of what was pushed to us since the event by which our bot came in, or missed and found since.
    A state that is gone from the history may still be the room's, and is not meant.
    """
    rows = await connection.fetch(
        """
        select j.pos from journal j left join unnest($4::text[]) as g(event_id) on g.event_id = j.event_id
        where j.room = $1 and j.pos >= (select pos from seen where room = $1 and event_id = $2) and j.received_at < $3
          and (j.source = 'push' or j.source = 'messages' and j.late) and j.cites is null
          and starts_with(j.event_id, '$') and g.event_id is null and j.membership is null
        order by j.pos
        """,
        room.ref, opening, read_at - ON_ITS_WAY, list(given),
    )  # fmt: skip
    positions = [row["pos"] for row in rows]
    found: list[str] = []
    for first in range(0, len(positions), AT_ONCE):
        found += _said(await journal.read_at(connection, room, positions[first : first + AT_ONCE]))
    return found


def _said(entries: Sequence[Entry]) -> Iterator[str]:
    """Those that are no state, and that still open."""
    for entry in entries:
        try:
            if entry.raw.state_key is None and entry.raw.id is not None:
                yield entry.raw.id
        except CannotOpen:
            continue
