"""A large file sealed in chunks, so that it is written and read in constant memory. Each chunk is sealed with
AES-256-GCM under the file's own key; its nonce is a prefix, the chunk's number and whether it is the last (the STREAM
construction: Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption", 2015), so that what is cut off,
added, reordered or put in from another file does not open.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bridge.seal import KEY_BYTES, NONCE_BYTES, CannotOpen

CHUNK = 64 * 1024
"""Bytes of a file that are sealed at once; only the last chunk may have fewer."""

SEALED_CHUNK = CHUNK + 16
"""The same with its tag."""

COUNTER_BYTES = 4
PREFIX_BYTES = NONCE_BYTES - COUNTER_BYTES - 1
MARK = b"setu-file-1\n"
HEAD_BYTES = len(MARK) + PREFIX_BYTES


class Chunks:
    """The chunks of one file, sealed or opened in their order."""

    def __init__(self, key: bytes, prefix: bytes) -> None:
        self._cipher = AESGCM(key)
        self._prefix = prefix
        self._number = 0

    @property
    def head(self) -> bytes:
        """What stands before the first chunk."""
        return MARK + self._prefix

    def seal(self, plain: bytes, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last), plain, MARK)

    def open(self, sealed: bytes, last: bool) -> bytes:
        """Raises CannotOpen."""
        try:
            return self._cipher.decrypt(self._nonce(last), sealed, MARK)
        except (InvalidTag, ValueError) as error:
            raise CannotOpen("a kept file does not open: wrong key, or changed, missing or moved bytes") from error

    def _nonce(self, last: bool) -> bytes:
        number, self._number = self._number, self._number + 1
        return self._prefix + number.to_bytes(COUNTER_BYTES, "big") + bytes([last])


def new() -> tuple[bytes, Chunks]:
    """A new file's key, and its chunks to be sealed."""
    key = os.urandom(KEY_BYTES)
    return key, Chunks(key, os.urandom(PREFIX_BYTES))


def begun(key: bytes, head: bytes) -> Chunks:
    """The chunks of a file that was sealed, to be opened. Raises CannotOpen where it does not begin as one."""
    if len(head) != HEAD_BYTES or not head.startswith(MARK):
        raise CannotOpen("a kept file does not begin as one")
    return Chunks(key, head[len(MARK) :])
