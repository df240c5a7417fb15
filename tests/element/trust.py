"""What a person at Element has to do with keys: their own account's, those that they hand on, and how far Element
trusts other people and their devices.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Device:
    """A device as its owner published it, and the public halves of its keys."""

    device_id: str
    name: str | None
    ed25519: str | None
    curve25519: str | None


@dataclass(frozen=True)
class DeviceStatus:
    """How far Element trusts a device (the SDK's `DeviceVerificationStatus`)."""

    signed_by_owner: bool
    cross_signing_verified: bool
    verified: bool


@dataclass(frozen=True)
class UserStatus:
    """How far Element trusts a person (the SDK's `UserVerificationStatus`); `has_keys`: for cross-signing."""

    has_keys: bool
    known: bool
    verified: bool
    was_verified: bool
    needs_approval: bool


class Trust(ABC):
    """The part of a client that knows keys."""

    @abstractmethod
    async def _do(self, verb: str, **given: object) -> Any:
        """What a verb of the driver gives."""

    async def set_up_recovery(self) -> str:
        """Stores the cross-signing keys on the homeserver, and gives the recovery key that opens them."""
        return str(await self._do("set_up_recovery"))

    async def verify_with(self, recovery_key: str) -> None:
        """Signs this device, which then is its owner's in the eyes of others."""
        await self._do("verify_with", recovery_key=recovery_key)

    async def export_keys(self) -> str:
        """The keys of all that this device can read, as Element exports them, without a passphrase."""
        return str(await self._do("export_keys"))

    async def import_keys(self, keys: str) -> None:
        await self._do("import_keys", keys=keys)

    async def trust_only_signed(self) -> None:
        """Neither reads nor writes to devices that their owners did not sign (MSC4153)."""
        await self._do("trust_only_signed")

    async def user_status(self, user_id: str) -> UserStatus:
        return UserStatus(**await self._do("user_status", user_id=user_id))

    async def device_status(self, user_id: str, device_id: str) -> DeviceStatus | None:
        """None of a device that its owner does not have."""
        status = await self._do("device_status", user_id=user_id, device_id=device_id)
        return None if status is None else DeviceStatus(**status)

    async def get_user_devices(self, user_ids: Sequence[str]) -> dict[str, list[Device]]:
        """The devices to which this one would encrypt."""
        found = await self._do("get_user_devices", user_ids=list(user_ids))
        return {user: [Device(**device) for device in devices] for user, devices in found.items()}
