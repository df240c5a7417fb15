"""The state by which a room names its policy server (Client-Server API, "m.room.policy"; MSC4284): what an
administrator sets, and what is an alarm when somebody changes it.
"""

import re
from collections.abc import Mapping
from typing import Any

from bridge.model import Entry, Event, Room, storable
from bridge.saying import Saying
from bridge.store import alarms
from bridge.store.database import Connection

_NAME = re.compile(r"[A-Za-z0-9.\-]+(:[0-9]+)?|\[[0-9A-Fa-f:.]+\](:[0-9]+)?")
"""Of a server (Matrix specification, appendix "Server name")."""

TYPE = "m.room.policy"
TYPES = frozenset({TYPE, "org.matrix.msc4284.policy"})


def content(via: str, public_key: str) -> Mapping[str, Any]:
    """What names a policy server: the server, which must be joined to the room, and its key."""
    return {"via": via, "public_keys": {"ed25519": public_key}}


def policy_changed(event: Event) -> bool:
    """Whether the room has another policy server by this event, or has one no more."""
    return event.type in TYPES and event.state_key == "" and dict(event.content) != dict(event.before)


async def heed(connection: Connection, room: Room, entry: Entry) -> None:
    """Raises the alarm. Call it where `policy_changed`; raises as `Entry.event`."""
    event = entry.event
    sender = event.sender or "?"
    server = _server(event.content.get("via"))
    if server is None:
        what = Saying.of("mark-policy-removed", room=room.room_id, sender=sender)
    else:
        what = Saying.of("mark-policy-changed", room=room.room_id, sender=sender, server=server)
    await alarms.raise_alarm(connection, f"policy:{room.ref}", what)


def _server(via: object) -> str | None:
    """The server's name; what is none stays out of the alarm, which is kept in clear."""
    named = storable(via)
    return named if named is None or _NAME.fullmatch(named) else "?"
