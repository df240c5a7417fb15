"""Who is who: an immutable value that anybody may keep while the next one is being read. The register makes it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bots.identity.roster.person import Person
from bots.identity.roster.problem import Problem
from bridge.model import UserId

INDIA = ZoneInfo("Asia/Kolkata")
"""Where days end at midnight unless the settings say another zone."""


@dataclass(frozen=True, eq=False)
class Roster:
    """The people of all sources by their Matrix id, and what was wrong with the rows of others."""

    people: Mapping[UserId, Person] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """Also those whose validity has not begun, or is over."""
    problems: tuple[Problem, ...] = ()
    zone: tzinfo = INDIA

    def of(self, user_id: UserId, on: date | datetime) -> Person | None:
        """The person whose id this is, where they count on that day.

        Args:
            user_id: compared letter by letter, as Matrix does.
            on: a day, or a moment, which is of a day in the roster's zone.

        Raises:
            ValueError: the moment does not tell its zone.
        """
        person = self.people.get(user_id)
        return person if person is not None and person.counts_on(self.day(on)) else None

    def day(self, on: date | datetime) -> date:
        """The day in the roster's zone. Raises ValueError for a moment that does not tell its zone."""
        if not isinstance(on, datetime):
            return on
        if on.tzinfo is None:
            raise ValueError("a moment without a zone is of no certain day")
        return on.astimezone(self.zone).date()

    def changed_within(self, after: date, until: date) -> Collection[UserId]:
        """Whose validity begins, or has ended, on a day after the first and not after the second."""
        return [person.user_id for person in self if any(after < day <= until for day in _turns(person))]

    def __iter__(self) -> Iterator[Person]:
        return iter(self.people.values())

    def __len__(self) -> int:
        return len(self.people)


def _turns(person: Person) -> Iterator[date]:
    if person.valid_from is not None:
        yield person.valid_from
    if person.valid_until is not None and person.valid_until < date.max:
        yield person.valid_until + timedelta(days=1)
