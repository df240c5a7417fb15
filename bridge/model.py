"""The words that the whole of Setu shares: typed ids, the `Event` view over a homeserver's raw JSON, and the journal's
`Entry`. Nothing here does I/O, and nothing here raises on hostile input.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NewType

from propcache.api import cached_property

HomeserverName = NewType("HomeserverName", str)
UserId = NewType("UserId", str)
RoomRef = NewType("RoomRef", int)
"""Setu's own number of a room whose events it journals."""
EndpointRef = NewType("EndpointRef", int)
"""Setu's own number of a room as one end of a link; it exists before the Matrix room does."""

GHOST = "in.setu.ghost"
"""The key in a membership's content that says: this is a ghost."""

ENCRYPTED = "m.room.encrypted"
"""The type of an event whose content only devices that have its room key can read."""

RELEASED, RELEASED_SECRET = "released", "released_secret"
"""Where an entry comes from that was held at the border and goes on after all: in clear, or encrypted at first."""

LONGEST_INT = 4_300
"""Digits; Python refuses to read longer ones (CVE-2020-10735)."""

MEMBERSHIPS = frozenset({"invite", "join", "knock", "leave", "ban"})
"""Client-Server API, "m.room.member". Anything else is something that somebody wrote."""

FIRST_MS, LAST_MS = (int(datetime(*day, tzinfo=UTC).timestamp()) * 1000 for day in ((1, 1, 2), (9999, 12, 31)))
"""Milliseconds; before the one and from the other on, some time zone is in no year that a `datetime` has."""

LONGEST_ID = 255
"""Bytes that a Matrix id may have (Matrix specification, appendix "Common identifier format")."""


def storable(value: object, longest: int = LONGEST_ID) -> str | None:
    """The value if it is a string that PostgreSQL can hold as text and that is no longer than `longest` bytes."""
    if not isinstance(value, str) or not value or "\x00" in value or len(value) > longest:
        return None
    try:
        return value if len(value.encode()) <= longest else None
    except UnicodeEncodeError:  # a lone surrogate
        return None


def user_id(value: object) -> UserId | None:
    """The value if it has the shape of a user id, which tells people apart (appendix "User identifiers")."""
    text = storable(value)
    return UserId(text) if text is not None and text.startswith("@") and server_of(text) else None


def integer(digits: str) -> int | float:
    """Reads an integer of JSON, of any length."""
    return int(digits) if len(digits) < LONGEST_INT else float(digits)


_READ = json.JSONDecoder(parse_int=integer).decode
"""`json.loads` would make a decoder for each event, which takes as long as the reading."""


def server_of(matrix_id: str) -> str:
    """The server name in a Matrix id, or the empty string."""
    return matrix_id.partition(":")[2]


@dataclass(frozen=True)
class Event:
    """A Matrix event as it came. Every property answers with a value of its type or with None, whatever came."""

    raw: bytes
    fields: Mapping[str, Any]
    """The event's top level; empty when the bytes are no JSON object."""

    @classmethod
    def read(cls, raw: bytes) -> "Event":
        try:
            fields = _READ(raw.decode(json.detect_encoding(raw), "surrogatepass"))
        except (ValueError, RecursionError):
            fields = {}
        return cls(raw, fields if isinstance(fields, dict) else {})

    @cached_property
    def id(self) -> str | None:
        return storable(self.fields.get("event_id"))

    @cached_property
    def room_id(self) -> str | None:
        return storable(self.fields.get("room_id"))

    @cached_property
    def type(self) -> str | None:
        return storable(self.fields.get("type"))

    @cached_property
    def sender(self) -> UserId | None:
        return user_id(self.fields.get("sender"))

    @cached_property
    def state_key(self) -> str | None:
        """None when this is no state event; the empty string is a state key."""
        key = self.fields.get("state_key")
        return key if key == "" else storable(key)

    @cached_property
    def sent_at(self) -> datetime | None:
        """UTC, from `origin_server_ts` (milliseconds); None outside the years of every time zone."""
        milliseconds = self.fields.get("origin_server_ts")
        if isinstance(milliseconds, bool) or not isinstance(milliseconds, int):
            return None
        if not FIRST_MS <= milliseconds < LAST_MS:
            return None
        return datetime.fromtimestamp(milliseconds / 1000, UTC)

    @cached_property
    def content(self) -> Mapping[str, Any]:
        content = self.fields.get("content")
        return content if isinstance(content, dict) else {}

    @cached_property
    def membership(self) -> str | None:
        said = self.content.get("membership") if self.type == "m.room.member" else None
        return said if isinstance(said, str) and said in MEMBERSHIPS else None

    @cached_property
    def before(self) -> Mapping[str, Any]:
        """The content of the state that this event replaced, where the homeserver tells it."""
        unsigned = self.fields.get("unsigned")
        before = unsigned.get("prev_content") if isinstance(unsigned, dict) else None
        return before if isinstance(before, dict) else {}

    @cached_property
    def was(self) -> str | None:
        """The membership before this membership event, where the homeserver tells it."""
        return storable(self.before.get("membership"), 32)

    @cached_property
    def related(self) -> tuple[str, ...]:
        """The ids of the events that it replies to, edits, or otherwise is about ("Forwarding relationships")."""
        relation = self.content.get("m.relates_to")
        if not isinstance(relation, dict):
            return ()
        reply = relation.get("m.in_reply_to")
        given = (relation.get("event_id"), reply.get("event_id") if isinstance(reply, dict) else None)
        return tuple(dict.fromkeys(event_id for one in given if (event_id := storable(one)) is not None))

    @cached_property
    def taken_back(self) -> bool:
        """Whether it had been redacted when the homeserver gave it to us: its content is no longer what was written."""
        unsigned = self.fields.get("unsigned")
        return isinstance(unsigned, dict) and isinstance(unsigned.get("redacted_because"), dict)

    def text(self, key: str) -> str | None:
        """A string of the content, or None."""
        value = self.content.get(key)
        return value if isinstance(value, str) else None


