"""What an event says that it is to another, as far as that may be read by all: the kind of the relation and the other
event's id (Client-Server API, "Forming relationships between events"). Homeservers see both in encrypted events too.
"""

from bridge.model import Entry, Event, storable
from bridge.seal import CannotOpen

KINDS = frozenset({"m.replace", "m.annotation", "m.thread", "m.reference", "m.in_reply_to"})
"""Others are words that somebody wrote."""

Relation = tuple[str | None, str | None]
"""The kind, and the event."""

NONE: Relation = (None, None)


def of(entry: Entry) -> Relation:
    """The relation of an entry; none where its key was destroyed."""
    try:
        return _of(entry.raw)
    except CannotOpen:
        return NONE


def _of(event: Event) -> Relation:
    if event.type == "m.room.redaction":
        return _to("redacts", event.fields.get("redacts") or event.content.get("redacts"))
    relates = event.content.get("m.relates_to")
    if not isinstance(relates, dict):
        return NONE
    kind, reply = relates.get("rel_type"), relates.get("m.in_reply_to")
    if isinstance(kind, str) and kind in KINDS:
        return _to(kind, relates.get("event_id"))
    return _to("m.in_reply_to", reply.get("event_id")) if isinstance(reply, dict) else NONE


def _to(kind: str, event_id: object) -> Relation:
    named = storable(event_id)
    return (kind, named) if named is not None and named.startswith("$") else NONE
