"""The counts of a link add up: each journalled entry was mirrored, is held, was refused for a reason or was set aside;
and an entry of which nothing is known is named.
"""

from dataclasses import dataclass

import pytest

from bridge.model import Fate, Room
from bridge.store import alarms, bookmarks, history, links, reconcile, ways
from bridge.store.crossings import Crossings
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.reconcile import BEFORE, DIED, WORDS, Fates
from bridge.store.ways import Way
from tests.people import CELL, MHA, NIC, message, pushed

MIRROR = "mirror"


@dataclass(frozen=True)
class Ledger:
    """One direction of a link, with so many entries journalled."""

    pool: Pool
    way: Way

    async def read(self, pos: int) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            await bookmarks.claim(connection, MIRROR, (), self.way.room.ref)
            await bookmarks.advance(connection, MIRROR, self.way.room.ref, pos)

    async def note(self, pos: int, fate: Fate) -> None:
        crossings = Crossings(self.way.room.ref)
        crossings.note(pos, self.way.to, fate)
        async with self.pool.acquire() as connection:
            await crossings.write(connection)

    async def order(self, pos: int, state: str, outcome: str | None = None) -> None:
        """The entry led to an order, of which this became."""
        sealed = None if state == "done" else b""
        order = await self.pool.fetchval(
            "insert into outbox (lane, homeserver, cause, kind, as_user, state, outcome, sealed)"
            " values ($1, $2, $3, 'Send', '@g:nic.lab', $4, $5, $6) returning id",
            self.way.to, NIC, f"entry {pos}", state, outcome, sealed,
        )  # fmt: skip
        crossings = Crossings(self.way.room.ref)
        crossings.order(pos, self.way.to, order)
        async with self.pool.acquire() as connection:
            await crossings.write(connection)

    async def fates(self) -> Fates:
        async with self.pool.acquire() as connection:
            [fates] = await reconcile.fates(connection, [self.way], MIRROR)
        return fates


@pytest.fixture
async def ledger(pool: Pool, journal: Journal) -> Ledger:
    """Six entries of a linked room, of which the mirror has read none."""
    await journal.append(MHA, pushed(*(message(f"${n}") for n in range(1, 7))))
    async with pool.acquire() as connection:
        ref = (await journal.rooms(connection, MHA, [CELL]))[CELL]
        department = await links.declare_endpoint(connection, MHA, CELL)
        hub = await links.declare_endpoint(connection, NIC, "!cell:nic.lab")
        await links.declare(connection, "cell", department, hub, "closed")
        [way] = await ways.directions(connection, None)
    assert way.room == Room(ref, MHA, CELL)
    assert way.to == hub.ref
    return Ledger(pool, way)


async def test_what_the_mirror_has_not_read_is_held(ledger: Ledger) -> None:
    assert await ledger.fates() == Fates(6, mirrored=0, held=6, refused={}, set_aside=0, gaps=0, untold=())


async def test_each_entry_is_counted_once_whatever_became_of_it(ledger: Ledger) -> None:
    await ledger.order(1, "done", "$copy")
    await ledger.order(2, "waiting")
    await ledger.order(3, "dead", "refused: 403 M_FORBIDDEN")
    await ledger.note(4, Fate.BEEN_THERE)
    async with ledger.pool.acquire() as connection:
        await alarms.set_aside(connection, MIRROR, ledger.way.room.ref, 5, "ValueError")
    await ledger.read(5)
    refused = {f"{DIED}refused: 403 M_FORBIDDEN": 1, "came from there": 1}
    assert await ledger.fates() == Fates(6, mirrored=1, held=2, refused=refused, set_aside=1, gaps=1, untold=())


async def test_an_entry_of_which_nothing_is_known_is_named(ledger: Ledger) -> None:
    await ledger.note(1, Fate.OURS)
    await ledger.note(3, Fate.OURS)
    await ledger.read(3)
    refused = {"our own": 2}
    assert await ledger.fates() == Fates(6, mirrored=0, held=3, refused=refused, set_aside=0, gaps=0, untold=("$2",))


async def test_what_came_before_the_link_is_said_to_be_so(ledger: Ledger) -> None:
    await ledger.read(6)
    assert await ledger.fates() == Fates(6, mirrored=0, held=0, refused={BEFORE: 6}, set_aside=0, gaps=0, untold=())
    await ledger.note(4, Fate.KIND)
    seen = await ledger.fates()
    assert (seen.refused, seen.untold) == ({BEFORE: 3, "no kind that crosses": 1}, ("$5", "$6"))


async def test_what_was_once_said_of_an_entry_stands(ledger: Ledger) -> None:
    await ledger.order(1, "done", "$copy")
    await ledger.note(1, Fate.NOTHING)
    assert (await ledger.fates()).mirrored == 1


async def test_every_fate_has_words_and_a_place_in_the_table(ledger: Ledger) -> None:
    for pos, fate in enumerate((fate for fate in Fate if fate is not Fate.ORDERED), 1):
        await ledger.pool.execute(
            "insert into crossing (room, endpoint, pos, fate) values ($1, $2, $3, $4)",
            ledger.way.room.ref, ledger.way.to, 100 + pos, fate.value,
        )  # fmt: skip
    assert set((await ledger.fates()).refused) >= set(WORDS.values())
    assert set(WORDS) == set(Fate) - {Fate.ORDERED, Fate.HELD}  # which wait


async def test_behind_a_gate_a_follower_reads_nothing_and_others_read_on(ledger: Ledger) -> None:
    room = ledger.way.room.ref
    async with ledger.pool.acquire() as connection:
        await history.shut(connection, room)
        assert await bookmarks.waiting(connection, MIRROR, ()) == []
        assert await bookmarks.waiting(connection, "retention", ()) == [room]
        await history.reopen(connection, room)
        assert await bookmarks.waiting(connection, MIRROR, ()) == [room]
