"""What is to be done on the other side because of one event: pure functions of the event and of what is known. No I/O,
no clock, no state. Each family of events has its file in `kinds`.
"""

from bridge.actions import Action, CopyMedia, Join, Name, Redact, Send
from bridge.mirror.kinds import members
from bridge.mirror.kinds.dressed import dressed
from bridge.mirror.kinds.messages import BEACONS, POLLS, Message, message
from bridge.mirror.kinds.state import state
from bridge.mirror.scene import Scene
from bridge.model import Event, Fate, UserId, storable
from bridge.references import shifted

STATE = frozenset({
    "m.room.name", "m.room.topic", "m.room.avatar", "m.room.pinned_events", "m.room.history_visibility",
    "m.room.power_levels",
})  # fmt: skip

MESSAGES = frozenset({"m.room.message", "m.sticker", "m.reaction", *POLLS, *BEACONS})


def has_come(event: Event, bot: UserId) -> bool:
    """Whether the bot has come into the room by this event."""
    return event.membership == "join" and event.state_key == bot == event.sender and event.was != "join"


def redacted(event: Event) -> str | None:
    """The event that a redaction takes back: in the content since room version 11, beside it before."""
    if event.type != "m.room.redaction":
        return None
    return storable(event.content.get("redacts")) or storable(event.fields.get("redacts"))


def reacted_to(event: Event) -> str | None:
    """The event that a reaction is to."""
    relation = event.content.get("m.relates_to") if event.type == "m.reaction" else None
    return storable(relation.get("event_id")) if isinstance(relation, dict) else None


def idle(event: Event) -> Fate:
    """Why nothing is to be done about an event that has a speaker."""
    carried = event.type in STATE | {"m.room.member", "m.room.redaction"} or event.type in MESSAGES
    return Fate.NOTHING if carried else Fate.KIND


def is_message(event: Event) -> bool:
    """Whether it may be a message that is copied."""
    return event.type in MESSAGES


def actions(event: Event, scene: Scene) -> list[Action]:
    """The actions that mirror one event, each needing the one before it; none where it does not cross."""
    if event.type == "m.room.member":
        return members.person(event, scene)
    if event.type in STATE:
        return state(event, scene)
    if event.type == "m.room.redaction":
        return _redaction(event, scene)
    copied = message(event, scene.rename)
    return _send(event, copied, scene) if copied is not None and event.id is not None else []


def _send(event: Event, copied: Message, scene: Scene) -> list[Action]:
    ghost = scene.ghost
    # A name differs from room to room, a ghost has one: it is given here once, and follows membership events after.
    named = [] if ghost.named is not None else [Name(ghost.user_id, ghost.name)]
    brought = [] if ghost.joined else [Join(ghost.user_id)]
    # Files come after: one that is refused must not keep the ghost out.
    files = [CopyMedia(scene.bot, scene.source, scene.reader, mxc) for mxc in copied.mxcs]
    content = {
        **shifted(dressed(copied.content, scene.dressing), len(named) + len(brought)),
        **scene.label,
        **scene.mark(),
    }
    return [*named, *brought, *files, Send(ghost.user_id, copied.type, content, scene.copy_of(event), scene.ts)]


def _redaction(event: Event, scene: Scene) -> list[Action]:
    """Its author takes a message back as the ghost; a moderator of its own side through our bot, or where the bot may
    not, through the ghost that sent the copy."""
    target, author = redacted(event), scene.redacted_author
    if target is None or author is None:
        return []
    by_author = author == event.sender and scene.ghost.joined
    acting, or_as = (scene.ghost.user_id, None) if by_author else (scene.bot, scene.rename(author))
    return [Redact(acting, target, members.reason(event), scene.copy_of(event), or_as)]
