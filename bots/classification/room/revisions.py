"""Revisions: which events edit which, so that a message is taken back with all of them. Only who wrote a message can
edit it (Client-Server API, "Validity of replacement events"): what says that it edits another's is taken back alone.
"""

from collections.abc import Sequence

from bridge.model import Entry, Room, RoomRef, storable
from bridge.store import copies
from bridge.store.database import Connection


def edited(entry: Entry) -> str | None:
    """The event that an edit replaces, as it says (Client-Server API, "Event replacements")."""
    relation = entry.event.content.get("m.relates_to")
    if not isinstance(relation, dict) or relation.get("rel_type") != "m.replace":
        return None
    return storable(relation.get("event_id"))


async def note(connection: Connection, room: Room, entry: Entry) -> str | None:
    """Keeps what an entry edits, and gives it; None where it is no edit, or one of what its sender did not write."""
    original, event = edited(entry), entry.event
    if original is None or event.id is None:
        return None
    if await copies.original_sender(connection, room.ref, original) != event.sender:
        return None
    await connection.execute(
        "insert into classification_revision (room, original, event_id) values ($1, $2, $3) on conflict do nothing",
        room.ref, original, event.id,
    )  # fmt: skip
    return original


async def of(connection: Connection, room: RoomRef, event_id: str) -> Sequence[str]:
    """A message with all that edits it, or that it edits, and that one's edits."""
    rows = await connection.fetch(
        "with original as (select coalesce("
        "  (select original from classification_revision where room = $1 and event_id = $2 limit 1), $2) as id)"
        " select id from original union select r.event_id from classification_revision r join original o"
        " on r.room = $1 and r.original = o.id union select $2",
        room, event_id,
    )  # fmt: skip
    return [row["id"] for row in rows]
