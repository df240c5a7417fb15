"""Where a records officer is told what was found: in the bot's encrypted direct chat with them, and only while nobody
else is in it.
"""

from collections.abc import Sequence

from bots.retention.account import ACCOUNT
from bridge import private
from bridge.actions import Send
from bridge.hearing import Content, Hearing
from bridge.model import HomeserverName, Room, UserId
from bridge.plugin import Host
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import encrypted_rooms, outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint

MOST_COMINGS = 500
"""Memberships of a direct chat that are looked through."""


async def to(host: Host, hearing: Hearing) -> Endpoint | Saying:
    """The chat with who asks, as `chat`."""
    return await chat(host, hearing.connection, hearing.kek, hearing.sender, hearing.room.homeserver)


async def chat(host: Host, connection: Connection, kek: Kek, person: UserId, met: HomeserverName) -> Endpoint | Saying:
    """The chat, made where there is none; or the saying that tells why there is none that will do."""
    end = await private.chat(connection, kek, host.customs, ACCOUNT, person, met)
    if end is None:
        return Saying.of("records-chat-left")
    if end.room_id is None:
        return end
    if not end.made and await encrypted_rooms.of(connection, end.homeserver, end.room_id) is None:
        return Saying.of("records-chat-unencrypted")  # one that we made is encrypted before anything is said in it
    refs = await host.journal.rooms(connection, end.homeserver, [end.room_id])
    room = Room(refs[end.room_id], end.homeserver, end.room_id)
    return end if await _alone(connection, host, room, person) else Saying.of("records-chat-others")


async def say(hearing: Hearing, end: Endpoint, content: Content) -> None:
    """Says it there, once."""
    await put(hearing.connection, hearing.kek, end, f"{hearing.cause}:found", [content])


async def put(connection: Connection, kek: Kek, end: Endpoint, cause: str, contents: Sequence[Content]) -> None:
    """Says these there, once, one behind the other; they die rather than stand in clear."""
    account = ACCOUNT.on(end.homeserver)
    said = [Send(account, "m.room.message", content, only_encrypted=True) for content in contents]
    await outbox.put(connection, kek, end.lane, cause, said)


async def _alone(connection: Connection, host: Host, room: Room, person: str) -> bool:
    """Whether nobody but the person and our bots is in the room, or invited, as far as the journal tells."""
    rows = await connection.fetch(
        "select pos from journal where room = $1 and type = 'm.room.member' order by pos limit $2",
        room.ref, MOST_COMINGS + 1,
    )  # fmt: skip
    last: dict[str, str | None] = {}
    for entry in await host.journal.read_at(connection, room, [row["pos"] for row in rows]):
        event = entry.event
        if event.state_key is not None:
            last[event.state_key] = event.membership
    there = {user for user, membership in last.items() if membership in ("join", "invite", "knock")}
    bots = {user for user in there if host.customs.ours(UserId(user), room.homeserver)}
    return len(rows) <= MOST_COMINGS and there - bots <= {person}
