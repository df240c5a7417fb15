"""New members of a room with a ceiling are told of it, once and privately; in a large room its state tells."""

from collections.abc import Sequence

from bots.classification.room import ceilings
from bots.classification.room.desk import Desk
from bridge.model import Entry, Room, user_id
from bridge.saying import Saying
from bridge.store import outbox, people
from bridge.store.database import Connection

MOST = 200
"""People in a room up to whom each is told."""


async def heed(desk: Desk, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
    """Tells those who have just come in."""
    came = [entry.event for entry in entries if entry.source == "push" and not entry.late]
    joined = [user_id(event.state_key) for event in came if event.membership == "join" and event.was != "join"]
    new = [person for person in joined if person is not None and not desk.ours(person, room.homeserver)]
    if not new:
        return
    place = await ceilings.of(connection, desk, room)
    end = place.end_of(room) if place is not None else None
    if place is None or end is None or place.rules.ceiling is None or place.rules.mode != "enforce":
        return
    if await people.how_many_in(connection, room.ref) > MOST:
        return
    kek = await desk.keyring.current(connection, room.ref)
    for person in new:
        cause = f"classification:welcome:{place.ref}:{person}"
        if not await outbox.has(connection, f"{cause}#0"):
            what = Saying.of("mark-welcome", ceiling=place.rules.ceiling.name, room=room.room_id)
            await desk.letters.tell(connection, kek, end, person, cause, what)
