"""A person of the roster under one Matrix id, as the rest of the identity bot sees them. A value: what changed about a
person is another person.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bridge.model import UserId


class Role(StrEnum):
    """What somebody is authorised for."""

    OFFICIAL = "official"
    """May speak for their office."""
    SPOKESPERSON = "spokesperson"
    MODERATOR = "moderator"
    SECURITY_OFFICER = "security_officer"
    RECORDS_OFFICER = "records_officer"
    IDENTITY_OFFICER = "identity_officer"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Person:
    """One row of a roster. A column that says nothing is the empty string."""

    user_id: UserId
    name: str
    designation: str = ""
    organisation: str = ""
    office: str = ""
    roles: frozenset[Role] = frozenset()
    languages: tuple[str, ...] = ()
    """BCP 47 tags, the preferred first."""
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day that counts; None for no end."""

    def counts_on(self, day: date) -> bool:
        """Whether the day lies within the validity, its first and last day included."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)

    def is_same_human(self, other: "Person") -> bool:
        """Whether two ids are of one human: people of both sides have accounts on both."""
        return self.tag == other.tag

    @property
    def tag(self) -> tuple[str, str, str, str]:
        """Name, designation, organisation and office."""
        return self.name, self.designation, self.organisation, self.office
