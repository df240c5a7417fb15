"""The journal: every event as it came, appended once, sealed, in the order of commits within its room. Appending takes
the room's row; whoever appends next waits, so a position that can be read is final and nothing is ever skipped.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import asyncpg

from bridge.model import LONGEST_ID, AtRest, Entry, Event, HomeserverName, Room, RoomRef
from bridge.seal import CannotOpen, Kek, Sealed, about
from bridge.store import clear_text, encrypted_rooms, notify
from bridge.store.database import Connection, Pool
from bridge.store.keyring import Keyring

NO_ROOM_ID = ""
"""The room that gathers, per homeserver, what names no room."""


_READ = (
    "select j.pos, j.received_at, j.source, j.late, j.cites, j.event_id, j.type, j.sender, j.membership, j.sent_at,"
    " j.sealed, k.kek, k.wrapped, c.sealed as clear, c.why from journal j left join event_key k using (room, pos)"
    " left join clear_text c using (room, pos) where j.room = $1 and {} order by j.pos"
)


@dataclass(frozen=True)
class Arrival:
    """An event on its way into the journal."""

    event: Event
    source: str
    late: bool = False
    cites: int | None = None
    gap: str | None = None
    """Why it could not be understood, where it could not: the reason in the gap register."""
    echo: bool = False
    """Something that one of our own accounts said: nobody waits for it."""

    @property
    def room_id(self) -> str:
        return self.event.room_id or NO_ROOM_ID


@dataclass(frozen=True)
class _Row:
    key: str
    arrival: Arrival
    sealed: Sealed


class Journal:
    """Appends to and reads from the journal of all rooms."""

    def __init__(self, pool: Pool, keyring: Keyring) -> None:
        self._pool = pool
        self._keyring = keyring
        self._rooms: dict[tuple[HomeserverName, str], RoomRef] = {}

    async def append(self, homeserver: HomeserverName, arrivals: Iterable[Arrival]) -> int:
        """Commits what is not yet there and returns how many that were. When this returns, they are on disk."""
        by_room: dict[str, list[Arrival]] = defaultdict(list)
        for arrival in arrivals:
            by_room[arrival.room_id].append(arrival)
        if not by_room:
            return 0
        async with self._pool.acquire() as connection:
            refs = await self.rooms(connection, homeserver, by_room)
            for ref in refs.values():
                await self._keyring.current(connection, ref)  # made before the transaction that seals with it
            async with connection.transaction():
                return await self.append_here(connection, homeserver, by_room)

    async def append_here(
        self, connection: Connection, homeserver: HomeserverName, by_room: Mapping[str, Sequence[Arrival]]
    ) -> int:
        """The same in the transaction that is open, by the rooms' ids."""
        refs = await self.rooms(connection, homeserver, by_room)
        keks = {room_id: await self._keyring.current(connection, ref) for room_id, ref in refs.items()}
        return await _append(
            connection, {refs[id]: self._seal(homeserver, id, keks[id], some) for id, some in by_room.items()}
        )

    async def rooms(
        self, connection: Connection, homeserver: HomeserverName, room_ids: Iterable[str]
    ) -> Mapping[str, RoomRef]:
        """The numbers of these rooms, given to those that had none."""
        room_ids = sorted(room_ids)  # so that two who meet the same new rooms never wait for each other in a ring
        if any((homeserver, room_id) not in self._rooms for room_id in room_ids):
            await connection.execute(
                "insert into room (homeserver, room_id) select $1, unnest($2::text[]) on conflict do nothing",
                homeserver, room_ids,
            )  # fmt: skip
            found = "select id, room_id from room where homeserver = $1 and room_id = any($2)"
            for row in await connection.fetch(found, homeserver, room_ids):
                self._rooms[homeserver, row["room_id"]] = RoomRef(row["id"])
        return {room_id: self._rooms[homeserver, room_id] for room_id in room_ids}

    async def room(self, connection: Connection, ref: RoomRef) -> Room | None:
        """The room of this number."""
        row = await connection.fetchrow("select homeserver, room_id from room where id = $1", ref)
        return Room(ref, HomeserverName(row["homeserver"]), row["room_id"]) if row is not None else None

    async def missing(self, homeserver: HomeserverName, room_id: str, events: Iterable[Event]) -> list[Event]:
        """Those of these events of a room that the journal does not have, in the same order."""
        async with self._pool.acquire() as connection:
            ref = (await self.rooms(connection, homeserver, [room_id]))[room_id]
            keys = {self._key(event): event for event in events}
            found = await connection.fetch(
                "select event_id from seen where room = $1 and event_id = any($2)", ref, list(keys)
            )
        known = {row["event_id"] for row in found}
        return [event for key, event in keys.items() if key not in known]

    async def read(self, connection: Connection, room: Room, after: int, up_to: int) -> Sequence[Entry]:
        """The entries with `after` < pos ≤ `up_to`."""
        where = "j.pos > $2 and j.pos <= $3"
        return await self._entries(
            connection, room, await connection.fetch(_READ.format(where), room.ref, after, up_to)
        )

    async def read_at(self, connection: Connection, room: Room, positions: Sequence[int]) -> Sequence[Entry]:
        """The entries at these positions, in the journal's order."""
        rows = await connection.fetch(_READ.format("j.pos = any($2)"), room.ref, list(positions))
        return await self._entries(connection, room, rows)

    async def _entries(self, connection: Connection, room: Room, rows: Sequence[asyncpg.Record]) -> Sequence[Entry]:
        await self._keyring.load(connection, (row["kek"] for row in rows if row["kek"] is not None))
        return [_entry(_Stored(self._keyring, room, row)) for row in rows]

    def _seal(self, homeserver: HomeserverName, room_id: str, kek: Kek, arrivals: Iterable[Arrival]) -> list[_Row]:
        rows: dict[str, _Row] = {}
        for arrival in arrivals:
            key = self._key_of(arrival)
            if key not in rows:
                rows[key] = _Row(key, arrival, kek.seal(arrival.event.raw, _place(homeserver, room_id, key)))
        return list(rows.values())

    def _key_of(self, arrival: Arrival) -> str:
        """An entry that cites another bears the same event's id, so it goes by its source and that."""
        if arrival.cites is None:
            return self._key(arrival.event)
        return f"mac:{self._keyring.hashes.mac(f'{arrival.source}:{arrival.cites}'.encode()).hex()}"

    def _key(self, event: Event) -> str:
        """What "stored once" goes by: the event's id, or a keyed hash of the bytes where it has none."""
        if event.id is not None and not event.id.startswith("mac:"):
            return event.id
        return f"mac:{self._keyring.hashes.mac(event.raw).hex()}"


