"""A room that comes to be archived is on record, and can be searched, without anything more being said in it."""

import pytest

from bots.retention.archived import Archived
from bots.retention.at_once import AtOnce
from bots.retention.search.finding import Finding
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.query import read
from bots.retention.search.rows import Rows
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.store import recorded as archives
from tests.store.archive import IST
from tests.store.recorded import CELL, YARD, Archive


@pytest.fixture
async def archive(pool: Pool, journal: Journal, keyring: Keyring) -> Archive:
    made = await archives.opened(pool, journal, keyring)
    made.rows = Rows(journal, MonthKeys(keyring))
    await made.talks(CELL, 3)
    await made.talks(YARD, 5)
    return made


async def recorded(archive: Archive, room_id: str = YARD) -> int:
    found = "select room_seq from record_head h join room r on r.id = h.room where r.room_id = $1"
    return int(await archive.pool.fetchval(found, room_id) or 0)


async def looks(archive: Archive, *rooms: str) -> int:
    """Once, with these rooms in the settings; how many rooms are to be read again."""
    async with archive.pool.acquire() as connection:
        await AtOnce(archive.pool, Archived(rooms)).look(connection)
        behind = "select count(*) from bookmark b join room r on r.id = b.room where b.pos < r.head"
        return int(await connection.fetchval(behind))


async def test_a_room_that_is_linked_is_recorded_and_found_at_once(archive: Archive) -> None:
    assert (await recorded(archive), await looks(archive)) == (0, 0)
    await archive.link(YARD)
    await archive.reads()
    assert await recorded(archive) == 0, "nothing new is read"
    assert await looks(archive) == 1
    await archive.reads()
    assert await recorded(archive) == 5
    async with archive.pool.acquire() as connection:
        finding = Finding(archive.journal, MonthKeys(archive.keyring), read(f"namaste room:{YARD}", IST))
        assert len([hit async for hit in finding.hits(connection)]) == 5
    assert await looks(archive) == 0, "it is begun with once"


async def test_so_is_one_that_the_settings_name_and_no_other(archive: Archive) -> None:
    await archive.talks("!garden:mha.lab", 2)
    assert await looks(archive, "!yard*") == 1
    assert (
        await archive.pool.fetchval("select room_id from room r join bookmark b on b.room = r.id where pos < head")
        == YARD
    )
    assert await looks(archive, "!yard*") == 1, "it is not read twice"


async def test_a_bots_chat_is_not_begun_with_unless_the_settings_name_it_in_full(archive: Archive) -> None:
    await archive.link(YARD)
    await archive.pool.execute(
        "insert into private_chat (bot, person, endpoint)"
        " select 'records', '@ravi:mha.lab', id from endpoint where room_id = $1",
        YARD,
    )
    assert await looks(archive) == 0
    assert await looks(archive, YARD) == 1
