"""Who speaks officially, in which room, about what and until when, in the database. Rows are ended, never deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg

from bridge.model import Entry, Room, RoomRef, UserId
from bridge.seal import Kek, Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

TABLE = "identity_capacity"


@dataclass(frozen=True)
class Capacity:
    """A stretch of a room in which somebody speaks for their office."""

    room: RoomRef
    user_id: UserId
    subject: str = field(repr=False)
    began_pos: int
    until: datetime
    ended_pos: int | None

    def covers(self, entry: Entry) -> bool:
        """Whether what this entry says was said in this capacity."""
        begun = entry.event.sender == self.user_id and self.began_pos < entry.pos
        return begun and (self.ended_pos is None or entry.pos < self.ended_pos) and entry.received_at < self.until


async def begin(
    connection: Connection, kek: Kek, room: Room, user_id: UserId, pos: int, subject: str, length: timedelta
) -> datetime:
    """From the entry at `pos` on somebody speaks officially; what they did before ends. Gives until when."""
    await end(connection, room, user_id, pos)
    sealed = kek.seal(subject.encode(), about(TABLE, user_id, str(pos)))
    until: datetime = await connection.fetchval(
        f"insert into {TABLE} (room, user_id, began_pos, until, kek, wrapped, sealed)"
        " values ($1, $2, $3, now() + $4::interval, $5, $6, $7) returning until",
        room.ref, user_id, pos, length, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip
    return until


async def end(connection: Connection, room: Room, user_id: UserId, pos: int) -> bool:
    """From the entry at `pos` on they speak for themselves; False where they did already."""
    found = await connection.fetchval(
        f"update {TABLE} set ended_pos = $3, ended_at = now() where room = $1 and user_id = $2 and ended_at is null"
        " returning until > now()",
        room.ref, user_id, pos,
    )  # fmt: skip
    return found is True


async def over(connection: Connection) -> Sequence[tuple[RoomRef, UserId, datetime]]:
    """Those whose time has just ended, and when."""
    rows = await connection.fetch(
        f"update {TABLE} set ended_at = until where ended_at is null and until <= now() returning room, user_id, until"
    )
    return [(RoomRef(row["room"]), UserId(row["user_id"]), row["until"]) for row in rows]


async def within(connection: Connection, keyring: Keyring, room: Room, entries: Sequence[Entry]) -> Sequence[Capacity]:
    """Those that may cover some of these entries."""
    if not entries:
        return []
    first = min(entry.pos for entry in entries)
    earliest = min(entry.received_at for entry in entries)
    rows = await connection.fetch(
        f"select * from {TABLE} where room = $1 and until > $3 and (ended_pos is null or ended_pos > $2)",
        room.ref, first, earliest,
    )  # fmt: skip
    await keyring.load(connection, (row["kek"] for row in rows))
    return [_capacity(keyring, row) for row in rows]


def _capacity(keyring: Keyring, row: asyncpg.Record) -> Capacity:
    place = about(TABLE, row["user_id"], str(row["began_pos"]))
    subject = keyring.open(Sealed(row["kek"], row["wrapped"], row["sealed"]), place).decode()
    return Capacity(
        RoomRef(row["room"]), UserId(row["user_id"]), subject, row["began_pos"], row["until"], row["ended_pos"]
    )
