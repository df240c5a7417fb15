"""Events as homeservers hand them to one another, hashed by Synapse's own code."""

import hashlib
from collections.abc import Mapping
from typing import Any

from synapse.api.room_versions import KNOWN_ROOM_VERSIONS
from synapse.crypto.event_signing import compute_content_hash
from synapse.events import EventBase, make_event_from_dict
from synapse.events.utils import prune_event
from unpaddedbase64 import encode_base64

from tests.people import CELL, RAVI

VERSION = "11"


def pdu(kind: str, content: Mapping[str, Any], room: str = CELL, sender: str = RAVI, **more: Any) -> dict[str, Any]:
    """One event, whole."""
    made = {
        "type": kind, "room_id": room, "sender": sender, "content": dict(content), "depth": 7, "prev_events": ["$one"],
        "auth_events": ["$two"], "origin_server_ts": 1_764_000_000_000, "signatures": {}, **more,
    }  # fmt: skip
    return hashed(made)


def hashed(event: Mapping[str, Any]) -> dict[str, Any]:
    name, digest = compute_content_hash(dict(event), hashlib.sha256)
    return {**event, "hashes": {name: encode_base64(digest)}}


def message(body: str, **more: Any) -> dict[str, Any]:
    return pdu("m.room.message", {"msgtype": "m.text", "body": body}, **more)


def event(fields: Mapping[str, Any], version: str = VERSION) -> EventBase:
    """The same as Synapse has it."""
    return make_event_from_dict(dict(fields), KNOWN_ROOM_VERSIONS[version])


def pruned(fields: Mapping[str, Any], version: str) -> dict[str, Any]:
    """What Synapse leaves of it, and signs."""
    left = prune_event(event(fields, version)).get_pdu_json()
    return {key: value for key, value in left.items() if key not in ("signatures", "unsigned")}
