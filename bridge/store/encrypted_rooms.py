"""Which rooms are encrypted, and how long one room key of ours may serve there. It is noted with the journal entry that
says so, in one transaction, so that nothing is written in clear into a room that we know to be encrypted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from bridge.model import Event, HomeserverName, RoomRef
from bridge.store.database import Connection

WEEK_SECONDS, HUNDRED = 604_800, 100
"""When a session is replaced where the room does not say (Client-Server API, "m.room.encryption")."""

SOONEST_SECONDS, LATEST_SECONDS = 3_600, 10 * WEEK_SECONDS
FEWEST, MOST = 1, 10_000
"""Whatever the room says, within these bounds."""


@dataclass(frozen=True)
class Encrypted:
    """A room that is encrypted."""

    room: RoomRef
    longest: timedelta
    most_messages: int


async def of(connection: Connection, homeserver: HomeserverName, room_id: str) -> Encrypted | None:
    """The room, if it is encrypted as far as we know."""
    row = await connection.fetchrow(
        "select e.* from encrypted_room e join room r on r.id = e.room where r.homeserver = $1 and r.room_id = $2",
        homeserver, room_id,
    )  # fmt: skip
    return encrypted(row) if row is not None else None


def encrypted(row: asyncpg.Record) -> Encrypted:
    """A row of the table, or one that begins with it."""
    return Encrypted(RoomRef(row["room"]), timedelta(seconds=row["rotate_seconds"]), row["rotate_messages"])


async def any_on(connection: Connection, homeserver: HomeserverName) -> bool:
    """Whether there is an encrypted room on this homeserver."""
    found = "select 1 from encrypted_room e join room r on r.id = e.room where r.homeserver = $1 limit 1"
    return await connection.fetchval(found, homeserver) is not None


async def note(connection: Connection, events: Sequence[tuple[RoomRef, Event]]) -> None:
    """Notes what these events say of the encryption of their rooms. Once said, it is never unsaid."""
    for room, event in events:
        if event.type == "m.room.encryption" and event.state_key == "":
            period, messages = event.content.get("rotation_period_ms"), event.content.get("rotation_period_msgs")
            await set_encrypted(
                connection, room, _count(period, WEEK_SECONDS * 1000) // 1000, _count(messages, HUNDRED)
            )


async def set_encrypted(
    connection: Connection, room: RoomRef, seconds: int = WEEK_SECONDS, messages: int = HUNDRED
) -> None:
    """The room is encrypted from now on."""
    await connection.execute(
        "insert into encrypted_room (room, rotate_seconds, rotate_messages) values ($1, $2, $3)"
        " on conflict (room) do update set rotate_seconds = $2, rotate_messages = $3",
        room, min(max(seconds, SOONEST_SECONDS), LATEST_SECONDS), min(max(messages, FEWEST), MOST),
    )  # fmt: skip


def _count(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else otherwise
