"""A database stands on one master key, and every key in it outlives the transaction that first sealed with it."""

import asyncio
from pathlib import Path

import pytest

from bridge import keys
from bridge.keys import KeyFileError
from bridge.model import RoomRef
from bridge.seal import KEY_BYTES, CannotOpen, MasterKey, about
from bridge.store import keyring, site
from bridge.store.database import Pool, Unfit
from bridge.store.journal import Journal
from bridge.store.keyring import NO_ROOM, Keyring
from tests.keyrings import keyring_of
from tests.people import CELL, MHA, message, pushed

WRONG = MasterKey(b"w" * KEY_BYTES)


async def test_a_wrong_master_key_is_refused_and_nothing_changes(pool: Pool, master: MasterKey) -> None:
    async with pool.acquire() as connection:
        assert await site.standing(connection) is None
        await keyring.stand_on(connection, master)
        await keyring.stand_on(connection, master)
        before = await connection.fetchrow("table site")
        with pytest.raises(Unfit, match="not the one that the database was sealed with"):
            await keyring.stand_on(connection, WRONG)
        assert await connection.fetchrow("table site") == before
        assert await site.standing(connection) == master.fingerprint


def test_a_missing_master_key_is_refused_and_none_is_made(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="put the file back"):
        keys.master_key(tmp_path / "master.key", may_make=False)
    assert list(tmp_path.iterdir()) == []


def test_a_first_start_makes_a_key_and_the_next_finds_it(tmp_path: Path) -> None:
    made = keys.master_key(tmp_path / "master.key", may_make=True)
    assert keys.master_key(tmp_path / "master.key", may_make=False) == made


@pytest.mark.parametrize("text", ["", "not base64!", "c2hvcnQ="])
def test_a_file_that_holds_no_key_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "master.key").write_text(text)
    with pytest.raises(Exception, match=r"master\.key"):
        keys.master_key(tmp_path / "master.key", may_make=True)
    assert (tmp_path / "master.key").read_text() == text


async def test_of_two_first_starts_at_once_with_different_keys_one_is_refused(pool: Pool, master: MasterKey) -> None:
    async def start(key: MasterKey) -> None:
        async with pool.acquire() as connection:
            await keyring.stand_on(connection, key)

    answers = await asyncio.gather(start(master), start(WRONG), return_exceptions=True)
    assert [type(answer) for answer in answers if answer is not None] == [Unfit]


async def test_what_is_sealed_under_another_master_key_does_not_open(pool: Pool, journal: Journal) -> None:
    await journal.append(MHA, pushed(message("$1")))
    async with pool.acquire() as connection:
        with pytest.raises(CannotOpen):
            await keyring_of(WRONG).load(connection, [1])
        with pytest.raises(CannotOpen):
            await keyring_of(WRONG).current(connection, await connection.fetchval("select id from room"))


async def test_a_key_is_the_same_for_all_who_ask_at_once(pool: Pool, master: MasterKey) -> None:
    async def ask() -> bytes:
        async with pool.acquire() as connection:
            return (await keyring_of(master).current(connection, RoomRef(7))).key

    assert len(set(await asyncio.gather(*(ask() for _ in range(10))))) == 1
    assert await pool.fetchval("select count(*) from kek") == 1


async def test_a_key_that_a_rollback_took_back_is_not_remembered(pool: Pool, keyring: Keyring) -> None:
    async with pool.acquire() as connection:
        begun = connection.transaction()
        await begun.start()
        lost = await keyring.current(connection, NO_ROOM)
        await begun.rollback()
        kept = await keyring.current(connection, NO_ROOM)
        assert kept.key != lost.key
        assert await connection.fetchval("select id from kek") == kept.id


async def test_what_was_sealed_after_a_rollback_opens_in_another_process(
    pool: Pool, keyring: Keyring, master: MasterKey
) -> None:
    async with pool.acquire() as connection:
        begun = connection.transaction()
        await begun.start()
        await keyring.current(connection, NO_ROOM)
        await begun.rollback()
        sealed = (await keyring.current(connection, NO_ROOM)).seal(b"namaste", about("here"))
        fresh = keyring_of(master)
        await fresh.load(connection, [sealed.kek])
    assert fresh.open(sealed, about("here")) == b"namaste"


async def test_each_room_has_keys_of_its_own(pool: Pool, journal: Journal) -> None:
    await journal.append(MHA, pushed(message("$1"), message("$2", room="!other:mha.lab")))
    assert await pool.fetchval("select count(distinct kek) from event_key") == 2
    assert await pool.fetchval("select count(*) from kek where room in (select id from room)") == 2
    assert await pool.fetchval("select room_id from room order by id limit 1") in (CELL, "!other:mha.lab")
