"""The ground gives way under the record: the database is full or goes away in the middle of a batch, the disk of files
is full, the homeserver falls silent, a file is very large. Nothing is lost or stands twice, and nothing else waits.
"""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientTimeout

from bots.retention.files.keeping import Keeping
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.rows import Rows
from bridge.__main__ import main
from bridge.gateway import media
from bridge.gateway.outcome import Done, Retry
from bridge.seal import MasterKey
from bridge.store import database, outbox
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.media_book import State
from tests.deadline import until
from tests.full_disk import full_at
from tests.homeserver.wire import Wire
from tests.keyrings import keyring_of
from tests.people import CELL
from tests.store import exporting, recorded
from tests.store.exporting import Installation
from tests.store.followers import Desk
from tests.store.media_house import PIECE, House, house
from tests.store.recorded import HALL, Archive, edge_of, retention
from tests.store.test_record_media import MXC, Room

FULL = """
    create sequence refusals;
    create function is_full() returns trigger language plpgsql as $$ begin
        if nextval('refusals') <= {times} then
            raise exception 'could not extend file: No space left on device' using errcode = '53100';
        end if;
        return null;
    end $$;
    create {kind} trigger is_full after insert on {table} {deferred} for each row execute function is_full();
"""
HUNDRED_MB = 100 * 2**20


@pytest.fixture
async def archive(pool: Pool, journal: Journal, keyring: Keyring) -> Archive:
    made = await recorded.opened(pool, journal, keyring)
    made.rows = Rows(journal, MonthKeys(keyring))
    return made


async def is_whole(archive: Archive, room_id: str, messages: int) -> None:
    """Each message is on record once, in its place, searchable; none was set aside; the log is that of the rows."""
    found = "select room_seq, pos from record r join room on room.id = r.room where room.room_id = $1 order by room_seq"
    rows = await archive.pool.fetch(found, room_id)
    assert [tuple(row) for row in rows] == [(n, n) for n in range(1, messages + 1)]
    searchable = "select count(*) from search_row s join room on room.id = s.room where room.room_id = $1"
    assert await archive.pool.fetchval(searchable, room_id) == messages
    assert await archive.pool.fetchval("select count(*) from gap") == 0
    home = recorded.home(room_id)
    assert await archive.edge(home) == edge_of(await archive.leaves(home))


@pytest.mark.parametrize("table", ["record", "search_row", "record_leaves"])
@pytest.mark.parametrize("deferred", [False, True], ids=["in the batch", "at its commit"])
async def test_while_the_database_is_full_the_record_waits_and_is_whole_afterwards(
    archive: Archive, url: str, master: MasterKey, table: str, deferred: bool
) -> None:
    kind, when = ("constraint", "initially deferred") if deferred else ("", "")
    await archive.pool.execute(FULL.format(times=3, kind=kind, deferred=when, table=table))
    desk = Desk(url, archive.pool, archive.journal, master)
    await archive.happens(*(archive.says(room) for _ in range(20) for room in (CELL, HALL)))
    async with desk.reading(retention(archive.journal, archive.rows)):
        await desk.has_read("retention", 40)
    assert await archive.pool.fetchval("select last_value from refusals") > 3
    await is_whole(archive, CELL, 20)
    await is_whole(archive, HALL, 20)


async def test_when_the_database_goes_away_in_the_middle_of_a_batch_the_record_goes_on_when_it_is_back(
    archive: Archive, url: str, master: MasterKey, tmp_path: Path
) -> None:
    await archive.talks(CELL, 1)
    await archive.happens(*(archive.says(CELL) for _ in range(40)))
    async with Wire(url, tmp_path / "wire") as wire, database.opened(wire.url, 10) as pool:
        keys = keyring_of(master)
        desk = Desk(wire.url, pool, Journal(pool, keys), master)
        async with archive.pool.acquire() as holder:
            taken = holder.transaction()
            await taken.start()
            await holder.execute("select from record_head for update")  # the last that a batch moves
            async with desk.reading(retention(desk.journal, Rows(desk.journal, MonthKeys(keys)))):
                waiting = "select count(*) > 0 from pg_stat_activity where wait_event_type = 'Lock' and pid <> $1"

                async def in_a_batch() -> bool:
                    return bool(await archive.pool.fetchval(waiting, holder.get_server_pid()))

                await until(in_a_batch)
                await wire.cut()
                await taken.rollback()
                assert await archive.pool.fetchval("select count(*) from record") == 1
                await archive.happens(archive.says(CELL))
                await wire.mend()
                await Desk(url, archive.pool, archive.journal, master).has_read("retention", 42)
    await is_whole(archive, CELL, 42)


@pytest.fixture
async def room(archive: Archive, journal: Journal, master: MasterKey, tmp_path: Path) -> AsyncIterator[Room]:
    """Ravi's room, and the files of its homeserver."""
    async with house(archive.pool, journal, master, tmp_path / "media") as made:
        yield Room(archive, made, tmp_path)


async def test_a_disk_that_fills_up_at_the_end_of_a_file_keeps_no_half_of_it_and_no_message_waits(
    room: Room,
) -> None:
    room.house.shelf.large["estimate"] = 8 * len(PIECE)
    await room.sends()
    with full_at(8 * len(PIECE)):  # sealed it is a little longer
        await room.keeps()
        assert [path for path in room.house.on_disk() if path.stat().st_size] == []
        await room.archive.talks(CELL, 3)
    assert ["not kept in media.folder" in gap for gap in await room.gaps()] == [True]
    assert await room.archive.pool.fetchval("select count(*) from record") == 4
    async with room.archive.pool.acquire() as connection:
        assert await outbox.revive(connection) == 1
    await room.fetches()
    await room.keeps()
    assert (await room.told(), await room.gaps()) == ([(1, 0, "kept")], [])
    await room.signs()
    assert await room.faults() == []


async def test_a_homeserver_that_falls_silent_over_a_file_is_given_up_and_asked_again(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "STREAMING", ClientTimeout(total=None, sock_read=0.2))
    mha: House = room.house
    mha.shelf.files["estimate"] = b"the estimate"
    mha.shelf.silent.add("estimate")
    await mha.want(MXC)
    given_up = await mha.fetch(MXC)
    assert isinstance(given_up, Retry) and "mha.lab cannot be reached" in given_up.reason
    assert (await mha.of(MXC)).state is State.WANTED
    mha.shelf.silent.clear()
    assert await mha.fetch(MXC, tries=1) == Done()
    assert await mha.read(MXC) == b"the estimate"


async def test_a_file_of_a_hundred_megabytes_is_kept_verified_and_handed_over_in_little_memory(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    office: Installation = await exporting.installation(pool, journal, keyring, master, url, tmp_path, capsys)
    async with house(pool, journal, master, tmp_path / "media") as mha:
        room = Room(office.archive, mha, tmp_path)
        mha.shelf.large["estimate"] = HUNDRED_MB
        await room.sends()
        keeping = Keeping(room.host())
        while await keeping.look():
            pass
        tracemalloc.start()
        assert await mha.fetch(MXC, mha.fetching(HUNDRED_MB)) == Done()
        while await keeping.look():
            pass
        assert await room.told() == [(1, 0, "kept")]
        await office.export("--format", "jsonl,html")
        assert await asyncio.to_thread(main, ["records", "verify", str(tmp_path / "setu.yaml")]) == 0
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    [file] = (tmp_path / "export" / "files").iterdir()
    assert file.stat().st_size == HUNDRED_MB
    assert most < HUNDRED_MB / 4, f"{most / 2**20:.0f} MB"
