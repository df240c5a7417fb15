"""The origin mark in each copy: which event of which room it mirrors, who wrote that, and through which rooms it came,
signed. By it loops, chains and double links are recognised, and a person keeps one name through a chain of bridges. The
mark names the ghost that sends it, so that a mark copied into somebody else's message proves nothing.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from bridge.model import LONGEST_ID, Event, UserId, storable, user_id

MARK = "in.setu.origin"
"""The key of the mark in an event's content."""

MOST_OF_TAG = 20
"""Words that a tag may have."""

MOST_ROOMS = 50
"""Rooms that a mark may have come through; a longer way is no way."""


@dataclass(frozen=True)
class Origin:
    """Where a copy comes from. `via` are the rooms that it came through, the original's first."""

    sender: UserId
    event_id: str
    via: tuple[str, ...]
    name: str = field(repr=False)
    organisation: str = field(repr=False)
    sent_at: int | None
    """Milliseconds since 1970, as the original says; None where it says nothing that is a time."""
    designation: str = field(default="", repr=False)
    tag: Mapping[str, Any] | None = field(default=None, repr=False)
    """Who the author is, as their own installation vouches for it; None where nobody does."""


_IF_ANY = frozenset({"designation", "tag"})
"""What a mark names only where there is something to tell."""


@dataclass(frozen=True)
class Signer:
    """Signs marks, and knows whose marks count."""

    key: Ed25519PrivateKey = field(repr=False)
    trusted: Mapping[str, Ed25519PublicKey]
    """By their own text form; this bridge's own key is among them."""

    def mark(self, origin: Origin, ghost: UserId) -> dict[str, Any]:
        """The mark that `ghost` sends with a copy."""
        told = {key: value for key, value in asdict(origin).items() if key not in _IF_ANY or value}
        fields = {**told, "via": list(origin.via), "by": ghost, "signer": public_text(self.key.public_key())}
        return {**fields, "signature": _base64(self.key.sign(_canonical(fields)))}

    def read(self, event: Event) -> Origin | None:
        """The origin of this event, if its mark is whole, names its sender, and is signed by one we trust."""
        mark = event.content.get(MARK)
        if not isinstance(mark, dict) or mark.get("by") != event.sender or event.sender is None:
            return None
        origin = _origin(mark)
        return origin if origin is not None and self._signed(mark) else None

    def _signed(self, mark: Mapping[str, Any]) -> bool:
        signer, signature = mark.get("signer"), mark.get("signature")
        key = self.trusted.get(signer) if isinstance(signer, str) else None
        if key is None or not isinstance(signature, str):
            return False
        try:
            fields = {name: value for name, value in mark.items() if name != "signature"}
            key.verify(_from_base64(signature), _canonical(fields))
        except (InvalidSignature, ValueError, RecursionError):
            return False
        return True


def claimed_rooms(event: Event) -> tuple[str, ...]:
    """The rooms that a mark says the event came through, whoever signed it. Good for stopping a loop, nothing else."""
    mark = event.content.get(MARK)
    origin = _origin(mark) if isinstance(mark, dict) else None
    return origin.via if origin is not None else ()


def public_key(text: str) -> Ed25519PublicKey:
    """Raises ValueError where the text is not 32 bytes in base64."""
    return Ed25519PublicKey.from_public_bytes(_from_base64(text))


def public_text(key: Ed25519PublicKey) -> str:
    """A public key as unpadded base64, as Matrix writes keys."""
    return _base64(key.public_bytes_raw())


def _origin(mark: Mapping[str, Any]) -> Origin | None:
    sender, event_id, sent_at = user_id(mark.get("sender")), storable(mark.get("event_id")), mark.get("sent_at")
    name, organisation, via = mark.get("name"), mark.get("organisation"), mark.get("via")
    if sender is None or event_id is None or not isinstance(name, str) or not isinstance(organisation, str):
        return None
    if not isinstance(via, list) or not 0 < len(via) <= MOST_ROOMS or any(storable(room) is None for room in via):
        return None
    if sent_at is not None and (isinstance(sent_at, bool) or not isinstance(sent_at, int)):
        return None
    designation = mark.get("designation")
    return Origin(
        sender, event_id, tuple(via), name[:LONGEST_ID], organisation[:LONGEST_ID], sent_at,
        designation[:LONGEST_ID] if isinstance(designation, str) else "", _tag(mark.get("tag")),
    )  # fmt: skip


def _tag(given: object) -> Mapping[str, Any] | None:
    """What a mark says of its author, as far as it is plain text."""
    if not isinstance(given, dict) or len(given) > MOST_OF_TAG:
        return None
    return {
        key[:LONGEST_ID]: value[:LONGEST_ID] if isinstance(value, str) else value
        for key, value in given.items()
        if isinstance(value, str | bool)
    }


def _canonical(fields: Mapping[str, Any]) -> bytes:
    """Canonical JSON (Matrix specification, appendix "Canonical JSON")."""
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _base64(data: bytes) -> str:
    return base64.b64encode(data).rstrip(b"=").decode()


def _from_base64(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
