"""A room that is recorded from now on, without a link that would have told it, hears so once."""

from bots.retention.openly.desk import Desk
from bridge.model import Room
from bridge.saying import Saying
from bridge.store import outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint


async def tell(desk: Desk, connection: Connection, room: Room, end: Endpoint) -> None:
    """Tells all in it."""
    cause = f"records:begins:{end.ref}"
    if not await outbox.has(connection, f"{cause}#0"):
        kek = await desk.host.keyring.current(connection, room.ref)
        by = desk.host.customs.called(room.homeserver)
        await desk.letters.tell_room(connection, kek, end, cause, Saying.of("records-begins", organisation=by))
