"""What a person at Element sees: an event as the SDK has decrypted it, with the shield that Element draws beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.lab import client


@dataclass(frozen=True)
class Shield:
    """Element's warning beside a message: none, grey or red, and the SDK's name of the reason (`EventShieldReason`)."""

    color: str
    reason: str | None = None

    def __str__(self) -> str:
        return f"shield {self.color}" + (f": {self.reason}" if self.reason else "")


@dataclass(frozen=True)
class Seen(client.Seen):
    """An event, decrypted where it could be (`event`), and as the homeserver sent it (`wire`).

    `why_undecryptable` is the SDK's `DecryptionFailureCode`; `shield` is None for what was not encrypted or could not
    be decrypted. Both are what the SDK says now: an event whose key comes late is replaced by its readable self.
    """

    wire: Mapping[str, Any] = field(repr=False)
    was_encrypted: bool
    why_undecryptable: str | None
    shield: Shield | None

    @property
    def undecryptable(self) -> bool:
        return self.why_undecryptable is not None

    def __str__(self) -> str:
        """In a few words, for a person who waited for something else."""
        return f"{self.event['type']} of {self.sender} ({self.why_undecryptable or self.shield or 'in clear'})"

    @classmethod
    def read(cls, told: Mapping[str, Any], at: float) -> "Seen":
        """From the driver's line."""
        shield = None if told["shield"] is None else Shield(**told["shield"])
        return cls(told["event"], at, told["wire"], told["was_encrypted"], told["why_undecryptable"], shield)
