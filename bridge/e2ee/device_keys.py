"""What a device of ours publishes with POST /keys/upload: its identity, its one-time keys and its fallback key, each
signed by itself.
"""

from collections.abc import Mapping
from typing import Any

from bridge.e2ee.algorithms import MEGOLM, OLM
from bridge.e2ee.libolm import Account
from bridge.e2ee.signed import sign


def device_keys(account: Account, user_id: str, device_id: str) -> dict[str, Any]:
    """The `device_keys`: which device this is, and what it understands."""
    keys = {
        "user_id": user_id,
        "device_id": device_id,
        "algorithms": [OLM, MEGOLM],
        "keys": {f"curve25519:{device_id}": account.curve25519, f"ed25519:{device_id}": account.ed25519},
    }
    return sign(keys, account.sign, user_id, f"ed25519:{device_id}")


def one_time_keys(account: Account, user_id: str, device_id: str) -> dict[str, Any]:
    """The `one_time_keys`: all that are not published yet."""
    return {
        f"signed_curve25519:{key_id}": sign({"key": key}, account.sign, user_id, f"ed25519:{device_id}")
        for key_id, key in account.unpublished().items()
    }


def fallback_keys(account: Account, user_id: str, device_id: str) -> dict[str, Any]:
    """The `fallback_keys`: one for each algorithm, if it is not published yet."""
    return {
        f"signed_curve25519:{key_id}": sign(_fallback(key), account.sign, user_id, f"ed25519:{device_id}")
        for key_id, key in account.unpublished_fallback().items()
    }


def _fallback(key: str) -> Mapping[str, Any]:
    return {"key": key, "fallback": True}
