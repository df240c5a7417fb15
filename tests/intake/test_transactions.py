"""A transaction is acknowledged when it is on disk, and not before; whatever comes twice is there once."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from bridge.seal import KEY_BYTES, MasterKey
from bridge.store import database
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import stand_on
from tests.intake.door import Answer, Door, opened
from tests.keyrings import keyring_of
from tests.people import MHA, NIC, message, transaction
from tests.postgres import Cluster

AWAY = Answer(503, "M_UNKNOWN")
TAKEN = Answer(200, None)


async def journalled(pool: Pool) -> list[str]:
    return [row["event_id"] for row in await pool.fetch("select event_id from journal order by room, pos")]


async def test_the_same_transaction_twice_is_journalled_once(door: Door, pool: Pool) -> None:
    body = transaction(message("$1"), message("$2"))
    assert [await door.put("1", body), await door.put("1", body)] == [TAKEN, TAKEN]
    assert await journalled(pool) == ["$1", "$2"]


async def test_the_same_transaction_id_with_other_events_brings_them(door: Door, pool: Pool) -> None:
    """A homeserver whose database was restored counts again from where it was."""
    await door.put("1", transaction(message("$1")))
    await door.put("1", transaction(message("$2")))
    assert await journalled(pool) == ["$1", "$2"]


async def test_two_homeservers_are_told_apart_by_their_tokens(door: Door, pool: Pool) -> None:
    await door.put("1", transaction(message("$1")), MHA)
    await door.put("1", transaction(message("$1")), NIC)
    assert [row["homeserver"] for row in await pool.fetch("select homeserver from room order by id")] == [MHA, NIC]


@pytest.fixture
async def next_door(url: str, master: MasterKey) -> AsyncIterator[Door]:
    """Another process on the same database."""
    async with database.opened(url, 5) as pool:
        keyring = keyring_of(master)
        async with opened(pool, Journal(pool, keyring), keyring) as door:
            yield door


async def test_two_processes_that_get_the_same_at_once_journal_it_once(door: Door, next_door: Door, pool: Pool) -> None:
    body = transaction(*(message(f"${n}") for n in range(30)))
    answers = await asyncio.gather(*(one.put("1", body) for one in (door, next_door) * 3))
    assert set(answers) == {TAKEN}
    assert await journalled(pool) == [f"${n}" for n in range(30)]


async def test_an_empty_transaction_is_taken_and_keeps_nothing(door: Door, pool: Pool) -> None:
    assert await door.put("1", b'{"events": []}') == TAKEN
    assert await door.put("2", b'{"ephemeral": [], "de.sorunome.msc2409.to_device": [{}]}') == TAKEN
    assert await journalled(pool) == []


FAIL_ONCE = """
    create sequence commits;
    create function fail_once() returns trigger language plpgsql as $$ begin
        if nextval('commits') = 1 then raise exception 'no room left on the disk' using errcode = '53100'; end if;
        return null;
    end $$;
    create constraint trigger fail_once after insert on event_key initially deferred
        for each row execute function fail_once();
"""


async def test_a_database_that_fails_at_commit_is_not_answered_200_and_the_next_try_keeps_the_event_once(
    door: Door, pool: Pool
) -> None:
    await pool.execute(FAIL_ONCE)
    body = transaction(message("$1"))
    assert await door.put("1", body) == AWAY
    assert await journalled(pool) == []
    assert await door.put("1", body) == TAKEN
    assert await journalled(pool) == ["$1"]


async def test_a_machine_to_which_the_new_master_key_has_not_come_takes_nothing(pool: Pool, master: MasterKey) -> None:
    async with pool.acquire() as connection:
        await stand_on(connection, master)
    old = keyring_of(MasterKey(b"o" * KEY_BYTES))
    async with opened(pool, Journal(pool, old), old) as door:
        assert await door.put("1", transaction(message("$1"))) == AWAY
        assert await journalled(pool) == []
        old.master = master
        assert await door.put("1", transaction(message("$1"))) == TAKEN


async def test_a_connection_cut_before_the_commit_is_not_answered_200(door: Door, pool: Pool) -> None:
    body = transaction(message("$2"))
    await door.put("0", transaction(message("$1")))
    async with pool.acquire() as holder:
        held = holder.transaction()
        await held.start()
        await holder.execute("select from room for no key update")
        waits = asyncio.create_task(door.put("1", body))
        cut = "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity where wait_event_type = 'Lock'"
        async with asyncio.timeout(10):
            while await holder.fetchval(cut) == 0:
                assert not waits.done(), "it waits for the room"
                await holder.execute("select pg_stat_clear_snapshot()")
        await held.rollback()
    assert await waits == AWAY
    assert await journalled(pool) == ["$1"]
    assert await door.put("1", body) == TAKEN
    assert await journalled(pool) == ["$1", "$2"]


async def test_while_the_database_is_away_the_answer_is_503_and_afterwards_one_row_is_there(
    door: Door, pool: Pool, cluster: Cluster, url: str
) -> None:
    name = await pool.fetchval("select current_database()")
    body = transaction(message("$1"))
    await cluster.say(f"alter database {name} with allow_connections false")
    await cut_all(cluster, name)
    assert await door.put("1", body) == AWAY
    assert await door.put("1", b"no JSON") == AWAY
    assert (await door.ask("GET", "/_matrix/app/v1/users/@x:y", {"Authorization": "Bearer token-of-mha"})) == AWAY
    await cluster.say(f"alter database {name} with allow_connections true")
    assert await door.put("1", body) == TAKEN
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("select count(*) from journal") == 1
    await connection.close()


async def cut_all(cluster: Cluster, name: str) -> None:
    await cluster.say(f"select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = '{name}'")


async def test_when_the_answer_comes_the_event_is_committed(door: Door, url: str) -> None:
    other = await asyncpg.connect(url)
    for n in range(20):
        await door.put(str(n), transaction(message(f"${n}")))
        assert await other.fetchval("select count(*) from journal") == n + 1
    await other.close()


async def test_no_answer_is_given_as_long_as_the_commit_waits(door: Door, pool: Pool) -> None:
    await door.put("0", transaction(message("$1")))
    async with pool.acquire() as holder:
        held = holder.transaction()
        await held.start()
        await holder.execute("select from room for no key update")
        waits = asyncio.create_task(door.put("1", transaction(message("$2"))))
        async with asyncio.timeout(10):
            while not await pool.fetchval("select count(*) from pg_locks where not granted"):
                assert not waits.done()
        await held.rollback()
    assert await waits == TAKEN
