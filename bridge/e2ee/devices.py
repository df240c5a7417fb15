"""The devices of other people, from what a homeserver answers to /keys/query and /keys/claim. A homeserver may lie:
only devices that signed their own keys are taken, and the rest is left out without an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.e2ee import unpadded
from bridge.e2ee.foreign_json import at, mapping
from bridge.e2ee.signed import is_signed
from bridge.model import storable


@dataclass(frozen=True)
class Device:
    """A device that signed its own keys."""

    user_id: str
    device_id: str
    curve25519: str
    ed25519: str
    cross_signed: bool
    """Whether its user's own identity vouches for it (MSC4153); whose identity that is, is another question."""


@dataclass(frozen=True)
class DeviceList:
    """All devices of one user, by their ids."""

    user_id: str
    master_key: str | None
    """Ed25519, the user's identity across devices; None where there is none, or none that holds together."""
    devices: tuple[Device, ...]


def read(answer: Mapping[str, Any], user_id: str) -> DeviceList:
    """One user's devices in the answer to /keys/query."""
    master = _cross_signing_key(at(answer, "master_keys", user_id), user_id, "master")
    self_signing = _self_signing(answer, user_id, master) if master is not None else None
    theirs = mapping(at(answer, "device_keys", user_id))
    found = (device_of(keys, user_id, device_id, self_signing) for device_id, keys in sorted(theirs.items()))
    return DeviceList(user_id, master, tuple(device for device in found if device is not None))


def device_of(keys: object, user_id: str, device_id: str, self_signing: str | None = None) -> Device | None:
    """The device if these are its keys, signed by itself."""
    curve25519 = unpadded.key(at(keys, "keys", f"curve25519:{device_id}"))
    ed25519 = unpadded.key(at(keys, "keys", f"ed25519:{device_id}"))
    in_place = at(keys, "user_id") == user_id and at(keys, "device_id") == device_id and storable(device_id)
    if not in_place or curve25519 is None or ed25519 is None:
        return None
    if not is_signed(keys, user_id, f"ed25519:{device_id}", ed25519):
        return None
    vouched = self_signing is not None and is_signed(keys, user_id, f"ed25519:{self_signing}", self_signing)
    return Device(user_id, device_id, curve25519, ed25519, vouched)


def claimed(answer: Mapping[str, Any], device: Device) -> str | None:
    """The one-time key, or fallback key, that this device signed, in the answer to /keys/claim."""
    offered = mapping(at(answer, "one_time_keys", device.user_id, device.device_id))
    for name, value in offered.items():
        key = unpadded.key(at(value, "key"))
        by_it = is_signed(value, device.user_id, f"ed25519:{device.device_id}", device.ed25519)
        if name.startswith("signed_curve25519:") and key is not None and by_it:
            return key
    return None


def _self_signing(answer: object, user_id: str, master: str) -> str | None:
    keys = at(answer, "self_signing_keys", user_id)
    key = _cross_signing_key(keys, user_id, "self_signing")
    return key if is_signed(keys, user_id, f"ed25519:{master}", master) else None


def _cross_signing_key(keys: object, user_id: str, usage: str) -> str | None:
    """Its one public key, which is also its id (Client-Server API, "Key and signature security")."""
    usages, publics = at(keys, "usage"), mapping(at(keys, "keys"))
    if at(keys, "user_id") != user_id or not isinstance(usages, list) or usage not in usages or len(publics) != 1:
        return None
    [(key_id, value)] = publics.items()
    key = unpadded.key(value)
    return key if key is not None and key_id == f"ed25519:{key}" else None
