"""Followers read every entry of every room once and in order, whatever fails under them."""

import asyncio
import random
from datetime import timedelta

import pytest

from bridge import follower, work
from bridge.model import Entry, Room
from bridge.seal import MasterKey
from bridge.store import notify
from bridge.store.database import Connection, Pool
from bridge.store.journal import Arrival, Journal
from tests.deadline import as_answer, until
from tests.people import MHA, message, pushed
from tests.store.followers import Desk, Reader, number

ROOMS = 5
ONE = "!1:mha.lab"


@pytest.fixture
def desk(url: str, pool: Pool, journal: Journal, master: MasterKey) -> Desk:
    return Desk(url, pool, journal, master)


async def write(journal: Journal, messages: int, writer: str = "") -> None:
    """A conversation spread over the rooms, in transactions of two events."""
    for n in range(0, messages, 2):
        batch = [message(f"${writer}{n + k}", room=f"!{1 + (n + k) % ROOMS}:mha.lab") for k in (0, 1)]
        await journal.append(MHA, pushed(*batch))


def every(n: int) -> dict[int, list[int]]:
    return {room: list(range(1, n + 1)) for room in range(1, ROOMS + 1)}


class Killer:
    """Cuts the connection in the midst of a step, now and then, before and after something was written."""

    def __init__(self, pool: Pool, times: int) -> None:
        self.left = times
        self._pool = pool
        self._random = random.Random(7)

    async def __call__(self, connection: Connection, _room: Room, _entry: Entry) -> None:
        if self.left and self._random.random() < 0.2:
            self.left -= 1
            pid = await connection.fetchval("select pg_backend_pid()")
            await self._pool.execute("select pg_terminate_backend($1, 5000)", pid)


class Stumble:
    """Raises once for each of some entries, after others of the batch were noted."""

    def __init__(self) -> None:
        self.left = {(room, pos) for room in range(1, ROOMS + 1) for pos in (3, 10, 40)}

    def __call__(self, _connection: Connection, room: Room, entry: Entry) -> None:
        if (number(room.room_id), entry.pos) in self.left:
            self.left.discard((number(room.room_id), entry.pos))
            raise ZeroDivisionError("what a person wrote")


async def test_four_followers_with_three_workers_each_lose_double_and_disorder_nothing(desk: Desk) -> None:
    killers = [Killer(desk.pool, 4), Killer(desk.pool, 4)]
    stumble = Stumble()
    readers = [
        Reader("decrypt", fault=stumble), Reader("judge", after=("decrypt",), fault=killers[0]),
        Reader("mirror", after=("judge",), fault=killers[1]), Reader("record"),
    ]  # fmt: skip
    async with desk.reading(*readers):
        await asyncio.gather(write(desk.journal, 150, "a"), write(desk.journal, 150, "b"))
        for reader in readers:
            await desk.has_read(reader.name, 300)
    assert (stumble.left, killers[0].left, killers[1].left) == (set(), 0, 0)
    for reader in readers:
        assert await desk.notes(reader.name) == every(60)
    assert await desk.pool.fetchval("select count(*) from gap") == 0


async def test_two_processes_share_the_rooms_and_read_each_entry_once(desk: Desk) -> None:
    async with desk.reading(Reader("mirror")), desk.reading(Reader("mirror")):
        await write(desk.journal, 200)
        await desk.has_read("mirror", 200)
    assert await desk.notes("mirror") == every(40)


async def test_an_entry_that_always_fails_is_set_aside_and_the_rest_goes_on(desk: Desk) -> None:
    def fault(_connection: Connection, room: Room, entry: Entry) -> None:
        if (number(room.room_id), entry.pos) in ((2, 5), (2, 6), (3, 20)):
            raise LookupError("what a person wrote")

    await write(desk.journal, 100)
    async with desk.reading(Reader("mirror", fault=fault)):
        await desk.has_read("mirror", 100)
    notes = await desk.notes("mirror")
    assert notes[1] == list(range(1, 21))
    assert notes[2] == [n for n in range(1, 21) if n not in (5, 6)]
    assert notes[3] == list(range(1, 20))
    gaps = await desk.pool.fetch(
        "select room_id, pos, follower, reason from gap join room on room.id = room order by room_id, pos"
    )
    assert [tuple(gap)[:3] for gap in gaps] == [
        ("!2:mha.lab", 5, "mirror"),
        ("!2:mha.lab", 6, "mirror"),
        ("!3:mha.lab", 20, "mirror"),
    ]
    assert all(gap["reason"].startswith("LookupError") and "wrote" not in gap["reason"] for gap in gaps)
    alarm = await desk.pool.fetchrow("select cause, times from alarm")
    assert alarm is not None and tuple(alarm) == ("set-aside:mirror", 3)


