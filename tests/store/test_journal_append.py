"""Whatever a homeserver repeats, an event of a room is journalled once, and events stand in the order of commits."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from bridge.model import Entry, Room, RoomRef
from bridge.seal import MasterKey
from bridge.store import bookmarks, database
from bridge.store.database import Connection, Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.deadline import until
from tests.keyrings import keyring_of
from tests.people import CELL, MHA, NIC, message, pushed


async def ids(pool: Pool, room_id: str = CELL) -> list[tuple[int, str]]:
    """Positions and ids of a room's entries, in order."""
    rows = await pool.fetch(
        "select pos, event_id from journal join room on room.id = room where room_id = $1 order by pos", room_id
    )
    return [(row["pos"], row["event_id"]) for row in rows]


@pytest.fixture
async def other(url: str, master: MasterKey) -> AsyncIterator[Journal]:
    """The journal as another process knows it."""
    async with database.opened(url, 10) as pool:
        yield Journal(pool, keyring_of(master))


async def test_an_event_that_comes_again_is_there_once(journal: Journal, pool: Pool) -> None:
    assert await journal.append(MHA, pushed(message("$1"), message("$2"))) == 2
    assert await journal.append(MHA, pushed(message("$1"), message("$2"))) == 0
    assert await journal.append(MHA, pushed(message("$2"), message("$3"))) == 1
    assert await ids(pool) == [(1, "$1"), (2, "$2"), (3, "$3")]


async def test_an_event_twice_in_one_transaction_is_there_once(journal: Journal, pool: Pool) -> None:
    assert await journal.append(MHA, pushed(message("$1"), message("$1"), message("$2"))) == 2
    assert await ids(pool) == [(1, "$1"), (2, "$2")]


async def test_the_same_id_in_another_room_or_on_another_homeserver_is_another_event(
    journal: Journal, pool: Pool
) -> None:
    await journal.append(MHA, pushed(message("$1"), message("$1", room="!b:mha.lab")))
    await journal.append(NIC, pushed(message("$1")))
    assert await pool.fetchval("select count(*) from journal") == 3


async def test_nothing_appended_makes_nothing(journal: Journal, pool: Pool) -> None:
    assert await journal.append(MHA, []) == 0
    assert await pool.fetchval("select count(*) from room") == 0


async def test_two_processes_that_are_sent_the_same_at_once_keep_it_once(
    journal: Journal, other: Journal, pool: Pool
) -> None:
    batch = pushed(*(message(f"${n}") for n in range(20)))
    kept = await asyncio.gather(*(one.append(MHA, batch) for one in (journal, other) * 4))
    assert sum(kept) == 20
    assert await ids(pool) == [(n + 1, f"${n}") for n in range(20)]


async def test_two_processes_that_meet_the_same_new_rooms_in_opposite_orders_never_block_each_other(
    journal: Journal, other: Journal, pool: Pool
) -> None:
    rooms = [f"!{n}:mha.lab" for n in range(9)]
    there = pushed(*(message("$there", room=room) for room in rooms))
    back = pushed(*(message("$back", room=room) for room in reversed(rooms)))
    async with pool.acquire() as holder:
        held = holder.transaction()
        await held.start()
        await holder.execute("insert into room (homeserver, room_id) values ($1, $2)", MHA, rooms[4])
        both = [asyncio.create_task(one) for one in (journal.append(MHA, there), other.append(MHA, back))]
        await until_waiting(pool, 2)  # each, were it not for the order, with half of the rooms in hand
        await held.rollback()
    assert await asyncio.gather(*both) == [9, 9]


