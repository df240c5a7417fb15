"""What devices tell each other through Olm, above all the keys of rooms: sealed for one device, and checked when it
comes (Client-Server API, "Validation of incoming decrypted events").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.e2ee import unpadded
from bridge.e2ee.algorithms import MEGOLM, OLM
from bridge.e2ee.devices import Device, device_of
from bridge.e2ee.foreign_json import at, mapping
from bridge.e2ee.foreign_json import read as read_json
from bridge.e2ee.foreign_json import write as write_json
from bridge.e2ee.libolm import Account, OlmSession
from bridge.e2ee.unreadable import Unreadable, Why
from bridge.model import storable

LONGEST_KEY = 1_000
"""Letters of a session key; libolm makes 306, and 220 for an export."""


@dataclass(frozen=True)
class Opened:
    """What a device told ours. Whether it is the sender's device at all, only the sender's device keys tell."""

    type: str
    content: Mapping[str, Any] = field(repr=False)
    sender: str
    sender_key: str
    """The Curve25519 key of the device that encrypted it; libolm proved this."""
    claimed_ed25519: str
    """The Ed25519 key that the device says it has; to be found in its owner's device keys beside `sender_key`."""


def seal(
    session: OlmSession,
    ours: Account,
    user_id: str,
    device_id: str,
    to: Device,
    type: str,
    content: Mapping[str, Any],
    sender_device_keys: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The content of an m.room.encrypted for one device. `sender_device_keys` are our own, signed: they spare the other
    side a look-up (since Matrix 1.15).
    """
    payload = {
        "type": type,
        "content": content,
        "sender": user_id,
        # In no specification any more; older clients want it, matrix-nio among them.
        "sender_device": device_id,
        "keys": {"ed25519": ours.ed25519},
        "recipient": to.user_id,
        "recipient_keys": {"ed25519": to.ed25519},
        **({} if sender_device_keys is None else {"sender_device_keys": sender_device_keys}),
    }
    kind, body = session.encrypt(write_json(payload))
    return {
        "algorithm": OLM,
        "sender_key": ours.curve25519,
        "ciphertext": {to.curve25519: {"type": kind, "body": body}},
    }


def read(text: str, sender: str, sender_key: str, recipient: str, recipient_ed25519: str) -> Opened:
    """What an Olm message held that came from `sender`, encrypted by `sender_key`. Raises Unreadable."""
    try:
        payload = read_json(text)
    except ValueError:
        raise Unreadable(Why.DAMAGED, "an Olm message that holds no JSON object") from None
    kind, content, claimed = storable(payload.get("type")), payload.get("content"), _claimed(payload)
    if kind is None or not isinstance(content, dict):
        raise Unreadable(Why.DAMAGED, "an Olm message without a type or content")
    if payload.get("sender") != sender or claimed is None:
        raise Unreadable(Why.WRONG_SENDER, "an Olm message by another user than the event's, or by no device")
    if payload.get("recipient") != recipient or at(payload, "recipient_keys", "ed25519") != recipient_ed25519:
        raise Unreadable(Why.WRONG_RECIPIENT, "an Olm message for another user or another device")
    if "sender_device_keys" in payload and not _fits(payload["sender_device_keys"], sender, sender_key, claimed):
        raise Unreadable(Why.WRONG_SENDER, "an Olm message with the keys of another device")
    return Opened(kind, content, sender, sender_key, claimed)


def _claimed(payload: object) -> str | None:
    return unpadded.key(at(payload, "keys", "ed25519"))


def _fits(keys: object, sender: str, curve25519: str, ed25519: str) -> bool:
    """Whether these signed device keys are the sending device's."""
    device = device_of(keys, sender, str(mapping(keys).get("device_id")))
    return device is not None and (device.curve25519, device.ed25519) == (curve25519, ed25519)


@dataclass(frozen=True)
class RoomKey:
    """The key of a Megolm session, as it was told to us."""

    room_id: str
    session_id: str
    key: str = field(repr=False)
    """A `session_key`, or an export where it was forwarded."""
    forwarded: bool
    """Whether it came from somebody other than the session's owner, on whose word alone the rest of it then stands."""
    sender_key: str
    """Curve25519, of the device that owns the session."""
    claimed_ed25519: str
    """Ed25519, of the same device."""
    sender: str | None
    """Whose session it is; None where it was forwarded."""


def room_key(opened: Opened) -> RoomKey | None:
    """The room key if this is one that we can use."""
    content = opened.content
    room_id, session_id = storable(content.get("room_id")), storable(content.get("session_id"))
    key = storable(content.get("session_key"), LONGEST_KEY)
    if content.get("algorithm") != MEGOLM or room_id is None or session_id is None or key is None:
        return None
    if opened.type == "m.room_key":
        return RoomKey(room_id, session_id, key, False, opened.sender_key, opened.claimed_ed25519, opened.sender)
    owner, ed25519 = (unpadded.key(content.get(name)) for name in ("sender_key", "sender_claimed_ed25519_key"))
    if opened.type != "m.forwarded_room_key" or owner is None or ed25519 is None:
        return None
    return RoomKey(room_id, session_id, key, True, owner, ed25519, None)
