"""Brings the schema to what this program expects: numbered SQL files, forward only, each in one transaction under an
advisory lock, the bridge's first and then each bot's. A schema newer than the program is refused.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import asyncpg

from bridge.store.database import Connection, Unfit

log = logging.getLogger(__name__)

LOCK = 0x5E70
"""The advisory lock that lets one process migrate at a time."""

OWN = Path(__file__).parent / "migrations"
MONTHS_AHEAD = 2


@dataclass(frozen=True)
class Migration:
    owner: str
    number: int
    name: str
    sql: str


def read(owner: str, folder: Path) -> list[Migration]:
    """The migrations of a folder, in order.

    Raises:
        ValueError: numbers with a hole or twice the same.
    """
    files = sorted(folder.glob("[0-9]*.sql"))
    found = [Migration(owner, int(f.stem[:4]), f.stem[5:], f.read_text("utf-8")) for f in files]
    if [migration.number for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"{folder}: migrations must be numbered 0001, 0002, … without a hole")
    return found


@asynccontextmanager
async def _alone(connection: Connection) -> AsyncIterator[None]:
    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        yield
    finally:
        await connection.execute("select pg_advisory_unlock($1)", LOCK)


async def migrate(connection: Connection, bots: Mapping[str, Path]) -> list[Migration]:
    """Applies what is missing and returns it.

    Raises:
        Unfit: the schema is newer than this program.
    """
    known = {owner: read(owner, folder) for owner, folder in {"bridge": OWN, **bots}.items()}
    async with _alone(connection):
        await connection.execute(
            "create table if not exists migration (owner text, number int, name text not null,"
            " at timestamptz not null default now(), primary key (owner, number))"
        )
        applied = await assert_not_newer(connection, known)
        missing = [step for steps in known.values() for step in steps if step.number > applied.get(step.owner, 0)]
        for step in missing:
            async with connection.transaction():
                await connection.execute(step.sql)
                await connection.execute(
                    "insert into migration (owner, number, name) values ($1, $2, $3)",
                    step.owner, step.number, step.name,
                )  # fmt: skip
        await make_months(connection, datetime.now(UTC))
    return missing


async def assert_not_newer(connection: Connection, known: Mapping[str, list[Migration]]) -> dict[str, int]:
    """The last number applied, by owner; raises Unfit where that is beyond what is known here."""
    rows = await connection.fetch("select owner, max(number) as last from migration group by owner")
    applied = {row["owner"]: row["last"] for row in rows}
    for owner, last in applied.items():
        if owner in known and last > len(known[owner]):
            raise Unfit(
                f"the database's schema of {owner} is at {last:04d}, this program knows up to"
                f" {len(known[owner]):04d}: run the newer Setu that made it"
            )
    return applied


async def assert_current(connection: Connection, bots: Mapping[str, Path]) -> None:
    """Raises Unfit unless the schema is exactly what this program expects."""
    known = {owner: read(owner, folder) for owner, folder in {"bridge": OWN, **bots}.items()}
    try:
        applied = await assert_not_newer(connection, known)
    except asyncpg.UndefinedTableError:
        applied = {}
    for owner, steps in known.items():
        if applied.get(owner, 0) < len(steps):
            raise Unfit(f"the database's schema of {owner} is behind this program: run `setu migrate` first")


async def make_months(connection: Connection, now: datetime) -> None:
    """Makes this month's and the next months' partitions of every table that is partitioned by time.

    A month of which some rows came before its partition stays in the default partition.
    """
    tables = await connection.fetch(
        "select c.relname as name from pg_partitioned_table p join pg_class c on c.oid = p.partrelid"
        " where p.partstrat = 'r' and c.relnamespace = current_schema()::regnamespace"
    )
    async with _alone(connection):
        for table in (row["name"] for row in tables):
            for ahead in range(MONTHS_AHEAD + 1):
                await _make_month(connection, table, _month(now, ahead))


async def _make_month(connection: Connection, table: str, first: datetime) -> None:
    try:
        await connection.execute("select make_month($1, $2)", table, first)
    except asyncpg.CheckViolationError:
        log.warning("%s of %s stays in the default partition, where rows of it lie already", table, f"{first:%Y-%m}")


def _month(now: datetime, ahead: int) -> datetime:
    month = now.year * 12 + now.month - 1 + ahead
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=UTC)
