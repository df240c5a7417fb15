"""Sealing: no content is ever at rest in clear. Each piece is sealed once with AES-256-GCM under a key of its own;
that key is wrapped under a key-encryption key of its (room, class, period), which in turn is wrapped under the master
key. Only the two wraps ever change: a rotation re-wraps, a disposal destroys, and the sealed bytes stay as they were.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2: 96 bits


class CannotOpen(Exception):
    """Sealed bytes that do not open: another key, another place, or a changed byte. It names no content."""


class MasterAway(OSError):
    """The service that keeps the master key does not answer: which one, why, and the mend."""


@dataclass(frozen=True)
class Sealed:
    """What is stored of one piece of content."""

    kek: int
    """The number of the key-encryption key."""
    wrapped: bytes
    """The piece's own key, wrapped; the one part that may change later."""
    sealed: bytes


def _encrypt(cipher: AESGCM, plain: bytes, about: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + cipher.encrypt(nonce, plain, about)


def _decrypt(cipher: AESGCM, sealed: bytes, about: bytes, what: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], about)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(f"{what} does not open: wrong key, wrong place, or changed bytes") from error


def open_with(key: bytes, sealed: bytes, about: bytes) -> bytes:
    """Opens sealed bytes with the piece's own key. Raises CannotOpen."""
    return _decrypt(AESGCM(key), sealed, about, "sealed content")


@dataclass(frozen=True)
class Kek:
    """A key-encryption key, open in memory."""

    id: int
    key: bytes = field(repr=False)

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.key)

    def seal(self, plain: bytes, about: bytes) -> Sealed:
        """Seals `plain` for the place that `about` names; it opens nowhere else."""
        key = os.urandom(KEY_BYTES)
        return Sealed(self.id, _encrypt(self._cipher, key, b"wrap"), _encrypt(AESGCM(key), plain, about))

    def open(self, sealed: Sealed, about: bytes) -> bytes:
        """Raises CannotOpen."""
        return open_with(self.unwrap(sealed.wrapped), sealed.sealed, about)

    def unwrap(self, wrapped: bytes) -> bytes:
        """A piece's own key. Raises CannotOpen."""
        return _decrypt(self._cipher, wrapped, b"wrap", "a wrapped key")

    def seal_beside(self, sealed: Sealed, plain: bytes, about: bytes) -> bytes:
        """Seals more under the own key of a piece. Raises CannotOpen where that key does not open."""
        return _encrypt(AESGCM(self.unwrap(sealed.wrapped)), plain, about)


class Master(Protocol):
    """The key above all others, wherever it is: in a file (`MasterKey`), or with a service that never gives it away."""

    @property
    def fingerprint(self) -> bytes:
        """Tells one master key from another, and nothing about either (16 bytes)."""
        ...

    async def wrap(self, key: bytes, about: bytes) -> bytes:
        """A key, wrapped for the place that `about` names. Raises MasterAway."""
        ...

    async def unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        """Raises CannotOpen, and MasterAway: then whoever asks waits, and asks again."""
        ...


@dataclass(frozen=True)
class MasterKey:
    """A master key that is in memory, as from a file."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes, this one has {len(self.key)}")

    async def wrap(self, key: bytes, about: bytes) -> bytes:
        return _encrypt(AESGCM(self.key), key, about)

    async def unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        """Raises CannotOpen."""
        return _decrypt(AESGCM(self.key), wrapped, about, "a key-encryption key")

    @cached_property
    def fingerprint(self) -> bytes:
        """Tells one master key from another, and nothing about either."""
        return self.derive(b"fingerprint")[:16]

    def derive(self, purpose: bytes) -> bytes:
        """A key for one purpose, of 32 bytes."""
        return hmac.digest(self.key, b"setu/" + purpose, hashlib.sha256)


@dataclass(frozen=True)
class Hashes:
    """Keyed hashes, to tell sameness without keeping what was said. Their key outlives every master key: what was
    hashed before a rotation is still found.
    """

    key: bytes = field(repr=False)

    @classmethod
    def derived(cls, master: MasterKey) -> "Hashes":
        """Those of an installation that hashed before their key was one of its own."""
        return cls(master.derive(b"mac"))

    def mac(self, data: bytes) -> bytes:
        """The keyed hash of bytes (16 bytes)."""
        return hmac.digest(self.key, data, "sha256")[:16]

    def mac_of(self, text: str) -> bytes:
        """The keyed hash of a text."""
        return self.mac(text.encode("utf-8", "surrogatepass"))


def short(fingerprint: bytes) -> str:
    """A master key's fingerprint as people are told it, and as it stands in the names of files."""
    return fingerprint[:4].hex()


def about(*place: str) -> bytes:
    """The associated data of one place: its parts joined so that no two places read alike."""
    return b"".join(len(part := text.encode("utf-8", "surrogatepass")).to_bytes(4, "big") + part for text in place)
