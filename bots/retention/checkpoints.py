"""The checkpoints in the database: what was signed of each log, and what an authority said about when."""

from collections.abc import Mapping, Sequence
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


async def tokens(connection: Connection, organisation: str) -> Mapping[int, bytes]:
    """What the authority said of the checkpoints of one log, by their sizes."""
    rows = await connection.fetch("select size, token from record_timestamp where organisation = $1", organisation)
    return {row["size"]: row["token"] for row in rows}


def _signed(row: asyncpg.Record) -> Signed:
    return Signed(row["organisation"], row["size"], row["note"], row["at"])