class _Stored:
    """An entry as it lies in the database; opened when somebody asks."""

    __slots__ = ("_keyring", "_room", "row")

    def __init__(self, keyring: Keyring, room: Room, row: asyncpg.Record) -> None:
        self._keyring = keyring
        self._room = room
        self.row = row

    def raw(self) -> bytes:
        return self._open(self.row["sealed"], _place(self._room.homeserver, self._room.room_id, self.row["event_id"]))

    def clear(self) -> bytes:
        return self._open(self.row["clear"], clear_text.place(self._room, self.row["pos"]))

    def seal_clear(self, plain: bytes) -> bytes:
        return self._keyring.seal_beside(
            self._sealed(self.row["sealed"]), plain, clear_text.place(self._room, self.row["pos"])
        )

    def at_rest(self) -> AtRest:
        row = self.row
        return AtRest(row["event_id"], row["sender"], row["membership"], row["sent_at"], row["sealed"], row["clear"])

    def _open(self, sealed: bytes, place: bytes) -> bytes:
        return self._keyring.open(self._sealed(sealed), place)

    def _sealed(self, sealed: bytes) -> Sealed:
        if self.row["kek"] is None:
            raise CannotOpen(f"the key of entry {self.row['pos']} of room {self._room.ref} was destroyed")
        return Sealed(self.row["kek"], self.row["wrapped"], sealed)


