"""The checkpoints in the database: what was signed of each log, and what an authority said about when."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from bridge.store.database import Connection

LOCK = 0x5E1D
"""The advisory lock of whoever signs or stamps: the file and the database change together."""


@dataclass(frozen=True)
class Signed:
    """A checkpoint that was signed."""

    organisation: str
    size: int
    note: str
    at: datetime


async def add(connection: Connection, signed: Signed) -> None:
    await connection.execute(
        "insert into record_checkpoint (organisation, size, note, at) values ($1, $2, $3, $4)",
        signed.organisation, signed.size, signed.note, signed.at,
    )  # fmt: skip


async def latest(connection: Connection) -> Mapping[str, Signed]:
    """The last of each log, by its organisation."""
    rows = await connection.fetch(
        "select c.* from record_log l cross join lateral (select * from record_checkpoint c"
        " where c.organisation = l.organisation order by size desc limit 1) c"
    )
    return {row["organisation"]: _signed(row) for row in rows}


async def after(connection: Connection, organisation: str, size: int) -> Sequence[Signed]:
    """Those of one log that are of a larger size, the smallest first."""
    rows = await connection.fetch(
        "select * from record_checkpoint where organisation = $1 and size > $2 order by size", organisation, size
    )
    return [_signed(row) for row in rows]


async def unstamped(connection: Connection) -> Sequence[Signed]:
    """The last of each log, where no authority has spoken of it yet."""
    rows = await connection.fetch(
        "select c.* from record_log l cross join lateral (select * from record_checkpoint c"
        " where c.organisation = l.organisation order by size desc limit 1) c"
        " where not exists (select from record_timestamp t where (t.organisation, t.size) = (c.organisation, c.size))"
    )
    return [_signed(row) for row in rows]


async def stamp(connection: Connection, signed: Signed, token: bytes) -> None:
    """What the authority said; once."""
    await connection.execute(
        "insert into record_timestamp (organisation, size, token) values ($1, $2, $3) on conflict do nothing",
        signed.organisation, signed.size, token,
    )  # fmt: skip


async def tokens(connection: Connection, organisation: str, lowest: int = 0) -> Mapping[int, bytes]:
    """What the authority said of the checkpoints of one log, by their sizes: of this one and of larger ones."""
    rows = await connection.fetch(
        "select size, token from record_timestamp where organisation = $1 and size >= $2", organisation, lowest
    )
    return {row["size"]: row["token"] for row in rows}


@asynccontextmanager
async def one_moment(connection: Connection) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """The database as it is at one moment, to be read. Nobody signs or stamps until what this gives is called: the file
    is as it was then, too.
    """

    async def others_may_sign() -> None:
        await connection.execute("select pg_advisory_unlock($1)", LOCK)

    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield others_may_sign
    finally:
        await connection.execute("select pg_advisory_unlock_all()")


def _signed(row: asyncpg.Record) -> Signed:
    return Signed(row["organisation"], row["size"], row["note"], row["at"])
