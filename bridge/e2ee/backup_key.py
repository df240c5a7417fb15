"""The key pair of a key backup: its public half encrypts sessions that only the private half reads. Client-Server API,
"Backup algorithm: m.megolm_backup.v1.curve25519-aes-sha2".
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

from bridge.e2ee import unpadded
from bridge.e2ee.unreadable import Unreadable, Why

MAC_BYTES = 8
PADDING = PKCS7(AES256.block_size)


@dataclass(frozen=True)
class Secret:
    """What one shared secret gives: a cipher and a code that tells whether it is the right one."""

    aes: Cipher[CBC] = field(repr=False)
    mac: bytes = field(repr=False)

    @classmethod
    def between(cls, ours: X25519PrivateKey, theirs: X25519PublicKey) -> "Secret":
        """Raises ValueError for a public key that gives no secret."""
        derived = HKDF(SHA256(), length=80, salt=bytes(32), info=b"").derive(ours.exchange(theirs))
        # Over the empty text and not over the ciphertext: so libolm did, and so it has become the specification.
        mac = hmac.digest(derived[32:64], b"", sha256)[:MAC_BYTES]
        return cls(Cipher(AES256(derived[:32]), CBC(derived[64:])), mac)

    def encrypt(self, plain: bytes) -> bytes:
        padder, encryptor = PADDING.padder(), self.aes.encryptor()
        return encryptor.update(padder.update(plain) + padder.finalize()) + encryptor.finalize()

    def decrypt(self, ciphertext: bytes) -> bytes:
        """Raises ValueError."""
        unpadder, decryptor = PADDING.unpadder(), self.aes.decryptor()
        return unpadder.update(decryptor.update(ciphertext) + decryptor.finalize()) + unpadder.finalize()


@dataclass(frozen=True)
class BackupKey:
    """The private half."""

    seed: bytes = field(repr=False)

    @cached_property
    def _private(self) -> X25519PrivateKey:
        return X25519PrivateKey.from_private_bytes(self.seed)

    @cached_property
    def public(self) -> str:
        return unpadded.encode(self._private.public_key().public_bytes_raw())

    def decrypt(self, ephemeral: str, mac: str, ciphertext: str) -> str:
        """Raises Unreadable."""
        try:
            secret = Secret.between(self._private, _public(ephemeral))
            if not hmac.compare_digest(secret.mac, unpadded.decode(mac)):
                raise Unreadable(Why.DAMAGED, "encrypted for another backup key")
            return secret.decrypt(unpadded.decode(ciphertext)).decode()
        except ValueError:
            raise Unreadable(Why.DAMAGED, "no entry of a key backup") from None


def backup_encrypt(public: str, text: str) -> Mapping[str, str]:
    """The `session_data` that only the private half of `public` reads. Raises ValueError if that is no public key."""
    ephemeral = X25519PrivateKey.generate()
    secret = Secret.between(ephemeral, _public(public))
    return {
        "ephemeral": unpadded.encode(ephemeral.public_key().public_bytes_raw()),
        "ciphertext": unpadded.encode(secret.encrypt(text.encode())),
        "mac": unpadded.encode(secret.mac),
    }


def _public(text: str) -> X25519PublicKey:
    return X25519PublicKey.from_public_bytes(unpadded.decode(text))
