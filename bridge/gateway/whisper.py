"""Says on the other side what the relay heard: that somebody types, or has read. Each is asked for once, by the ghost
of that person where it is in the room, and is nobody's loss where it does not arrive.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mautrix.api import Method

from bridge.gateway.homeserver import path
from bridge.gateway.perform import Side
from bridge.model import HomeserverName, Room, RoomRef, UserId
from bridge.relay import Read, Typing, Whisper
from bridge.store import copies, links, pauses, people
from bridge.store.database import Connection, Pool
from bridge.store.links import Endpoint

TYPING_MILLISECONDS = 60_000
"""How long somebody is shown to type if we never hear that they ended."""


FAR = 2**62
"""Beyond every position of a journal: of pauses only those that last count."""


@dataclass(frozen=True)
class Saying:
    """One request to be made as a ghost."""

    homeserver: HomeserverName
    ghost: UserId
    method: Method
    path: str
    body: Mapping[str, Any]


@dataclass(frozen=True)
class Whispers:
    """Carries typing and receipts to all homeservers."""

    homeservers: Mapping[HomeserverName, Side]
    pool: Pool

    async def carry(self, whisper: Whisper) -> None:
        """Into each room that is linked with the one where it was heard. Raises whatever a request raises."""
        async with self.pool.acquire() as connection:
            sayings = await _sayings(connection, whisper)
        for saying in sayings:
            there = self.homeservers[saying.homeserver]
            acting = await there.accounts.ready(saying.ghost)
            await there.homeserver.call(saying.method, saying.path, acting, saying.body)


async def _sayings(connection: Connection, whisper: Whisper) -> list[Saying]:
    ref = await connection.fetchval(
        "select id from room where homeserver = $1 and room_id = $2", whisper.homeserver, whisper.room_id
    )
    if ref is None:
        return []
    room = Room(RoomRef(ref), whisper.homeserver, whisper.room_id)
    paused = {stretch.endpoint for stretch in await pauses.of(connection, room, FAR) if stretch.up_to is None}
    ends = [end for end in await links.across(connection, room) if end.ref not in paused]
    found = [await _saying(connection, whisper, room, end) for end in ends]
    return [saying for saying in found if saying is not None]


async def _saying(connection: Connection, whisper: Whisper, room: Room, end: Endpoint) -> Saying | None:
    standing = await people.standing(connection, end.homeserver, whisper.user_id, end.ref)
    if end.room_id is None or end.state != "open" or standing is None or standing.joined_by is None:
        return None
    ghost = standing.user_id
    match whisper:
        case Typing(now=now):
            address = path("v3", "rooms", end.room_id, "typing", ghost)
            body = {"typing": now} | ({"timeout": TYPING_MILLISECONDS} if now else {})
            return Saying(end.homeserver, ghost, Method.PUT, address, body)
        case Read(event_id=event_id):
            copy = await copies.counterpart(connection, room.ref, event_id, end.ref)
            if copy is None:
                return None
            address = path("v3", "rooms", end.room_id, "receipt", "m.read", copy)
            return Saying(end.homeserver, ghost, Method.POST, address, {})
