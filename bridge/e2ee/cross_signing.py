"""The cross-signing identity of one of our accounts: its master key vouches for its other keys, and these for its
devices (Client-Server API, "Cross-signing"). All of it comes from the recovery key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bridge.e2ee import unpadded
from bridge.e2ee.recovery import RecoveryKey, Usage
from bridge.e2ee.signed import sign


@dataclass(frozen=True)
class Identity:
    """Who this account is, whichever device it uses."""

    user_id: str
    recovery: RecoveryKey

    @property
    def master_public(self) -> str:
        """Ed25519: what other people verify."""
        return _public(self._key("master"))

    def upload(self) -> dict[str, Any]:
        """The body of POST /keys/device_signing/upload."""
        return {
            "master_key": self._described("master"),
            "self_signing_key": self._signed("master", self._described("self_signing")),
            "user_signing_key": self._signed("master", self._described("user_signing")),
        }

    def sign_device(self, device_keys: Mapping[str, Any]) -> dict[str, Any]:
        """The keys of one of this account's devices, with the signature that makes it trusted."""
        return self._signed("self_signing", device_keys)

    def sign_backup(self, auth_data: Mapping[str, Any]) -> dict[str, Any]:
        """A backup's `auth_data`, signed by the master key."""
        return self._signed("master", auth_data)

    def _key(self, usage: Usage) -> Ed25519PrivateKey:
        return self.recovery.signing(self.user_id, usage)

    def _described(self, usage: Usage) -> dict[str, Any]:
        public = _public(self._key(usage))
        return {"user_id": self.user_id, "usage": [usage], "keys": {f"ed25519:{public}": public}}

    def _signed(self, usage: Usage, value: Mapping[str, Any]) -> dict[str, Any]:
        key = self._key(usage)
        return sign(
            value, lambda text: unpadded.encode(key.sign(text.encode())), self.user_id, f"ed25519:{_public(key)}"
        )


def _public(key: Ed25519PrivateKey) -> str:
    return unpadded.encode(key.public_key().public_bytes_raw())