def _entry(stored: _Stored) -> Entry:
    row = stored.row
    return Entry(
        row["pos"], row["received_at"], row["source"], row["late"], stored.raw, row["cites"], row["type"],
        stored.clear if row["clear"] is not None else None, row["why"], stored.seal_clear, stored.at_rest,
    )  # fmt: skip


def _place(homeserver: str, room_id: str, key: str) -> bytes:
    return _beginning(homeserver, room_id) + about(key)


@lru_cache(maxsize=1024)
def _beginning(homeserver: str, room_id: str) -> bytes:
    return about("journal", homeserver, room_id)


async def _append(connection: Connection, by_room: Mapping[RoomRef, list[_Row]]) -> int:
    # Rooms are taken in the order of their numbers, so that two appenders never wait for each other in a ring.
    heads = await connection.fetch(
        "select id, head from room where id = any($1) order by id for no key update", list(by_room)
    )
    stored = await _already_seen(connection, by_room)
    fresh: list[tuple[RoomRef, int, _Row]] = []
    for room, head in heads:
        new = [row for row in by_room[room] if (room, row.key) not in stored]
        fresh += [(room, head + n, row) for n, row in enumerate(new, 1)]
    if fresh:
        await _insert(connection, fresh)
        await encrypted_rooms.note(connection, [(room, row.arrival.event) for room, _, row in fresh])
        await _tell(connection, fresh)
    return len(fresh)


async def _tell(connection: Connection, fresh: Sequence[tuple[RoomRef, int, _Row]]) -> None:
    news = {room for room, _, row in fresh if not row.arrival.echo}
    if news:
        await notify.journal(connection, news)
    if echoes := {room for room, _, _ in fresh} - news:
        await notify.echoes(connection, echoes)


async def _already_seen(connection: Connection, by_room: Mapping[RoomRef, list[_Row]]) -> set[tuple[RoomRef, str]]:
    pairs = [(room, row.key) for room, rows in by_room.items() for row in rows]
    found = await connection.fetch(
        "select room, event_id from seen where (room, event_id) in (select * from unnest($1::bigint[], $2::text[]))",
        [room for room, _ in pairs], [key for _, key in pairs],
    )  # fmt: skip
    return {(RoomRef(row["room"]), row["event_id"]) for row in found}


async def _insert(connection: Connection, fresh: Sequence[tuple[RoomRef, int, _Row]]) -> None:
    rooms, positions = [room for room, _, _ in fresh], [pos for _, pos, _ in fresh]
    rows = [row for _, _, row in fresh]
    events = [row.arrival.event for row in rows]
    await connection.execute(
        """
        with fresh as (
            select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::boolean[], $6::bigint[],
                                 $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::bytea[],
                                 $12::bigint[], $13::bytea[], $14::text[])
            as f(room, pos, event_id, source, late, cites,
                 type, sender, membership, sent_at, sealed, kek, wrapped, gap)
        ), new_seen as (
            insert into seen select room, event_id, pos from fresh
        ), new_keys as (
            insert into event_key select room, pos, kek, wrapped from fresh
        ), new_gaps as (
            insert into gap (room, pos, reason) select room, pos, gap from fresh where gap is not null
        ), heads as (
            update room set head = last, members_at = coalesce(members, members_at)
            from (select room, max(pos) as last, max(pos) filter (where type = 'm.room.member') as members
                  from fresh group by room) f where id = room
        )
        insert into journal
            (room, pos, received_at, source, late, cites, event_id, type, sender, membership, sent_at, sealed)
        select room, pos, now(), source, late, cites, event_id, type, sender, membership, sent_at, sealed from fresh
        """,
        rooms, positions, [row.key for row in rows],
        [row.arrival.source for row in rows], [row.arrival.late for row in rows], [row.arrival.cites for row in rows],
        [event.type for event in events], [event.sender for event in events], [event.membership for event in events],
        [event.sent_at for event in events], [row.sealed.sealed for row in rows],
        [row.sealed.kek for row in rows], [row.sealed.wrapped for row in rows], [row.arrival.gap for row in rows],
    )  # fmt: skip


assert LONGEST_ID <= 2000, "an id must fit into a B-tree entry (PostgreSQL: a third of a page)"
