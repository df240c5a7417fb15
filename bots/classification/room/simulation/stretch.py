"""Which part of which room's journal a simulation reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.model import HomeserverName, Room, RoomRef
from bridge.store.database import Connection


@dataclass(frozen=True)
class Stretch:
    """The entries of a room with `after` < pos ≤ `up_to`."""

    room: Room
    after: int
    up_to: int


async def since(connection: Connection, when: datetime, room_id: str | None = None) -> Sequence[Stretch]:
    """Of each room what came since then, up to now; or of the rooms of this id alone."""
    rows = await connection.fetch(
        "select r.id, r.homeserver, r.room_id, r.head, first.pos from room r"
        " join lateral (select j.pos from journal j where j.room = r.id and j.received_at >= $1"
        " order by j.pos limit 1) first on true"
        " where r.room_id <> '' and ($2::text is null or r.room_id = $2) order by r.id",
        when, room_id,
    )  # fmt: skip
    return [
        Stretch(
            Room(RoomRef(row["id"]), HomeserverName(row["homeserver"]), row["room_id"]), row["pos"] - 1, row["head"]
        )
        for row in rows
    ]


async def is_known(connection: Connection, room_id: str) -> bool:
    """Whether anything of a room of this id is journalled."""
    found: bool = await connection.fetchval("select exists(select from room where room_id = $1)", room_id)
    return found
