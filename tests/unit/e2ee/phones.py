"""People with devices, and what a homeserver says of them: every key real, so that a test can then lie."""

from dataclasses import dataclass
from typing import Any

from bridge.e2ee.cross_signing import Identity
from bridge.e2ee.device_keys import device_keys, one_time_keys
from bridge.e2ee.devices import Device
from bridge.e2ee.libolm import Account, OlmSession
from bridge.e2ee.recovery import RecoveryKey

RAVI = "@ravi:mha.lab"
ASHA = "@asha:nic.lab"
CELL = "!cell:mha.lab"


@dataclass(frozen=True)
class Phone:
    """A person's device."""

    user_id: str
    device_id: str
    account: Account
    identity: Identity

    @classmethod
    def of(cls, user_id: str, device_id: str = "PHONE") -> "Phone":
        return cls(user_id, device_id, Account.new(), Identity(user_id, RecoveryKey.new()))

    def keys(self) -> dict[str, Any]:
        """Its device keys, signed by itself and by its person."""
        return self.identity.sign_device(device_keys(self.account, self.user_id, self.device_id))

    def answer(self) -> dict[str, Any]:
        """What a homeserver answers to /keys/query about its person."""
        uploaded = self.identity.upload()
        return {
            "device_keys": {self.user_id: {self.device_id: self.keys()}},
            "master_keys": {self.user_id: uploaded["master_key"]},
            "self_signing_keys": {self.user_id: uploaded["self_signing_key"]},
        }

    def device(self, cross_signed: bool = True) -> Device:
        """How others see it."""
        keys = self.account
        return Device(self.user_id, self.device_id, keys.curve25519, keys.ed25519, cross_signed)

    def offer(self) -> dict[str, Any]:
        """What a homeserver answers to /keys/claim: a one-time key of this device."""
        self.account.make_one_time_keys(1)
        keys = one_time_keys(self.account, self.user_id, self.device_id)
        self.account.mark_published()
        return {"one_time_keys": {self.user_id: {self.device_id: keys}}}


def introduced(one: Phone, other: Phone) -> OlmSession:
    """A session from one device to the other."""
    other.account.make_one_time_keys(1)
    [key] = other.account.unpublished().values()
    other.account.mark_published()
    return one.account.reach(other.account.curve25519, key)
