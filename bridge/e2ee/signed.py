"""Signed JSON (Matrix specification, appendices "Canonical JSON" and "Signing JSON"): device keys, one-time keys,
cross-signing keys and backups all prove with it whose they are.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bridge.e2ee import unpadded
from bridge.e2ee.foreign_json import at, mapping

LARGEST = 2**53 - 1
"""Integers beyond it, and floats, have no canonical form."""
UNSIGNED = ("signatures", "unsigned")


def canonical(value: object) -> str:
    """Sorted, without spaces, encodable as UTF-8. Raises ValueError for what has no canonical form."""
    try:
        text = json.dumps(_checked(value), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    except RecursionError:
        raise ValueError("nests too deep") from None
    if not text.isascii():
        text.encode()
    return text


def _checked(value: object) -> object:
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST:
        return value
    if isinstance(value, list | tuple):
        return [_checked(each) for each in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _checked(each) for key, each in value.items()}
    raise ValueError("no canonical JSON")


def sign(value: Mapping[str, Any], sign: Callable[[str], str], user_id: str, key_id: str) -> dict[str, Any]:
    """The value with one more signature, or a new one for this key. Raises ValueError as `canonical`."""
    signatures = mapping(value.get("signatures"))
    ours = {**mapping(signatures.get(user_id)), key_id: sign(_what_is_signed(value))}
    return {**value, "signatures": {**signatures, user_id: ours}}


def is_signed(value: object, user_id: str, key_id: str, public_key: object) -> bool:
    """Whether it bears a good Ed25519 signature by this key. Whatever the value is, this does not raise."""
    try:
        signature = unpadded.decode(at(value, "signatures", user_id, key_id))
        key = Ed25519PublicKey.from_public_bytes(unpadded.decode(public_key))
        key.verify(signature, _what_is_signed(mapping(value)).encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _what_is_signed(value: Mapping[str, Any]) -> str:
    return canonical({key: each for key, each in value.items() if key not in UNSIGNED})
