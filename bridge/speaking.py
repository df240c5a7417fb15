"""How somebody speaks: who they are, as whoever vouches for people says, and in which capacity a message was written.
The mirror shows it on copies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Tag:
    """A person's identity, as it is shown beside their words."""

    name: str | None = field(default=None, repr=False)
    """What a ghost is called in place of the display name that the person chose; None where that one stands."""
    designation: str = field(default="", repr=False)
    organisation: str = field(default="", repr=False)
    shown: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """The whole of it, as it stands in a copy's origin and in a ghost's profile."""


@dataclass(frozen=True)
class Dressing:
    """Lines that stand around the words of a copied message."""

    before: str = field(default="", repr=False)
    after: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.before or self.after)


PLAIN = Dressing()
