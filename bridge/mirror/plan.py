"""What is to be done on the other side because of one event: pure functions of the event and of what is known. No I/O,
no clock, no state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.model import Action, CopyOf, Enter, Event, Join, Name, RoomRef, Send, UserId
from bridge.notices import LINKED, notice
from bridge.origin import MARK, Origin, Signer

TEXTS = frozenset({"m.text", "m.notice", "m.emote"})
"""Kinds of `m.room.message` that are nothing but text (Client-Server API, "m.room.message msgtypes")."""

CARRIED = ("msgtype", "body", "format", "formatted_body")


@dataclass(frozen=True)
class Ghost:
    """How a person stands on the other side, and what has been asked for already."""

    user_id: UserId
    name: str = field(repr=False)
    """What it should be called."""
    named: bool | None
    """Whether it is called so; None where it has no name yet."""
    joined: bool


def subject(event: Event) -> UserId | None:
    """Whose doing the event is, where it is one that the mirror looks at."""
    if event.type == "m.room.member":
        return event.sender if event.sender == event.state_key and event.membership == "join" else None
    return event.sender if text_content(event) is not None else None


def entrance(event: Event, bot: UserId) -> list[Action]:
    """What an invitation of the bot into one of its rooms leads to."""
    invited = event.membership == "invite" and event.state_key == bot
    return [Enter(bot)] if invited else []


def greeting(event: Event, bot: UserId, organisations: Sequence[str]) -> list[Action]:
    """What the bot says when it has come into a linked room: with whom it is linked."""
    came = event.membership == "join" and event.state_key == bot == event.sender and event.was != "join"
    said = notice(LINKED, organisation=", ".join(organisations))
    return [Send(bot, "m.room.message", said)] if came and organisations else []


def actions(event: Event, room: RoomRef, origin: Origin, ghost: Ghost, signer: Signer) -> list[Action]:
    """The actions that mirror one event, each needing the one before it."""
    if event.type == "m.room.member":
        return [Name(ghost.user_id, ghost.name)] if ghost.named is False else []
    content = text_content(event)
    if content is None or event.id is None:
        return []
    brought = [] if ghost.joined else [Join(ghost.user_id)]
    # A name differs from room to room, a ghost has one: it is given here once, and follows membership events after.
    named = [] if ghost.named is not None else [Name(ghost.user_id, ghost.name)]
    marked = {**content, MARK: signer.mark(origin, ghost.user_id)}
    return [*named, *brought, Send(ghost.user_id, "m.room.message", marked, CopyOf(room, event.id))]


def text_content(event: Event) -> Mapping[str, Any] | None:
    """The content of a text message as it crosses; None where the event is no text message."""
    if event.type != "m.room.message" or event.state_key is not None:
        return None
    if event.text("msgtype") not in TEXTS or event.text("body") is None:
        return None
    return {key: event.text(key) for key in CARRIED if event.text(key) is not None}
