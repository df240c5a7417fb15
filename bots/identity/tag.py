"""Who somebody is, as this installation says: from a roster, from a claim, or unknown. A pure value; what copies,
profiles and rooms show is made from it here.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from bots.identity.roster.person import Person
from bridge import speaking
from bridge.model import UserId

STATE = "in.setu.identity"
"""The type of the state event, and the field of a profile, that shows a tag."""


@dataclass(frozen=True)
class Words:
    """What somebody is called, and as what."""

    name: str = field(default="", repr=False)
    designation: str = field(default="", repr=False)
    organisation: str = field(default="", repr=False)
    office: str = field(default="", repr=False)

    @classmethod
    def of(cls, person: Person) -> "Words":
        return cls(person.name, person.designation, person.organisation, person.office)

    def packed(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode()

    @classmethod
    def unpacked(cls, packed: bytes) -> "Words":
        return cls(**json.loads(packed))

    def __str__(self) -> str:
        return ", ".join(part for part in (self.name, self.designation, self.organisation, self.office) if part)


@dataclass(frozen=True)
class Tag:
    """A person's tag."""

    user_id: UserId
    status: Literal["verified", "claimed", "unknown"]
    words: Words = Words()
    external: bool = False
    resembles: UserId | None = None
    """Whose name they bear, where it is not theirs."""

    @property
    def identified(self) -> bool:
        return self.status != "unknown"

    @property
    def empty(self) -> bool:
        """Whether there is nothing to show."""
        return not (self.identified or self.external or self.resembles)

    @property
    def shown(self) -> Mapping[str, Any]:
        """What stands in a copy's origin, in a ghost's profile and in the room's state."""
        if self.empty:
            return {}
        said = {key: value for key, value in asdict(self.words).items() if value}
        marks = {"external": True} if self.external else {}
        likeness = {"resembles": self.resembles} if self.resembles is not None else {}
        return {"user_id": self.user_id, "status": self.status, **said, **marks, **likeness}

    def spoken(self) -> speaking.Tag:
        """As the mirror shows it. The name of a claim that nobody verified replaces no display name."""
        verified = self.status == "verified"
        return speaking.Tag(
            self.words.name or None if verified else None,
            self.words.designation if verified else "",
            self.words.organisation if verified else "",
            self.shown,
        )