async def test_a_statement_that_always_fails_spoils_only_its_own_entry(desk: Desk) -> None:
    """An error of the database itself, after which its transaction can do nothing more."""

    async def fault(connection: Connection, room: Room, entry: Entry) -> None:
        if (number(room.room_id), entry.pos) == (1, 2):
            await connection.execute("select 1 / 0")

    await write(desk.journal, 50)
    async with desk.reading(Reader("mirror", fault=fault)):
        await desk.has_read("mirror", 50)
    assert await desk.notes("mirror") == {**every(10), 1: [1, *range(3, 11)]}


async def test_an_entry_that_does_not_open_is_set_aside(desk: Desk) -> None:
    await write(desk.journal, 50)
    await desk.pool.execute("update journal set sealed = set_bit(sealed, 99, 1 - get_bit(sealed, 99)) where pos = 4")

    async def looks(_connection: Connection, _room: Room, entry: Entry) -> None:
        assert entry.event.raw

    async with desk.reading(Reader("mirror", fault=looks), Reader("retention")):
        await desk.has_read("mirror", 50)
        await desk.has_read("retention", 50)
    assert await desk.notes("mirror") == {room: [1, 2, 3, *range(5, 11)] for room in range(1, 6)}
    assert await desk.pool.fetchval("select count(*) from gap where reason like 'CannotOpen%'") == ROOMS
    assert await desk.notes("retention") == every(10), "who does not look at the words is not kept from its work"


async def test_a_follower_never_passes_the_one_that_it_comes_after(desk: Desk) -> None:
    first = Reader("judge", gate=asyncio.Event())
    assert first.gate is not None
    passed: list[tuple[int, int]] = []

    async def fault(_connection: Connection, room: Room, entry: Entry) -> None:
        found = "select coalesce((select pos from bookmark where follower = 'judge' and room = $1), 0)"
        if (judged := await desk.pool.fetchval(found, room.ref)) < entry.pos:
            passed.append((judged, entry.pos))

    async with desk.reading(first, Reader("mirror", after=("judge",), fault=fault), batch=2):
        await write(desk.journal, 60)
        async with asyncio.timeout(10):
            await first.entered.wait()
        assert await desk.notes("mirror") == {}
        first.gate.set()
        await desk.has_read("mirror", 60)
    assert await desk.notes("mirror") == every(12)
    assert passed == []


async def test_a_follower_that_comes_after_one_that_never_ran_waits(desk: Desk) -> None:
    await write(desk.journal, 10)
    async with desk.reading(Reader("mirror", after=("nobody",)), Reader("record")):
        await desk.has_read("record", 10)
        assert await desk.notes("mirror") == {}


