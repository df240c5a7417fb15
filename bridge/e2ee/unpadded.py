"""Unpadded base64, in which Matrix writes keys, signatures and ciphertext (appendix "Unpadded Base64")."""

from base64 import b64decode, b64encode

KEY_BYTES = 32
"""Bytes of a Curve25519 or Ed25519 key."""


def encode(raw: bytes) -> str:
    return b64encode(raw).rstrip(b"=").decode()


def decode(text: object) -> bytes:
    """Reads it with or without padding. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("not a text")
    return b64decode(text + "=" * (-len(text) % 4), validate=True)


def key(value: object) -> str | None:
    """The value if it is a key in its one proper spelling, so that equal keys are equal texts."""
    try:
        raw = decode(value)
    except ValueError:
        return None
    text = encode(raw)
    return text if len(raw) == KEY_BYTES and text == value else None
