"""Room events under Megolm: an encrypted event becomes the event that was meant, with everything checked that the
homeserver could have changed; and content of ours becomes encrypted content. Client-Server API, "m.megolm.v1.aes-sha2".
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.e2ee.algorithms import MEGOLM
from bridge.e2ee.foreign_json import read as read_json
from bridge.e2ee.foreign_json import write as write_json
from bridge.e2ee.libolm import InboundGroup, OutboundGroup
from bridge.e2ee.to_device import RoomKey
from bridge.e2ee.unreadable import Unreadable, Why
from bridge.model import Event, storable

RELATION = "m.relates_to"

ONLY_IN_CLEAR = frozenset(
    {"m.room.encrypted", "m.room.redaction", "m.policy.rule.room", "m.policy.rule.server", "m.policy.rule.user",
     "m.room.aliases", "m.room.avatar", "m.room.canonical_alias", "m.room.create", "m.room.encryption",
     "m.room.guest_access", "m.room.history_visibility", "m.room.join_rules", "m.room.member", "m.room.name",
     "m.room.pinned_events", "m.room.policy", "m.room.power_levels", "m.room.server_acl", "m.room.third_party_invite",
     "m.room.tombstone", "m.room.topic", "m.space.child", "m.space.parent"}
)  # fmt: skip
"""What the homeserver must see to judge it, by the room's power levels. Encrypted, anybody could send it."""


@dataclass(frozen=True)
class Session:
    """A Megolm session that we can read with, and what is known of its owner."""

    group: InboundGroup = field(repr=False)
    room_id: str
    sender_key: str
    """Curve25519, of the device that owns it."""
    sender: str | None
    """Whose it is; None where nobody proved it to us."""
    forwarded: bool
    """Whether it came by way of somebody else, or out of a backup."""
    claimed_ed25519: str | None = None
    """Ed25519, of the device that owns it."""


@dataclass(frozen=True)
class Clear:
    """An event that was read."""

    raw: bytes = field(repr=False)
    """JSON: the event as it came, with the type and the content that were meant."""
    index: int
    """The message's place in its session: one index names one event, or somebody replays."""
    forwarded: bool


def opened(key: RoomKey) -> Session:
    """The session that a room key opens. Raises Unreadable, also for a key of another session than it says."""
    group = InboundGroup.imported(key.key) if key.forwarded else InboundGroup.of_key(key.key)
    if group.id != key.session_id:
        raise Unreadable(Why.DAMAGED, "a room key of another session than it says")
    return Session(group, key.room_id, key.sender_key, key.sender, key.forwarded, key.claimed_ed25519)


def session_of(content: Mapping[str, Any]) -> str | None:
    """The id of the session that this m.room.encrypted content needs."""
    return storable(content.get("session_id")) if content.get("algorithm") == MEGOLM else None


def decrypt(event: Event, session: Session) -> Clear:
    """The event that was meant. Whether its index was seen before is for the caller to know. Raises Unreadable."""
    ciphertext = _ciphertext(event)
    if event.room_id is None or event.room_id != session.room_id:
        raise Unreadable(Why.WRONG_ROOM, "the session belongs to another room")
    if session.sender is not None and event.sender != session.sender:
        raise Unreadable(Why.WRONG_SENDER, "the session belongs to another user")
    text, index = session.group.decrypt(ciphertext)
    try:
        payload = read_json(text)
    except ValueError:
        raise Unreadable(Why.DAMAGED, "no JSON object was encrypted") from None
    return Clear(_meant(event, payload).encode(), index, session.forwarded)


def _ciphertext(event: Event) -> str:
    if event.content.get("algorithm") != MEGOLM:
        raise Unreadable(Why.UNKNOWN_ALGORITHM, "encrypted with an algorithm that Setu does not know")
    ciphertext = event.text("ciphertext")
    # With a state key it would become the state that its author names, and no homeserver had judged that.
    if event.type != "m.room.encrypted" or ciphertext is None or "state_key" in event.fields:
        raise Unreadable(Why.DAMAGED, "no encrypted message event")
    return ciphertext


def _meant(event: Event, payload: Mapping[str, Any]) -> str:
    kind, content = storable(payload.get("type")), payload.get("content")
    if payload.get("room_id") != event.room_id:
        raise Unreadable(Why.WRONG_ROOM, "it was encrypted for another room")
    if kind is None or not isinstance(content, dict):
        raise Unreadable(Why.DAMAGED, "what was encrypted has no type or no content")
    if kind in ONLY_IN_CLEAR or "state_key" in payload:
        raise Unreadable(Why.DAMAGED, "what was encrypted may only come in clear")
    try:
        return write_json({**event.fields, "type": kind, "content": _related(content, event.content)})
    except ValueError:
        raise Unreadable(Why.DAMAGED, "it holds a number that JSON cannot") from None


def _related(content: Mapping[str, Any], around: Mapping[str, Any]) -> dict[str, Any]:
    """The content with the relation that stands in clear, and with no other: so the homeserver sees it too
    (Client-Server API, "Forming relationships between events").
    """
    own = {key: value for key, value in content.items() if key != RELATION}
    return {**own, RELATION: around[RELATION]} if RELATION in around else own


def encrypt(
    group: OutboundGroup, account_curve25519: str, device_id: str, room_id: str, type: str, content: Mapping[str, Any]
) -> dict[str, Any]:
    """The content of an m.room.encrypted. Raises ValueError for content that JSON does not hold."""
    payload = {"type": type, "content": _related(content, {}), "room_id": room_id}
    return {
        "algorithm": MEGOLM,
        "sender_key": account_curve25519,
        "device_id": device_id,
        "session_id": group.id,
        "ciphertext": group.encrypt(write_json(payload)),
        **({RELATION: content[RELATION]} if RELATION in content else {}),
    }