@dataclass(frozen=True)
class Room:
    """A room whose events are journalled: one homeserver's view of one Matrix room."""

    ref: RoomRef
    homeserver: HomeserverName
    room_id: str


@dataclass(frozen=True)
class AtRest:
    """What is stored of an entry beside what `Entry` tells. It is there also when the key is not."""

    event_id: str
    """The event's own, or `mac:…` where it has none that can be stored."""
    sender: str | None
    membership: str | None
    sent_at: datetime | None
    sealed: bytes = field(repr=False)
    """What came."""
    clear: bytes | None = field(default=None, repr=False)
    """What an encrypted entry says, sealed, where it could be read."""


@dataclass(frozen=True)
class Entry:
    """One row of the journal. Its event is opened when somebody looks at it."""

    pos: int
    """1, 2, 3 … without a hole, in the order of commits, within its room."""
    received_at: datetime
    source: str
    late: bool
    unseal: Callable[[], bytes] = field(repr=False)
    """Gives the event's bytes. Raises CannotOpen where its key was destroyed or does not fit."""
    cites: int | None = None
    """The position of the entry that this one completes."""
    type: str | None = None
    """The event's type as it came."""
    clear: Callable[[], bytes] | None = field(default=None, repr=False)
    """For an encrypted entry that could be read: gives the event with what it says. Raises as `unseal`."""
    unreadable: str | None = None
    """For an encrypted entry that could not: why."""
    seal_clear: Callable[[bytes], bytes] | None = field(default=None, repr=False)
    """Seals what it says under its own key. Raises as `unseal`."""
    at_rest: Callable[[], AtRest] | None = field(default=None, repr=False)
    """Gives the row as it lies in the journal, for whoever commits to it."""

    @cached_property
    def raw(self) -> Event:
        """What came. Raises as `unseal`."""
        return Event.read(self.unseal())

    @cached_property
    def event(self) -> Event:
        """What was said: what came, or what that says where it came encrypted and could be read. Raises as `unseal`."""
        return Event.read(self.clear()) if self.clear is not None else self.raw

    @property
    def encrypted(self) -> bool:
        """Whether it came encrypted."""
        return self.type == ENCRYPTED or self.source in ("decrypted", RELEASED_SECRET)

    @property
    def released(self) -> bool:
        """Whether it was held at the border, and goes on now."""
        return self.source in (RELEASED, RELEASED_SECRET)

    @property
    def instead_of(self) -> int | None:
        """The position of the entry that could not be read, or was held, where this one goes on in its place."""
        return self.cites if self.source == "decrypted" or self.released else None

    @property
    def undetermined(self) -> bool:
        """Whether nobody has tried yet to read what came encrypted."""
        return self.type == ENCRYPTED and self.clear is None and self.unreadable is None

    @property
    def history(self) -> bool:
        """Whether it was said before the room was linked, and is carried over."""
        return self.source == "messages" and not self.late and self.cites is None

    @property
    def taken_back(self) -> bool:
        """Whether nobody is to be shown it any more: it came redacted, or tells what a redacted event held."""
        return (self.source == "messages" and self.cites is not None) or (
            self.event.taken_back and self.event.state_key is None
        )


class Fate(StrEnum):
    """What became of one journal entry towards one other end of a link. A table's check holds the same words."""

    ORDERED = "ordered"
    """Its copy, or what it leads to over there, was ordered: the last order tells the rest."""
    KIND = "kind"
    """No kind of event that crosses."""
    OURS = "ours"
    """One of our own bots or ghosts did it, and it is no copy that goes on."""
    BEEN_THERE = "been_there"
    """It comes from there."""
    NOBODY = "nobody"
    """It names no sender, or bears no id."""
    NOTHING = "nothing"
    """Nothing had to be done over there: it is so already, or it is not that side's to follow."""
    PAST = "past"
    """A state of the room that was over when we learned of it: the one that followed went across."""
    TAKEN_BACK = "taken_back"
    """Its author took it back before it could be copied. It is on record."""
    UNLINKED = "unlinked"
    """The link had been stopped."""
    HELD = "held"
    """It waits at the border, or what it depends on does. Released, it goes on as a late entry."""
    REFUSED = "refused"
    """It was held, and an officer let it not cross."""
    UNREADABLE = "unreadable"
    """It came encrypted, and its key was not there. When the key comes, what it says comes as a late entry."""
