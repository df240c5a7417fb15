"""New members of an archived room learn that it is recorded, once and privately. In a large room they do not: there the
notice tells with which the room was linked, and `!records status`.
"""

from collections.abc import Sequence

from bots.retention.openly.desk import Desk
from bridge.model import Entry, Room, UserId, user_id
from bridge.saying import Saying
from bridge.store import outbox, people, places
from bridge.store.database import Connection
from bridge.store.links import Endpoint

MOST = 200
"""People in a room up to whom each is told."""


async def heed(desk: Desk, connection: Connection, room: Room, end: Endpoint, members: Sequence[Entry]) -> None:
    """Tells those who have just come in. The rooms of a link are one: who is in both is told once."""
    new = [person for entry in members if (person := _came(entry)) and not desk.ours(person, room.homeserver)]
    if not desk.settings.tell_members or not new or await people.how_many_in(connection, room.ref) > MOST:
        return
    place = await places.of(connection, room)
    if place is None:  # a chat of two people
        return
    kek = await desk.host.keyring.current(connection, room.ref)
    for person in new:
        cause = f"records:welcome:{place.ref}:{person}"
        if not await outbox.has(connection, f"{cause}#0"):
            by = desk.host.customs.called(room.homeserver)
            what = Saying.of("records-welcome", room=room.room_id, organisation=by)
            await desk.letters.tell(connection, kek, end, person, cause, what)


def _came(entry: Entry) -> UserId | None:
    event = entry.event
    return user_id(event.state_key) if event.membership == "join" and event.was != "join" else None
