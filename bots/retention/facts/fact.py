"""A fact: what an entry of the journal shows beside what it says. It is kept as an audit entry of the same log, in the
transaction that records the entry; the views of migration 0006 read it. It names ids, times and words of ours only.
"""

from datetime import datetime, timedelta
from typing import Literal

from bots.retention import audit
from bots.retention.leaf import Deed
from bridge.model import Entry, Room

Action = Literal["deleted", "member", "visibility", "timer"]

BEHIND = timedelta(days=30)
"""As much later than it was said a homeserver may push something to us, and its sender's clock still be believed."""


def fact(room: Room, action: Action, actor: str, at: datetime, **detail: object) -> Deed:
    """A fact of a room."""
    return audit.deed(at, actor, action, room_id=room.room_id, purpose=None, **detail)


def pushed(entry: Entry) -> bool:
    """Whether the homeserver pushed it to us as it happened: such entries stand in their order."""
    return entry.source == "push" and not entry.late


def when(entry: Entry) -> datetime:
    """When it happened, as far as its sender can be believed: never after we got it."""
    said = entry.event.sent_at
    if said is None or said > entry.received_at or (pushed(entry) and said < entry.received_at - BEHIND):
        return entry.received_at
    return said
