"""The words that the whole of Setu shares: typed ids, the `Event` view over a homeserver's raw JSON, the journal's
`Entry`, and the `Action`s that decisions return. Nothing here does I/O, and nothing here raises on hostile input.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, NewType

HomeserverName = NewType("HomeserverName", str)
UserId = NewType("UserId", str)
RoomRef = NewType("RoomRef", int)
"""Setu's own number of a room whose events it journals."""
EndpointRef = NewType("EndpointRef", int)
"""Setu's own number of a room as one end of a link; it exists before the Matrix room does."""

GHOST = "in.setu.ghost"
"""The key in a membership's content that says: this is a ghost."""

LONGEST_INT = 4_300
"""Digits; Python refuses to read longer ones (CVE-2020-10735)."""

MEMBERSHIPS = frozenset({"invite", "join", "knock", "leave", "ban"})
"""Client-Server API, "m.room.member". Anything else is something that somebody wrote."""

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
            fields = json.loads(raw, parse_int=integer)
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
        """UTC, from `origin_server_ts` (milliseconds); None outside the years that a timestamp can name."""
        milliseconds = self.fields.get("origin_server_ts")
        if isinstance(milliseconds, bool) or not isinstance(milliseconds, int):
            return None
        try:
            return datetime.fromtimestamp(milliseconds / 1000, UTC)
        except (OverflowError, OSError, ValueError):
            return None

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

    @cached_property
    def event(self) -> Event:
        """What came. Raises as `unseal`."""
        return Event.read(self.unseal())

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


@dataclass(frozen=True)
class Action:
    """Something to be done on a homeserver by one acting user. Its class says how it is repeated safely."""

    as_user: UserId


@dataclass(frozen=True)
class Send(Action):
    """A message event. Repeated under the same transaction id; after 12 h its mark is looked for first."""

    type: str
    content: Mapping[str, Any] = field(repr=False)
    origin: "CopyOf | None" = None
    ts: int | None = None
    """The original's time, in milliseconds since 1970, where history is copied; else the homeserver's own clock."""


@dataclass(frozen=True)
class CopyOf:
    """What a sent event is the copy of; kept so that replies, edits and redactions find their target."""

    room: RoomRef
    event_id: str


@dataclass(frozen=True)
class Redact(Action):
    """Takes back the counterpart of an event. Repeated under the same transaction id."""

    event_id: str
    """The event of the room that is read, whose counterpart in the endpoint's room goes."""
    reason: str | None = field(repr=False)
    origin: "CopyOf | None" = None
    or_as: UserId | None = None
    """The ghost that sent the counterpart, which may always take it back; for where the acting user may not."""


@dataclass(frozen=True)
class SetState(Action):
    """A state event, set by the bot: a put of the same content changes nothing."""

    type: str
    state_key: str
    content: Mapping[str, Any] = field(repr=False)
    origin: "CopyOf | None" = None


@dataclass(frozen=True)
class SetMember(Action):
    """What the bot, or a ghost for itself, does to a membership; it is looked at first."""

    user_id: UserId
    membership: Literal["invite", "leave", "ban", "unban"]
    """`leave` never lifts a ban; `unban` lifts none but the bot's own."""
    reason: str | None = field(default=None, repr=False)
    direct: bool = False
    """For an invitation: whether it is one to a direct chat (Client-Server API, "Direct Messaging")."""


@dataclass(frozen=True)
class SetPower(Action):
    """A patch of the room's power levels: these users get these levels, nobody else is touched."""

    users: Mapping[UserId, int]


@dataclass(frozen=True)
class SetAvatar(Action):
    """The acting user's picture: what the order before it copied, or none."""

    mxc: Mapping[str, Any] | str


@dataclass(frozen=True)
class Name(Action):
    """The acting user's display name: a put, repeatable as it is."""

    name: str = field(repr=False)


@dataclass(frozen=True)
class Join(Action):
    """Brings a ghost into the endpoint's room, invited by the bot; its membership is looked at first."""


@dataclass(frozen=True)
class Enter(Action):
    """The bot goes into the endpoint's room if it may, and the room's state is read into the journal."""


@dataclass(frozen=True)
class Leave(Action):
    """The acting user leaves the endpoint's room, or declines the invitation into it; who is out stays out."""


@dataclass(frozen=True)
class CreateRoom(Action):
    """Makes the endpoint's room. Its alias makes it repeatable: an alias that exists is adopted."""

    alias: str
    title: str = field(repr=False)
    invite: tuple[UserId, ...] = ()
    kind: Literal["room", "direct", "space"] = "room"


@dataclass(frozen=True)
class Nest(Action):
    """Puts the endpoint's room into a space, both knowing it: two puts of state, which change nothing when repeated."""

    space: str
    """The cause of the order that made the space."""


@dataclass(frozen=True)
class FollowUpgrade(Action):
    """Looks whether the endpoint's room was rightly replaced, and if so goes on in the replacement. Each look and step
    may be repeated.
    """

    event_id: str
    """The tombstone."""
    replacement: str
    sender: UserId


@dataclass(frozen=True)
class CopyMedia(Action):
    """Streams a file from another homeserver into a reserved place: a second put of the same place is refused."""

    source: HomeserverName
    reader: UserId
    """The account that may download it there."""
    mxc: str


@dataclass(frozen=True)
class ReadBack(Action):
    """Compares the room's `/messages` with the journal, newest first, and journals what is missing as late."""


@dataclass(frozen=True)
class Refetch(Action):
    """Fetches what an event held before it was redacted (MSC2815), into the journal: what is there stays there."""

    event_id: str
    pos: int
    """Where the journal holds the redacted event."""


ACTIONS: Mapping[str, type[Action]] = {
    kind.__name__: kind
    for kind in (
        Send,
        Redact,
        SetState,
        SetMember,
        SetPower,
        SetAvatar,
        Name,
        Join,
        Enter,
        Leave,
        CreateRoom,
        Nest,
        FollowUpgrade,
        CopyMedia,
        ReadBack,
        Refetch,
    )
}
