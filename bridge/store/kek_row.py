"""The row of a key-encryption key: for what it is wrapped, and how one is added. The master key under which it is
wrapped is the one that the database stands on, always: who adds a row locks that, and so does who changes it.
"""

from dataclasses import dataclass
from datetime import date

import asyncpg

from bridge.model import RoomRef
from bridge.seal import Master, about
from bridge.store.database import Connection


@dataclass(frozen=True)
class Place:
    """Where a key-encryption key belongs: it opens nowhere else."""

    room: RoomRef
    retention_class: str
    month: date

    @property
    def about(self) -> bytes:
        return about("kek", str(self.room), self.retention_class, self.month.isoformat())


def place(row: asyncpg.Record) -> Place:
    """Where the key of a row belongs."""
    return Place(row["room"], row["class"], row["period"])


async def at(connection: Connection, where: Place) -> asyncpg.Record | None:
    """The row of the key of a place, if there is one."""
    return await connection.fetchrow(
        "select * from kek where room = $1 and class = $2 and period = $3",
        where.room, where.retention_class, where.month,
    )  # fmt: skip


async def add(connection: Connection, master: Master, where: Place, key: bytes) -> None:
    """Adds a key where there is none, unless the database stands on another master key by now."""
    await connection.execute(
        "insert into kek (room, class, period, wrapped) select $1, $2, $3, $4 from site"
        # A rotation waits for the lock on this row, or this for the rotation: then it adds nothing.
        " where coalesce(master_fingerprint, $5) = $5 for share on conflict do nothing",
        where.room, where.retention_class, where.month, await master.wrap(key, where.about), master.fingerprint,
    )  # fmt: skip