async def test_two_processes_that_append_to_the_same_rooms_in_opposite_orders_never_block_each_other(
    journal: Journal, other: Journal, pool: Pool
) -> None:
    rooms = [f"!{n}:mha.lab" for n in range(9)]
    await journal.append(MHA, pushed(*(message("$first", room=room) for room in rooms)))
    there = pushed(*(message("$there", room=room) for room in rooms))
    back = pushed(*(message("$back", room=room) for room in reversed(rooms)))
    async with pool.acquire() as holder:
        held = holder.transaction()
        await held.start()
        await holder.execute("select from room where room_id = $1 for no key update", rooms[4])
        both = [asyncio.create_task(one) for one in (journal.append(MHA, there), other.append(MHA, back))]
        await until_waiting(pool, 2)
        await held.rollback()
    assert await asyncio.gather(*both) == [9, 9]


@dataclass
class Reader:
    """Reads rooms as they grow, as a follower does: from its bookmark to the head, again and again."""

    journal: Journal
    pool: Pool
    name: str
    read: dict[RoomRef, list[int]] = field(default_factory=dict)

    async def until_read(self, total: int) -> None:
        while sum(map(len, self.read.values())) < total:
            async with self.pool.acquire() as connection:
                for room in await bookmarks.waiting(connection, self.name, ()):
                    await self._step(connection, RoomRef(room))

    async def _step(self, connection: Connection, ref: RoomRef) -> None:
        async with connection.transaction():
            claim = await bookmarks.claim(connection, self.name, (), ref)
            assert claim is not None
            entries: Sequence[Entry] = await self.journal.read(connection, claim.room, claim.pos, claim.up_to)
            self.read.setdefault(ref, []).extend(entry.pos for entry in entries)
            await bookmarks.advance(connection, self.name, ref, claim.up_to)


async def test_who_reads_while_eight_append_to_five_rooms_skips_nothing(
    journal: Journal, other: Journal, pool: Pool
) -> None:
    async def append(appender: int) -> None:
        for n in range(30):
            batch = [message(f"${appender}-{n}-{k}", room=f"!{(n + k) % 5}:mha.lab") for k in range(3)]
            await (journal, other)[appender % 2].append(MHA, pushed(*batch))

    readers = [Reader(journal, pool, "one"), Reader(other, pool, "two")]
    async with asyncio.timeout(30):
        await asyncio.gather(*map(append, range(8)), *(reader.until_read(8 * 30 * 3) for reader in readers))
    for reader in readers:
        assert sorted(map(len, reader.read.values())) == [144] * 5
        assert all(positions == list(range(1, 145)) for positions in reader.read.values())


async def test_each_appender_finds_its_own_events_in_the_order_in_which_it_sent_them(
    journal: Journal, pool: Pool
) -> None:
    async def append(appender: int) -> None:
        for n in range(20):
            await journal.append(MHA, pushed(message(f"${appender}-{n:02d}")))

    await asyncio.gather(*map(append, range(4)))
    order = [event_id for _, event_id in await ids(pool)]
    for appender in range(4):
        own = [event_id for event_id in order if event_id.startswith(f"${appender}-")]
        assert own == sorted(own) and len(own) == 20


async def test_what_is_committed_late_stands_behind_what_was_committed_before(
    journal: Journal, other: Journal, pool: Pool, keyring: Keyring
) -> None:
    """An appender that holds a room makes the next wait, so no position is ever filled behind a reader's back."""
    await journal.append(MHA, pushed(message("$1")))
    async with pool.acquire() as holder:
        held = holder.transaction()
        await held.start()
        await holder.execute("select from room for no key update")
        late = asyncio.create_task(other.append(MHA, pushed(message("$2"))))
        await until_waiting(pool)
        room = Room(await pool.fetchval("select id from room"), MHA, CELL)
        async with pool.acquire() as connection:
            assert [entry.pos for entry in await journal.read(connection, room, 0, 99)] == [1]
        await held.rollback()
    assert await late == 1


async def until_waiting(pool: Pool, how_many: int = 1) -> None:
    """Until so many wait for a lock in this database."""

    async def waiting() -> bool:
        found = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        return bool(await pool.fetchval(found) >= how_many)

    await until(waiting)
