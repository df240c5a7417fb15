"""Signed notes (C2SP signed-note): a text, a blank line, and lines of signatures, each with the name of its key, the
first bytes of that key's hash, and the signature. Ed25519 keys only; a signature by any other key is passed over. Pure.
"""

import base64
import re
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
"""The signature type of Ed25519."""

ID_BYTES = 4
_NAME = re.compile(r"[^\s+]+")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})")


class BadNote(Exception):
    """A note that is not signed as it should be: what is wrong with it."""


@dataclass(frozen=True)
class Verifier:
    """A key whose signatures count, under its name."""

    name: str
    key: Ed25519PublicKey

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"a key cannot be named {self.name!r}")

    @property
    def id(self) -> bytes:
        """Tells keys of one name apart."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.key.public_bytes_raw()).digest()[:ID_BYTES]

    def text(self) -> str:
        """The key as people hand it to each other: its name, id and bytes."""
        key = base64.b64encode(ED25519 + self.key.public_bytes_raw()).decode()
        return f"{self.name}+{self.id.hex()}+{key}"


@dataclass(frozen=True)
class Signer:
    """A key that signs, under its name."""

    name: str
    key: Ed25519PrivateKey = field(repr=False)

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.key.public_key())

    def sign(self, text: str) -> str:
        """The note with this text, which ends with a newline."""
        if not _is_text(text):
            raise ValueError("the text of a note is lines without control characters")
        signature = base64.b64encode(self.verifier.id + self.key.sign(text.encode())).decode()
        return f"{text}\n— {self.name} {signature}\n"


def read(text: str) -> Verifier:
    """The key that a text names, as `Verifier.text` writes it.

    Raises:
        ValueError: it names none, or one whose id is another's.
    """
    name, _, rest = text.partition("+")
    id, _, encoded = rest.partition("+")
    raw = base64.b64decode(encoded, validate=True)
    if raw[:1] != ED25519:
        raise ValueError("this is no Ed25519 key")
    verifier = Verifier(name, Ed25519PublicKey.from_public_bytes(raw[1:]))
    if verifier.id.hex() != id:
        raise ValueError("the key is not the one that its id names")
    return verifier


def opened(note: str, verifier: Verifier) -> str:
    """The text of a note.

    Raises:
        BadNote: it is no note, or not signed with this key.
    """
    text, parted, signatures = note.rpartition("\n\n")
    text = f"{text}\n"
    if not parted or not signatures.endswith("\n") or not _is_text(text):
        raise BadNote("it is no signed note")
    for line in signatures.removesuffix("\n").split("\n"):
        if (matched := _LINE.fullmatch(line)) is None:
            raise BadNote("it has a line that is no signature")
        if matched[1] == verifier.name and _signed(text, matched[2], verifier):
            return text
    raise BadNote(f"{verifier.name} has not signed it")


def _signed(text: str, encoded: str, verifier: Verifier) -> bool:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise BadNote("it has a line that is no signature") from None
    if raw[:ID_BYTES] != verifier.id:
        return False
    if base64.b64encode(raw).decode() != encoded:
        raise BadNote("a signature is written otherwise than base64 writes it")
    try:
        verifier.key.verify(raw[ID_BYTES:], text.encode())
    except InvalidSignature:
        raise BadNote(f"the signature of {verifier.name} does not fit what it stands under") from None
    return True


def _is_text(text: str) -> bool:
    return text.endswith("\n") and all(letter == "\n" or letter.isprintable() for letter in text)
