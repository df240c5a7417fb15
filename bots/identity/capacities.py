"""Who speaks officially, in which room, about what and until when, in the database. Rows are ended, never deleted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import asyncpg

from bridge.mirror.kinds.relations import replaces
from bridge.model import Entry, Room, RoomRef, UserId, storable
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
    began_at: datetime
    until: datetime
    ended_pos: int | None
    ended_at: datetime | None

    def covers(self, entry: Entry) -> bool:
        """Whether what this entry says was said in this capacity. An edit is only where what it changes was, too."""
        if entry.event.sender != self.user_id:
            return False
        if entry.instead_of is None and entry.late:
            return self._at(entry.event.sent_at)
        said_at = entry.received_at if entry.instead_of is None else entry.event.sent_at
        return self.spans(entry.instead_of or entry.pos) and said_at is not None and said_at < self.until

    def spans(self, pos: int) -> bool:
        """Whether the entry at this position lies between its beginning and its end."""
        return self.began_pos < pos and (self.ended_pos is None or pos < self.ended_pos)

    def _at(self, moment: datetime | None) -> bool:
        """Of what came late, where it lies in the journal tells nothing."""
        return moment is not None and self.began_at <= moment < min(self.until, self.ended_at or self.until)


async def begin(
    connection: Connection, kek: Kek, room: Room, user_id: UserId, asked: Entry, subject: str, length: timedelta
) -> datetime:
    """From the entry on by which they asked, somebody speaks officially, however late it is read; what they did before
    ends. Gives until when.
    """
    await end(connection, room, user_id, asked)
    sealed = kek.seal(subject.encode(), about(TABLE, user_id, str(asked.pos)))
    until: datetime = await connection.fetchval(
        f"insert into {TABLE} (room, user_id, began_pos, began_at, until, kek, wrapped, sealed)"
        " values ($1, $2, $3, $4::timestamptz, $4::timestamptz + $5::interval, $6, $7, $8) returning until",
        room.ref, user_id, asked.pos, asked.received_at, length, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip
    return until


async def end(connection: Connection, room: Room, user_id: UserId, asked: Entry) -> bool:
    """From the entry on by which they asked, they speak for themselves; False where they did already."""
    found = await connection.fetchval(
        f"update {TABLE} set ended_pos = $3, ended_at = $4 where room = $1 and user_id = $2 and ended_at is null"
        " returning until > $4",
        room.ref, user_id, asked.pos, asked.received_at,
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
    first = min(0 if entry.late or entry.instead_of is not None else entry.pos for entry in entries)
    told = [entry.event.sent_at for entry in entries if entry.late or entry.instead_of is not None]
    earliest = min([*(entry.received_at for entry in entries), *(moment for moment in told if moment is not None)])
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
        RoomRef(row["room"]), UserId(row["user_id"]), subject, row["began_pos"], row["began_at"], row["until"],
        row["ended_pos"], row["ended_at"],
    )  # fmt: skip


async def of(connection: Connection, room: Room, entry: Entry, found: Sequence[Capacity]) -> Capacity | None:
    """The one of these in which an entry was said."""
    capacity = next((one for one in found if one.covers(entry)), None)
    if capacity is None or not replaces(entry.event.content):
        return capacity
    original = await connection.fetchval(
        "select pos from seen where room = $1 and event_id = $2",
        room.ref, storable(entry.event.content["m.relates_to"].get("event_id")),
    )  # fmt: skip
    return capacity if original is not None and capacity.spans(original) else None
