"""The secret keys of an installation, from their files: the master key that wraps every other, the key that signs
origin marks, and the recovery key of what is encrypted end to end. Each is made at first start with mode 0600, and
never again: a database that stands on a key is not given another.
"""

import base64
import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bridge import secret_file
from bridge.e2ee.recovery import RecoveryKey
from bridge.seal import KEY_BYTES, MasterKey


class KeyFileError(Exception):
    """A key file that is missing or holds no key: which one, and the mend."""


def master_key(file: Path, may_make: bool) -> MasterKey:
    """The master key.

    Args:
        may_make: whether a missing file is made; never where the database already stands on a key.

    Raises:
        KeyFileError: the file is missing and must not be made, or holds no key.
        bridge.secret_file.SecretError: the file cannot be read or made.
    """
    if not may_make and not file.exists():
        raise KeyFileError(
            f"{file}: the master key is missing, and the database is sealed with it; put the file back from its backup."
            " Nothing was changed"
        )
    return MasterKey(_key(file))


def signing_key(file: Path, may_make: bool = True) -> Ed25519PrivateKey:
    """A key that signs, such as the one for origin marks.

    Args:
        may_make: whether a missing file is made; never where others count on the key already.

    Raises:
        KeyFileError: the file is missing and must not be made, or holds no key.
        bridge.secret_file.SecretError: the file cannot be read or made.
    """
    if not may_make and not file.exists():
        raise KeyFileError(
            f"{file}: the key is missing, and others count on what it has signed; put the file back from its backup."
            " Nothing was changed"
        )
    return Ed25519PrivateKey.from_private_bytes(_key(file))


def recovery_key(file: Path, may_make: bool) -> RecoveryKey:
    """The key that opens the backup of room keys, and that the identities of our accounts come from.

    Args:
        may_make: whether a missing file is made; never where devices were signed with it already.

    Raises:
        KeyFileError: the file is missing and must not be made, or holds no recovery key.
        bridge.secret_file.SecretError: the file cannot be read or made.
    """
    if not may_make and not file.exists():
        raise KeyFileError(
            f"{file}: the recovery key is missing, and our devices are signed with it; put the file back from its"
            " backup. Nothing was changed"
        )
    text = secret_file.ensure(file, lambda: RecoveryKey.new().text().replace(" ", ""))
    try:
        return RecoveryKey.read(text)
    except ValueError as error:
        raise KeyFileError(f"{file}: it holds no recovery key ({error}); put the right file in place") from error


def _key(file: Path) -> bytes:
    text = secret_file.ensure(file, lambda: base64.b64encode(os.urandom(KEY_BYTES)).decode())
    try:
        key = base64.b64decode(text, validate=True)
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"{file}: it holds no key ({KEY_BYTES} bytes in base64); put the right file in place")
    return key
