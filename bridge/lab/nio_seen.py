"""What a person reads at an encrypting client: each event of a room as it can be read, and what the client knows of its
encryption. `bridge/lab/nio_client.py` fills it from what matrix-nio makes of `/sync`.
"""

from dataclasses import dataclass
from typing import Any

from nio.crypto import DeviceStore  # type: ignore[import-untyped]

from bridge.lab.client import Seen

ENCRYPTED = "m.room.encrypted"


@dataclass(frozen=True)
class NioSeen(Seen):
    """An event in clear, and since when it could be read (or, while it cannot, since when it is there)."""

    room: str
    was_encrypted: bool
    undecryptable: bool
    """It came encrypted, and its key is not here (yet)."""

    sender_device: str | None
    """The device that encrypted it, if this client knows that."""

    verified: bool
    """The sender's device is verified; true of one's own device only, since this client never verifies another."""

    @property
    def event_id(self) -> str:
        return str(self.event["event_id"])


def seen(event: Any, room: str, at: float, devices: DeviceStore) -> NioSeen:
    """What became of an event at matrix-nio (any of its event classes)."""
    still_encrypted = event.source["type"] == ENCRYPTED
    return NioSeen(
        event=event.source,
        at=at,
        room=room,
        was_encrypted=event.decrypted or still_encrypted,
        undecryptable=still_encrypted and bool(event.source["content"]),  # A redacted event has nothing to read.
        sender_device=_device(event, devices),
        verified=event.verified,
    )


def _device(event: Any, devices: DeviceStore) -> str | None:
    if not event.decrypted:
        named = event.source["content"].get("device_id") if event.source["type"] == ENCRYPTED else None
        return None if named is None else str(named)
    device = devices.device_from_sender_key(event.source["sender"], event.sender_key)
    return None if device is None else str(device.id)
