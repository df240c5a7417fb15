"""What of an event everybody signs: the event as it would be redacted, by the rules of its room's version (room version
specifications, "Redactions"), and the hash that binds its content to that.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from bridge.e2ee import signed, unpadded

NEWEST = 12
OLDEST = 6
"""Room versions whose rules stand here; before 6 an event may hold what has no canonical form."""

_KEPT = (
    "event_id", "type", "room_id", "sender", "state_key", "content", "hashes", "signatures", "depth", "prev_events",
    "auth_events", "origin_server_ts",
)  # fmt: skip
_KEPT_BEFORE_11 = ("prev_state", "origin", "membership")

_POWER_LEVELS = (
    "ban", "events", "events_default", "kick", "redact", "state_default", "users", "users_default",
)  # fmt: skip
_CONTENT: Mapping[str, tuple[tuple[int, tuple[str, ...]], ...]] = {
    "m.room.member": ((0, ("membership",)), (9, ("join_authorised_via_users_server",))),
    "m.room.create": ((0, ("creator",)),),
    "m.room.join_rules": ((0, ("join_rule",)), (8, ("allow",))),
    "m.room.power_levels": ((0, _POWER_LEVELS), (11, ("invite",))),
    "m.room.history_visibility": ((0, ("history_visibility",)),),
    "m.room.redaction": ((11, ("redacts",)),),
}
"""The keys of a content that stay, by type; each since a room version."""


def redacted(event: Mapping[str, Any], version: int) -> dict[str, Any]:
    """The event without what a redaction takes away, in a room of this version."""
    kept = _KEPT if version >= 11 else (*_KEPT, *_KEPT_BEFORE_11)
    return {**{key: event[key] for key in kept if key in event}, "content": _content(event, version)}


def _content(event: Mapping[str, Any], version: int) -> dict[str, Any]:
    kind, content = event.get("type"), event.get("content")
    if not isinstance(kind, str) or not isinstance(content, Mapping):
        return {}
    if kind == "m.room.create" and version >= 11:
        return dict(content)
    keys = [key for since, keys in _CONTENT.get(kind, ()) if version >= since for key in keys]
    left = {key: content[key] for key in keys if key in content}
    invited = content.get("third_party_invite")
    if kind == "m.room.member" and version >= 11 and isinstance(invited, Mapping) and "signed" in invited:
        left["third_party_invite"] = {"signed": invited["signed"]}
    return left


def known(version: str | None) -> int | None:
    """The number of a room version whose rules stand here."""
    return next((number for number in range(OLDEST, NEWEST + 1) if version == str(number)), None)


def hash_holds(event: Mapping[str, Any]) -> bool:
    """Whether the hash in an event is that of its content: who signs the one without it signs what nobody showed."""
    bare = {key: value for key, value in event.items() if key not in ("unsigned", "signatures", "hashes")}
    hashes = event.get("hashes")
    try:
        given = unpadded.decode(hashes.get("sha256")) if isinstance(hashes, Mapping) else b""
        return hashlib.sha256(signed.canonical(bare).encode()).digest() == given
    except ValueError:
        return False
