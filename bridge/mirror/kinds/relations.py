"""How an event refers to another one of its room (Client-Server API, "Forwarding relationships between events"): the
copy refers to that event's counterpart. A reply to something that has no counterpart is still a message; an edit, a
reaction or a vote of something that is not there is nothing.
"""

from collections.abc import Mapping
from typing import Any

from bridge import references
from bridge.model import storable

THREAD, REPLACE, ANNOTATION, REFERENCE = "m.thread", "m.replace", "m.annotation", "m.reference"
NEEDED = frozenset({REPLACE, ANNOTATION, REFERENCE})


def relation(content: Mapping[str, Any]) -> dict[str, Any]:
    """`m.relates_to` for the copy, with references to be filled in; nothing where the event refers to nothing."""
    given = content.get("m.relates_to")
    if not isinstance(given, dict):
        return {}
    kind = given.get("rel_type")
    related = _related(given, kind) if isinstance(kind, str) else {}
    related |= _reply(given)
    return {"m.relates_to": related} if related else {}


def replaces(content: Mapping[str, Any]) -> bool:
    """Whether the event is an edit."""
    given = content.get("m.relates_to")
    return isinstance(given, dict) and given.get("rel_type") == REPLACE


def _related(given: Mapping[str, Any], kind: str) -> dict[str, Any]:
    event_id = storable(given.get("event_id"))
    if event_id is None or kind not in NEEDED | {THREAD}:
        return {}
    related: dict[str, Any] = {"rel_type": kind, "event_id": references.event(event_id, needed=kind in NEEDED)}
    if kind == ANNOTATION and isinstance(key := given.get("key"), str):
        related["key"] = key
    if kind == THREAD and isinstance(fallback := given.get("is_falling_back"), bool):
        related["is_falling_back"] = fallback
    return related


def _reply(given: Mapping[str, Any]) -> dict[str, Any]:
    reply = given.get("m.in_reply_to")
    event_id = storable(reply.get("event_id")) if isinstance(reply, dict) else None
    return {"m.in_reply_to": {"event_id": references.event(event_id, needed=False)}} if event_id else {}