async def test_entries_of_which_nobody_tells_are_found_by_looking(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def tell_nobody(*_: object) -> None:
        pass

    monkeypatch.setattr(notify, "journal", tell_nobody)
    async with desk.reading(Reader("judge"), Reader("mirror", after=("judge",)), poll=0.05):
        await write(desk.journal, 20)
        await desk.has_read("mirror", 20)
    assert await desk.notes("mirror") == every(4)


async def test_what_is_told_while_the_room_is_worked_on_is_not_lost(desk: Desk) -> None:
    reader = Reader("mirror", gate=asyncio.Event())
    assert reader.gate is not None
    async with desk.reading(reader, poll=600):
        await desk.journal.append(MHA, pushed(message("$1", room=ONE)))
        async with asyncio.timeout(10):
            await reader.entered.wait()
        await desk.journal.append(MHA, pushed(message("$2", room=ONE), message("$3", room=ONE)))
        reader.gate.set()
        await desk.has_read("mirror", 3)
    assert await desk.notes("mirror") == {1: [1, 2, 3]}


async def test_who_listens_again_after_the_connection_was_cut_hears_what_came_meanwhile(desk: Desk) -> None:
    cut = (
        "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity"
        " where query like 'LISTEN%' and datname = current_database()"
    )
    async with desk.reading(Reader("mirror"), poll=600):
        await desk.journal.append(MHA, pushed(message("$1", room=ONE)))
        await desk.has_read("mirror", 1)
        assert await desk.pool.fetchval(cut) == 1
        await desk.journal.append(MHA, pushed(message("$2", room=ONE)))
        await desk.has_read("mirror", 2)


async def test_an_entry_that_waits_blocks_its_room_for_this_follower_and_those_after_it_until_it_is_told(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "PAUSE", timedelta(hours=1))
    judge, mirror, record = Reader("judge", waits={(2, 5)}), Reader("mirror", after=("judge",)), Reader("record")
    async with desk.reading(judge, mirror, record, poll=600):
        await write(desk.journal, 50)
        await desk.has_read("record", 50)
        await desk.has_read("mirror", 44)
        assert await desk.notes("record") == every(10)
        for name in ("judge", "mirror"):
            assert await desk.notes(name) == {**every(10), 2: [1, 2, 3, 4]}
        judge.waits.clear()
        async with desk.pool.acquire() as connection:
            ref = await connection.fetchval("select id from room where room_id = '!2:mha.lab'")
            await notify.journal(connection, {ref})
        await desk.has_read("mirror", 50)
    for name in ("judge", "mirror"):
        assert await desk.notes(name) == every(10)


async def test_an_entry_that_waits_is_looked_at_again_after_a_pause_though_nobody_tells(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "PAUSE", timedelta(seconds=0.05))
    judge = Reader("judge", waits={(1, 1)})
    async with desk.reading(judge, poll=600):
        await desk.journal.append(MHA, pushed(message("$1", room=ONE)))
        await until(lambda: as_answer(judge.looks[1, 1] > 3))
        judge.waits.clear()
        await desk.has_read("judge", 1)
    assert await desk.notes("judge") == {1: [1]}


async def test_what_a_step_took_before_an_entry_that_waits_stays_taken_although_a_later_one_fails(desk: Desk) -> None:
    def fault(_connection: Connection, _room: Room, entry: Entry) -> None:
        if entry.pos == 3:
            raise LookupError("what a person wrote")

    judge = Reader("judge", fault=fault, waits={(1, 2)})
    async with desk.reading(judge, poll=0.05):
        await desk.journal.append(MHA, pushed(*(message(f"${n}", room=ONE) for n in range(4))))
        await desk.has_read("judge", 1)
        judge.waits.clear()
        await desk.has_read("judge", 4)
    assert await desk.notes("judge") == {1: [1, 2, 4]}


async def test_echoes_are_read_soon_though_nobody_looks(desk: Desk) -> None:
    async with desk.reading(Reader("mirror"), poll=600):
        await desk.journal.append(MHA, [Arrival(message("$1", room=ONE), "push", echo=True)])
        await desk.has_read("mirror", 1)
    assert await desk.notes("mirror") == {1: [1]}


async def test_echoes_wait_for_each_other_and_for_news(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(work, "GATHER", 3600)
    async with desk.reading(Reader("mirror"), poll=600):
        await desk.journal.append(MHA, pushed(message("$1", room=ONE)))
        await desk.has_read("mirror", 1)
        await desk.journal.append(MHA, [Arrival(message("$2", room=ONE), "push", echo=True)])
        await desk.journal.append(MHA, pushed(message("$3", room="!2:mha.lab")))
        await desk.has_read("mirror", 2)
        assert await desk.notes("mirror") == {1: [1], 2: [1]}
        await desk.journal.append(MHA, pushed(message("$4", room=ONE)))
        await desk.has_read("mirror", 4)


async def test_a_notification_of_thousands_of_rooms_says_look_everywhere(desk: Desk) -> None:
    told: list[frozenset[int] | None] = []
    listening = asyncio.create_task(notify.listen(desk.url, {notify.JOURNAL: [told.append]}, 0.05))
    await until(lambda: as_answer(told == [None]))
    async with desk.pool.acquire() as connection:
        await notify.journal(connection, range(5_000))
        await notify.journal(connection, {1, 2})
    await until(lambda: as_answer(len(told) == 3))
    listening.cancel()
    assert told == [None, None, frozenset({1, 2})]
