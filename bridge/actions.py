"""What decisions return: each `Action` is something to be done on a homeserver, laid into the outbox and done by the
gateway. Its class says how it is repeated safely.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from bridge.model import HomeserverName, RoomRef, UserId


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
    only_encrypted: bool = False
    """Whether it dies rather than stand in clear."""


@dataclass(frozen=True)
class CopyOf:
    """What a sent event is the copy of; kept so that replies, edits and redactions find their target."""

    room: RoomRef
    event_id: str


@dataclass(frozen=True)
class Redact(Action):
    """Takes back an event or its counterpart. Repeated under the same transaction id."""

    event_id: str
    """The event of the room that is read, whose counterpart in the endpoint's room goes; that room's own event where
    there is no `origin`."""
    reason: str | None = field(repr=False)
    origin: "CopyOf | None" = None
    """The redaction that this one copies."""
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
class Pin(Action):
    """Pins what an order sent, beside what people pinned; a state patch."""

    sent: str
    """The order's cause."""


@dataclass(frozen=True)
class TopicLine(Action):
    """The last line of the topic, in place of one that begins alike; a state patch."""

    line: str = field(repr=False)
    """Empty to take it away."""
    begins: str = field(repr=False)


@dataclass(frozen=True)
class Encrypt(Action):
    """The room is encrypted from now on; it is looked at first. Encryption is never taken away."""


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

    users: Mapping[UserId, int | None]
    """None takes a user's level away, so that the room's default holds."""
    events_default: int | None = None
    """What writing takes from now on, where that changes."""


@dataclass(frozen=True)
class SetAvatar(Action):
    """The acting user's picture: what the order before it copied, or none."""

    mxc: Mapping[str, Any] | str


@dataclass(frozen=True)
class SetProfile(Action):
    """A field of the acting user's profile (Client-Server API 1.16, "Profiles"): a put, repeatable as it is."""

    key: str
    value: Mapping[str, Any] | None = field(repr=False)
    """None takes it away."""


@dataclass(frozen=True)
class Name(Action):
    """The acting user's display name: a put, repeatable as it is."""

    name: str = field(repr=False)


@dataclass(frozen=True)
class Join(Action):
    """Brings a ghost or another bot into the endpoint's room, invited by our bot; its membership is looked at first."""

    ghost: bool = True
    """Whether its membership says that it is a ghost."""


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
    kind: Literal["room", "direct", "private", "space"] = "room"
    """`private` is a bot's chat with one person; in a `direct` one between two people our bot is hidden."""


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
class Quarantine(Action):
    """A file of the homeserver is shown to nobody any more (Synapse's admin API, "Quarantine media"); repeatable as it
    is. It dies where the acting account is no administrator.
    """

    mxc: str


@dataclass(frozen=True)
class FetchMedia(Action):
    """Keeps a file of a room, sealed. What is kept already, or not to be had, is looked at first (`media_book`)."""

    room: RoomRef
    """The room in which its address was said."""
    mxc: str = field(repr=False)


@dataclass(frozen=True)
class LearnUploadLimit(Action):
    """Asks how many bytes a file may have on the homeserver; nothing where it does not say. Asking changes nothing."""


@dataclass(frozen=True)
class Upload(Action):
    """Streams a file of the media folder into a reserved place, encrypted as an attachment. Each attempt has the
    same bytes, and a second put of the same place is refused.
    """

    name: str
    """In the media folder."""
    size: int
    opens: str = field(repr=False)
    """The key that opens it there, in hexadecimal digits, as those below."""
    key: str = field(repr=False)
    """That with which it is encrypted (Client-Server API, "Sending encrypted attachments")."""
    counter: str = field(repr=False)


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
        TopicLine,
        Encrypt,
        SetMember,
        SetPower,
        SetAvatar,
        SetProfile,
        Name,
        Join,
        Enter,
        Leave,
        CreateRoom,
        Nest,
        FollowUpgrade,
        CopyMedia,
        Pin,
        Quarantine,
        FetchMedia,
        LearnUploadLimit,
        Upload,
        ReadBack,
        Refetch,
    )
}
