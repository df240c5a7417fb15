"""What is held at the border: released it goes on as late entries, each after what it depends on; refused it stays for
good. Both change what was written of its crossing, and nothing else.
"""

from collections.abc import Collection, Sequence

from bridge.model import RELEASED, RELEASED_SECRET, Entry, Fate, Room, RoomRef
from bridge.store import pauses
from bridge.store.database import Connection
from bridge.store.journal import Arrival, Journal

_CHAIN = """
    with recursive chain (pos) as (
        select unnest($2::bigint[])
        union select c.pos from crossing c join chain on c.held_by = chain.pos where c.room = $1 and c.fate = 'held'
    )
"""
"""These entries, and what is held because of them."""


async def release(connection: Connection, journal: Journal, room: Room, pos: int) -> int:
    """What is held at this position goes on, with what depends on it, in their order; gives how many entries go on.
    What depends on something that is still held goes on with that; while a link that it would cross is paused, it
    waits. Again, it changes nothing. Call it in a transaction.
    """
    if await _paused(connection, room, pos) or await _waits_for_another(connection, journal, room, pos):
        return 0
    rows = await connection.fetch(
        _CHAIN + "select distinct pos from crossing join chain using (pos) where room = $1 and fate = 'held'",
        room.ref, [pos],
    )  # fmt: skip
    entries = await journal.read_at(connection, room, sorted(row["pos"] for row in rows))
    return await _go_on(connection, journal, entries, room)


async def refuse(connection: Connection, room: Room, pos: int) -> Sequence[int]:
    """What is held at this position never crosses, nor what depends on it; gives the positions of all of it."""
    rows = await connection.fetch(
        _CHAIN + "update crossing c set fate = 'refused' from chain"
        " where c.room = $1 and c.pos = chain.pos and c.fate = 'held' returning c.pos",
        room.ref, [pos],
    )  # fmt: skip
    return sorted({row["pos"] for row in rows})


async def take_back(connection: Connection, room: Room, event_id: str) -> None:
    """Its author took back what was held: it never crosses."""
    await connection.execute(
        "update crossing c set fate = 'taken_back', held_by = null from seen s"
        " where s.room = $1 and s.event_id = $2 and c.room = s.room and c.pos = s.pos and c.fate = 'held'",
        room.ref, event_id,
    )  # fmt: skip


async def orphans(connection: Connection, room: Room, event_id: str) -> Collection[int]:
    """What is held because of this event alone."""
    rows = await connection.fetch(
        "select distinct c.pos from crossing c join seen s on s.room = c.room and s.pos = c.held_by"
        " where c.room = $1 and s.event_id = $2 and c.fate = 'held'",
        room.ref, event_id,
    )  # fmt: skip
    return [row["pos"] for row in rows]


async def by_itself(connection: Connection, room: Room, pos: int) -> None:
    """It is held for its own sake from here on, and does not go on with what it depends on."""
    await connection.execute(
        "update crossing set held_by = null where room = $1 and pos = $2 and fate = 'held' and held_by is not null",
        room.ref, pos,
    )  # fmt: skip


async def left_behind(connection: Connection, most: int) -> Sequence[tuple[RoomRef, int, Fate]]:
    """What is held because of something that is held no more, and what became of that: the mirror wrote it down only
    after that was decided.
    """
    rows = await connection.fetch(
        "select c.room, c.pos, min(o.fate) as fate from crossing c"
        " join crossing o on o.room = c.room and o.endpoint = c.endpoint and o.pos = c.held_by"
        " where c.fate = 'held' and o.fate <> 'held' group by c.room, c.pos order by c.room, c.pos limit $1",
        most,
    )  # fmt: skip
    return [(RoomRef(row["room"]), row["pos"], Fate(row["fate"])) for row in rows]


async def _paused(connection: Connection, room: Room, pos: int) -> bool:
    """Whether a link is paused over which it would go."""
    found = await connection.fetchval(
        "select 1 from crossing where room = $1 and pos = $2 and fate = 'held' and endpoint = any($3) limit 1",
        room.ref, pos, list(await pauses.lasting(connection, room)),
    )  # fmt: skip
    return found is not None


async def _waits_for_another(connection: Connection, journal: Journal, room: Room, pos: int) -> bool:
    """Whether it depends on something that is held; it is held because of that from now on."""
    [entry] = await journal.read_at(connection, room, [pos])
    made = await connection.fetch(
        "update crossing c set held_by = o.pos from seen s join crossing o on o.room = s.room and o.pos = s.pos"
        " where s.room = $1 and s.event_id = any($2) and o.fate = 'held' and o.pos <> $3"
        " and c.room = $1 and c.pos = $3 and c.fate = 'held' and c.endpoint = o.endpoint returning 1",
        room.ref, list(entry.event.related), pos,
    )  # fmt: skip
    return bool(made)


async def _go_on(connection: Connection, journal: Journal, entries: Sequence[Entry], room: Room) -> int:
    arrivals = [
        Arrival(entry.event, RELEASED_SECRET if entry.encrypted else RELEASED, late=True, cites=entry.pos)
        for entry in entries
    ]
    return await journal.append_here(connection, room.homeserver, {room.room_id: arrivals}) if arrivals else 0
