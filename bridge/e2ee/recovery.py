"""The recovery key: 32 bytes that the operator keeps on paper. It opens the key backup, and gives our accounts the same
cross-signing identities again after the database is lost. Matrix specification, appendix "Cryptographic key
representation".
"""

import hashlib
import os
from dataclasses import dataclass, field
from functools import cached_property, reduce
from operator import xor
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bridge.e2ee.backup_key import BackupKey

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
HEADER = b"\x8b\x01"
SEED_BYTES = 32
WHOLE_BYTES = len(HEADER) + SEED_BYTES + 1
LETTERS = 48
"""Every recovery key has as many, because the header is always the same."""

Usage = Literal["master", "self_signing", "user_signing"]


@dataclass(frozen=True)
class RecoveryKey:
    """A secret: neither its text nor its seed belongs in a log."""

    seed: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.seed) != SEED_BYTES:
            raise ValueError(f"a recovery key has {SEED_BYTES} bytes, this one has {len(self.seed)}")

    @cached_property
    def fingerprint(self) -> bytes:
        """Tells one recovery key from another, and nothing about either."""
        return hashlib.sha256(b"setu/recovery/fingerprint" + self.seed).digest()[:16]

    @classmethod
    def new(cls) -> "RecoveryKey":
        return cls(os.urandom(SEED_BYTES))

    @classmethod
    def read(cls, text: str) -> "RecoveryKey":
        """What somebody typed; spaces do not matter. Raises ValueError, which quotes nothing of it."""
        whole = _bytes("".join(text.split()))
        if not whole.startswith(HEADER):
            raise ValueError("this is no recovery key: those begin with Es")
        if reduce(xor, whole):
            raise ValueError("this recovery key is mistyped: its letters do not add up")
        return cls(whole[len(HEADER) : -1])

    def text(self) -> str:
        """As it is written down: 48 letters and digits in groups of four."""
        whole = HEADER + self.seed
        letters = _letters(whole + bytes([reduce(xor, whole)]))
        return " ".join(letters[start : start + 4] for start in range(0, LETTERS, 4))

    @cached_property
    def backup(self) -> BackupKey:
        """Reads the key backup; as in the standard, the seed itself is its private key."""
        return BackupKey(self.seed)

    def signing(self, user_id: str, usage: Usage) -> Ed25519PrivateKey:
        """One of the cross-signing keys of one account, always the same."""
        info = f"setu/cross-signing/{usage}/{user_id}".encode()
        return Ed25519PrivateKey.from_private_bytes(HKDF(SHA256(), length=32, salt=None, info=info).derive(self.seed))


def _letters(whole: bytes) -> str:
    number, letters = int.from_bytes(whole, "big"), ""
    while number:
        number, digit = divmod(number, len(ALPHABET))
        letters = ALPHABET[digit] + letters
    return letters


def _bytes(letters: str) -> bytes:
    if len(letters) != LETTERS:
        raise ValueError(f"a recovery key has {LETTERS} letters and digits, this one has {len(letters)}")
    number = 0
    for place, letter in enumerate(letters, 1):
        if letter not in ALPHABET:
            raise ValueError(f"letter {place} of this recovery key is none that such a key can have")
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    # 48 letters can say a little more than 35 bytes hold; what does not fit has another header as well.
    return number.to_bytes(WHOLE_BYTES + 1, "big").removeprefix(b"\x00")
