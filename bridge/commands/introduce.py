"""Tells the other side of a link that was made in chat who is in a room and what the room is, as it stands now: the
journal's own entries, which the mirror had passed by while nothing was linked, are planned as those of a room that the
bot has just entered.
"""

from collections.abc import Sequence
from dataclasses import replace

from bridge.commands.house import House
from bridge.mirror.follower import MOST_BROUGHT, Opening
from bridge.mirror.plan import STATE
from bridge.model import Room, RoomRef, UserId
from bridge.store.database import Connection
from bridge.store.links import Endpoint


async def introduce(connection: Connection, house: House, end: Endpoint, opening: Opening) -> None:
    """Plans the present state of the end's room. Call it in the transaction that makes the link."""
    assert end.room_id is not None, "a room that has yet to be made is introduced when it is"
    ref = (await house.journal.rooms(connection, end.homeserver, [end.room_id]))[end.room_id]
    room = Room(ref, end.homeserver, end.room_id)
    positions = sorted([*await _people(connection, house, room), *await _state(connection, ref)])
    entries = await house.journal.read_at(connection, room, positions)
    present = [replace(entry, source="state", late=False) for entry in entries]
    await house.mirror.plan(connection, room, present, opening)


async def _people(connection: Connection, house: House, room: Room) -> Sequence[int]:
    """Where the journal says that somebody is in; in a large room, people come when they speak."""
    rows = await connection.fetch(
        "select user_id, pos from member where room = $1 and membership = 'join' limit $2", room.ref, MOST_BROUGHT + 1
    )
    people = [row["pos"] for row in rows if not house.customs.ours(UserId(row["user_id"]), room.homeserver)]
    return people if len(rows) <= MOST_BROUGHT else []


async def _state(connection: Connection, room: RoomRef) -> Sequence[int]:
    rows = await connection.fetch(
        "select max(pos) as pos from journal where room = $1 and type = any($2) and not late group by type",
        room, list(STATE),
    )  # fmt: skip
    return [row["pos"] for row in rows]
