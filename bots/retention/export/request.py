"""What somebody asks to be exported: which records, in which forms, for what. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any


class Form(StrEnum):
    """What an export may be made of. The first is always there: it is what is verified."""

    JSONL = "jsonl"
    HTML = "html"
    EML = "eml"
    CSV = "csv"
    PDF = "pdf"


@dataclass(frozen=True)
class Selection:
    """Which records of a room; all that is given must hold. Days are those of the zone in which people read times."""

    room: str
    since: str | None = None
    until: str | None = None
    """The last day that counts."""
    person: str | None = None
    query: str | None = None

    @property
    def whole(self) -> bool:
        """Whether it is all of the room."""
        return (self.since, self.until, self.person, self.query) == (None, None, None, None)

    def takes(self, person: str | None, said_at: datetime, zone: tzinfo) -> bool:
        """Whether something that somebody said then is meant, as far as the query does not decide."""
        if self.person is not None and person != self.person:
            return False
        day = said_at.astimezone(zone).date()
        return (self.since is None or day >= date.fromisoformat(self.since)) and (
            self.until is None or day <= date.fromisoformat(self.until)
        )

    def begins(self, zone: tzinfo) -> datetime | None:
        return _midnight(self.since, zone, timedelta())

    def ends(self, zone: tzinfo) -> datetime | None:
        """The first moment that is too late."""
        return _midnight(self.until, zone, timedelta(days=1))


@dataclass(frozen=True)
class Request:
    """What is asked, by whom, and for what."""

    selection: Selection
    forms: tuple[Form, ...]
    purpose: str
    actor: str
    zone: str
    """Of the days and times, such as Asia/Kolkata."""

    def told(self) -> Mapping[str, Any]:
        """As JSON has it."""
        return {**asdict(self), "forms": [str(form) for form in self.forms]}

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Request":
        selection, forms = Selection(**told["selection"]), tuple(Form(form) for form in told["forms"])
        return cls(selection, forms, told["purpose"], told["actor"], told["zone"])


def forms(given: str) -> tuple[Form, ...]:
    """The forms that a list with commas names, each once, in their order. Raises ValueError, naming what is none."""
    asked = {Form(name.strip().lower()) for name in given.split(",") if name.strip()}
    asked |= {Form.JSONL} | ({Form.HTML} if Form.PDF in asked else set())
    return tuple(form for form in Form if form in asked)


def _midnight(day: str | None, zone: tzinfo, after: timedelta) -> datetime | None:
    return None if day is None else datetime.combine(date.fromisoformat(day) + after, time(), zone)
