"""The work list of files: the table `retention_file`, and how it stands with each in the book of media."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from bridge.model import HomeserverName, Room, RoomRef
from bridge.store.database import Connection


@dataclass(frozen=True)
class Place:
    """Which file."""

    room: Room
    pos: int
    n: int
    mxc: bytes
    """A keyed hash of its address."""


@dataclass(frozen=True)
class Kept:
    """It lies in the media folder."""

    place: Place
    at: datetime
    content: bytes
    name: str
    size: int
    sealed_digest: bytes
    key_digest: bytes
    """SHA-256 of its key and the hash of its bytes, as they are sealed."""


@dataclass(frozen=True)
class Absent:
    """It is not to be had."""

    place: Place
    at: datetime
    why: str


_PLACE = "f.room, f.pos, f.n, f.mxc, r.homeserver, r.room_id"


async def unasked(connection: Connection, most: int) -> Sequence[Place]:
    """Those that nobody has asked for; nobody else takes them until this transaction ends."""
    rows = await connection.fetch(
        f"select {_PLACE} from retention_file f join room r on r.id = f.room"
        " where f.state = 'waiting' and not f.wanted order by f.named_at limit $1 for update of f skip locked",
        most,
    )  # fmt: skip
    return [_place(row) for row in rows]


async def settled(connection: Connection, most: int) -> Sequence[Kept | Absent]:
    """Those of which it is known how they stand; nobody else takes them until this transaction ends."""
    rows = await connection.fetch(
        f"select {_PLACE}, m.why, m.settled_at, k.content, k.name, k.size, k.sealed_digest, sha256(k.sealed) as key"
        " from retention_file f join room r on r.id = f.room join media m on m.room = f.room and m.mxc = f.mxc"
        " left join media_file k on k.room = m.room and k.class = m.class and k.content = m.content"
        " where f.state = 'waiting' and f.wanted and m.state <> 'wanted'"
        " order by f.named_at limit $1 for update of f skip locked",
        most,
    )  # fmt: skip
    return [_settled(row) for row in rows]


async def asked(connection: Connection, place: Place) -> None:
    """It was asked for."""
    await _change(connection, "update retention_file set wanted = true", place)


async def is_absent(connection: Connection, place: Place) -> None:
    """It is told as not to be had."""
    await _change(connection, "update retention_file set state = 'absent'", place)


async def is_kept(connection: Connection, place: Place) -> None:
    """It is told as kept: nothing is left to be done."""
    await _change(connection, "delete from retention_file", place)


async def again(connection: Connection, with_folder: bool) -> None:
    """Those that were not to be had and are kept now; and those that could not be asked for, where they can now."""
    await connection.execute(
        "update retention_file f set state = 'waiting' from media m where f.state = 'absent' and f.wanted"
        " and m.room = f.room and m.mxc = f.mxc and m.state = 'kept'"
    )
    if with_folder:
        await connection.execute(
            "update retention_file f set state = 'waiting' from room r where f.state = 'absent' and not f.wanted"
            " and r.id = f.room and exists (select from endpoint e where e.homeserver = r.homeserver"
            " and e.room_id = r.room_id)"
        )


async def _change(connection: Connection, what: str, place: Place) -> None:
    await connection.execute(f"{what} where room = $1 and pos = $2 and n = $3", place.room.ref, place.pos, place.n)


def _place(row: asyncpg.Record) -> Place:
    room = Room(RoomRef(row["room"]), HomeserverName(row["homeserver"]), row["room_id"])
    return Place(room, row["pos"], row["n"], row["mxc"])


def _settled(row: asyncpg.Record) -> Kept | Absent:
    place, at = _place(row), row["settled_at"]
    if row["name"] is None:
        return Absent(place, at, row["why"] or "its key was destroyed")
    return Kept(place, at, row["content"], row["name"], row["size"], row["sealed_digest"], row["key"])
