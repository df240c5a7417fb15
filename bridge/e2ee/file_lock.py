"""How a file of an encrypted room is encrypted (Matrix client-server API, "Sending encrypted attachments"): AES-256 in
counter mode, with the SHA-256 of what was uploaded. The key stands in the message, and is here in memory only.
"""

import hashlib
import hmac
import os
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bridge.e2ee import unpadded

KEYS = ("key", "iv")
"""What only an encrypted file names beside its address."""

KEY_BYTES, BLOCK_BYTES, DIGEST_BYTES = 32, 16, 32


class BadLock(ValueError):
    """A key, counter or hash that is missing or cannot be one."""


class OtherFile(ValueError):
    """The file is not the one that was sent: its hash is another."""


@dataclass(frozen=True)
class FileLock:
    """What opens one file."""

    key: bytes = field(repr=False)
    counter: bytes = field(repr=False)
    digest: bytes = field(repr=False)

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> "FileLock":
        """From an `EncryptedFile` as somebody wrote it. Raises BadLock."""
        key, hashes = fields.get("key"), fields.get("hashes")
        if not isinstance(key, Mapping) or not isinstance(hashes, Mapping):
            raise BadLock
        return cls(
            _exactly(KEY_BYTES, key.get("k")), _exactly(BLOCK_BYTES, fields.get("iv")),
            _exactly(DIGEST_BYTES, hashes.get("sha256")),
        )  # fmt: skip

    def opened(self, data: bytes) -> bytes:
        """The file. Raises OtherFile before anything is decrypted."""
        if not hmac.compare_digest(hashlib.sha256(data).digest(), self.digest):
            raise OtherFile
        opening = Cipher(AES(self.key), CTR(self.counter)).decryptor()
        return opening.update(data) + opening.finalize()

    def told(self) -> Mapping[str, Any]:
        """As an `EncryptedFile` has it beside the address."""
        key = urlsafe_b64encode(self.key).rstrip(b"=").decode()
        return {
            "v": "v2", "iv": unpadded.encode(self.counter), "hashes": {"sha256": unpadded.encode(self.digest)},
            "key": {"kty": "oct", "alg": "A256CTR", "ext": True, "k": key, "key_ops": ["encrypt", "decrypt"]},
        }  # fmt: skip


class Locking:
    """A file while it is encrypted, chunk by chunk."""

    def __init__(self, key: bytes, counter: bytes) -> None:
        self._key, self._counter = key, counter
        self._cipher, self._digest = Cipher(AES(key), CTR(counter)).encryptor(), hashlib.sha256()

    @classmethod
    def new(cls) -> "Locking":
        """Under a new key. The counter's lower half begins at zero, so that it never runs over."""
        return cls(os.urandom(KEY_BYTES), os.urandom(BLOCK_BYTES // 2) + bytes(BLOCK_BYTES // 2))

    def add(self, chunk: bytes) -> bytes:
        """What is uploaded of it."""
        locked = self._cipher.update(chunk)
        self._digest.update(locked)
        return locked

    def lock(self) -> FileLock:
        """What opens the file that was added."""
        return FileLock(self._key, self._counter, self._digest.digest())


def _exactly(size: int, text: object) -> bytes:
    """Base64 of either alphabet: a key is written in that for URLs (RFC 7517), all else is not."""
    try:
        found = unpadded.decode(text.replace("-", "+").replace("_", "/") if isinstance(text, str) else None)
    except ValueError:
        raise BadLock from None
    if len(found) != size:
        raise BadLock
    return found
