"""The schema comes to what this program expects, once, forward only, or is left as it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest

from bridge.store import migrate
from bridge.store.database import Connection, Unfit
from tests.postgres import BOTS, Cluster
from tests.store import schema

OWN = len(migrate.read("bridge", migrate.OWN))
BOTS_OWN = sum(len(migrate.read(name, folder)) for name, folder in BOTS.items())


@pytest.fixture
async def empty(cluster: Cluster) -> AsyncIterator[str]:
    """A database with nothing in it."""
    async with cluster.database() as name:
        yield cluster.url(name)


@pytest.fixture
async def connection(empty: str) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(empty)
    try:
        yield connection
    finally:
        await connection.close()


async def test_migrations_from_zero_make_the_schema_that_is_committed(connection: Connection) -> None:
    await migrate.migrate(connection, BOTS)
    assert await schema.described(connection) == schema.SNAPSHOT.read_text("utf-8"), schema.REGENERATE


async def test_a_second_migration_finds_nothing_to_do(connection: Connection) -> None:
    of_bots = [name for name in sorted(BOTS) for _ in migrate.read(name, BOTS[name])]
    assert [step.owner for step in await migrate.migrate(connection, BOTS)] == [*["bridge"] * OWN, *of_bots]
    assert await migrate.migrate(connection, BOTS) == []
    await migrate.assert_current(connection, BOTS)


async def test_processes_that_migrate_at_once_apply_each_step_once(empty: str) -> None:
    async def one() -> int:
        connection = await asyncpg.connect(empty)
        try:
            return len(await migrate.migrate(connection, BOTS))
        finally:
            await connection.close()

    assert sorted(await asyncio.gather(*(one() for _ in range(4)))) == [0, 0, 0, OWN + BOTS_OWN]


async def test_a_schema_newer_than_the_program_is_refused_and_left_alone(connection: Connection) -> None:
    await migrate.migrate(connection, BOTS)
    await connection.execute(
        "insert into migration (owner, number, name) values ('bridge', $1, 'of_the_future')", OWN + 1
    )
    before = await schema.described(connection)
    with pytest.raises(Unfit, match=f"{OWN + 1:04d}"):
        await migrate.migrate(connection, BOTS)
    with pytest.raises(Unfit, match="newer Setu"):
        await migrate.assert_current(connection, BOTS)
    assert await schema.described(connection) == before


async def test_a_database_that_is_behind_is_not_worked_on(connection: Connection) -> None:
    with pytest.raises(Unfit, match="setu migrate"):
        await migrate.assert_current(connection, BOTS)
    await migrate.migrate(connection, {})
    with pytest.raises(Unfit, match="classification"):
        await migrate.assert_current(connection, BOTS)


@pytest.mark.parametrize("names", [["0001_a.sql", "0003_c.sql"], ["0001_a.sql", "0001_b.sql"], ["0002_b.sql"]])
def test_a_hole_in_the_numbers_or_a_number_twice_is_refused(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("select 1")
    with pytest.raises(ValueError, match="without a hole"):
        migrate.read("somebody", tmp_path)


async def test_a_step_that_fails_leaves_no_trace(connection: Connection, tmp_path: Path) -> None:
    (tmp_path / "0001_good.sql").write_text("create table good (id int)")
    (tmp_path / "0002_bad.sql").write_text("create table bad (id int); select 1 / 0")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate.migrate(connection, {"somebody": tmp_path})
    tables = await connection.fetchrow("select to_regclass('good') is not null, to_regclass('bad') is not null")
    assert tables is not None and tuple(tables) == (True, False)
    (tmp_path / "0002_bad.sql").write_text("create table bad (id int)")
    assert [step.number for step in await migrate.migrate(connection, {"somebody": tmp_path})] == [2]


async def bounds(connection: Connection, table: str) -> str:
    said = await connection.fetchval("select pg_get_expr(relpartbound, oid) from pg_class where relname = $1", table)
    assert isinstance(said, str), f"{table} is no partition"
    return said


async def test_months_begin_at_midnight_utc_whatever_the_time_zone_of_the_server(connection: Connection) -> None:
    await connection.execute("set timezone to 'Asia/Kolkata'")
    await migrate.migrate(connection, BOTS)
    await migrate.make_months(connection, datetime(2030, 12, 31, tzinfo=UTC))
    await connection.execute("set timezone to 'UTC'")
    await migrate.make_months(connection, datetime(2030, 12, 31, tzinfo=UTC))
    expected = "FOR VALUES FROM ('2031-01-01 00:00:00+00') TO ('2031-02-01 00:00:00+00')"
    assert await bounds(connection, "journal_2031_01") == expected
    assert await bounds(connection, "record_2031_01") == expected


async def test_several_processes_make_the_same_months_at_once(connection: Connection, empty: str) -> None:
    await migrate.migrate(connection, BOTS)
    others = [await asyncpg.connect(empty) for _ in range(4)]
    try:
        await asyncio.gather(*(migrate.make_months(one, datetime(2031, 5, 1, tzinfo=UTC)) for one in others))
    finally:
        await asyncio.gather(*(one.close() for one in others))
    assert "2031-07" in await bounds(connection, "journal_2031_07")


ENTRY = (
    "insert into journal (room, pos, received_at, source, event_id, sealed) values (1, $1, $2, 'push', $3, '')"
    " returning tableoid::regclass::text"
)


async def test_an_entry_outside_of_every_month_is_caught_and_stops_no_later_start(connection: Connection) -> None:
    await migrate.migrate(connection, BOTS)
    far = datetime(2035, 3, 4, tzinfo=UTC)
    assert await connection.fetchval(ENTRY, 1, far, "$1") == "journal_rest"
    await migrate.make_months(connection, far)
    assert await connection.fetchval(ENTRY, 2, far, "$2") == "journal_rest"
    assert await connection.fetchval(ENTRY, 3, datetime(2035, 4, 1, tzinfo=UTC), "$3") == "journal_2035_04"
    assert await connection.fetchval("select count(*) from journal where room = 1") == 3
