"""What is to be done on the other side because of one event: pure functions of the event and of what is known. No I/O,
no clock, no state. Each family of events has its file in `kinds`.
"""

from collections.abc import Sequence

from bridge.mirror.kinds import members
from bridge.mirror.kinds.messages import Message, message
from bridge.mirror.kinds.state import state
from bridge.mirror.scene import Scene
from bridge.model import Action, CopyMedia, Enter, Event, Join, Name, Redact, Send, UserId, storable
from bridge.notices import LINKED, notice
from bridge.references import shifted

STATE = frozenset({
    "m.room.name", "m.room.topic", "m.room.avatar", "m.room.pinned_events", "m.room.history_visibility",
    "m.room.power_levels",
})  # fmt: skip


def entrance(event: Event, bot: UserId) -> list[Action]:
    """What an invitation of the bot into one of its rooms leads to."""
    invited = event.membership == "invite" and event.state_key == bot
    return [Enter(bot)] if invited else []


def greeting(event: Event, bot: UserId, organisations: Sequence[str]) -> list[Action]:
    """What the bot says when it has come into a linked room: with whom it is linked."""
    came = event.membership == "join" and event.state_key == bot == event.sender and event.was != "join"
    said = notice(LINKED, organisation=", ".join(organisations))
    return [Send(bot, "m.room.message", said)] if came and organisations else []


def redacted(event: Event) -> str | None:
    """The event that a redaction takes back: in the content since room version 11, beside it before."""
    if event.type != "m.room.redaction":
        return None
    return storable(event.content.get("redacts")) or storable(event.fields.get("redacts"))


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
    content = {**shifted(copied.content, len(named) + len(brought)), **scene.mark()}
    return [*named, *brought, *files, Send(ghost.user_id, copied.type, content, scene.copy_of(event), scene.ts)]


def _redaction(event: Event, scene: Scene) -> list[Action]:
    """Its author takes a message back as the ghost, a moderator of its own side through our bot."""
    target = redacted(event)
    if target is None or scene.redacted_by_author is None:
        return []
    acting = scene.ghost.user_id if scene.redacted_by_author and scene.ghost.joined else scene.bot
    return [Redact(acting, target, members.reason(event), scene.copy_of(event))]
