"""For each check of the scenario `mirror`, by its name, a Setu that does just that wrong."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any

from aiohttp import ClientResponse

from bots.retention import record
from bridge import notices
from bridge.actions import Action, Name, Redact, Send, SetAvatar, SetMember, SetPower, SetState
from bridge.gateway import media
from bridge.gateway.outcome import Outcome
from bridge.gateway.perform import Performer
from bridge.mirror import follower, plan
from bridge.mirror.follower import Mirror
from bridge.mirror.kinds.messages import Message, message
from bridge.mirror.kinds.people import Rename
from bridge.mirror.speaker import returns
from bridge.model import Event, UserId
from bridge.origin import Origin
from bridge.saying import Saying
from bridge.store.outbox import Order
from tests.faults.planting import Fault, orders, plant

Content = dict[str, Any]


def _copies(words: str, wrong: Callable[[Content], Content]) -> Fault:
    """The copy that holds these words is another one."""

    def otherwise(action: Action) -> Action | None:
        if not isinstance(action, Send) or words not in json.dumps(action.content, ensure_ascii=False):
            return action
        return replace(action, content=wrong(dict(action.content)))

    return orders(otherwise)


def _without(*keys: str) -> Callable[[Content], Content]:
    return lambda content: {key: value for key, value in content.items() if key not in keys}


def _with(**changed: Any) -> Callable[[Content], Content]:
    return lambda content: {**content, **changed}


def _in(key: str, wrong: Callable[[Content], Content]) -> Callable[[Content], Content]:
    return lambda content: {**content, key: wrong(dict(content[key]))}


def _states(kind: str, wrong: Callable[[Mapping[str, Any]], Content | None]) -> Fault:
    """State of this type is set to something else; None: it is not set."""

    def otherwise(action: Action) -> Action | None:
        if not isinstance(action, SetState) or action.type != kind:
            return action
        content = wrong(action.content)
        return None if content is None else replace(action, content=content)

    return orders(otherwise)


def _members(concerned: Callable[[SetMember], bool], *, lost: bool) -> Fault:
    """What befalls members is lost, or without its reason."""

    def otherwise(action: Action) -> Action | None:
        if not isinstance(action, SetMember) or not concerned(action):
            return action
        return None if lost else replace(action, reason=None)

    return orders(otherwise)


def _because(reason: str) -> Callable[[SetMember], bool]:
    return lambda action: (action.reason or "").startswith(reason)


def _redactions(reason: str | None, wrong: Callable[[Redact], Redact | None]) -> Fault:
    def otherwise(action: Action) -> Action | None:
        mine = isinstance(action, Redact) and (action.reason or "").partition(":")[0] == (reason or "")
        return wrong(action) if isinstance(action, Redact) and mine else action

    return orders(otherwise)


def _named(concerned: Callable[[str], bool], name: str | None) -> Fault:
    def otherwise(action: Action) -> Action | None:
        if not isinstance(action, Name) or not concerned(action.name):
            return action
        return None if name is None else replace(action, name=name)

    return orders(otherwise)


def _sticker(action: Action) -> Action:
    return replace(action, type="m.room.message") if isinstance(action, Send) and action.type == "m.sticker" else action


def _guests_picture(action: Action) -> Action | None:
    return None if isinstance(action, SetAvatar) and "guest." in action.as_user else action


def _uncapped(action: Action) -> Action:
    return replace(action, users=dict.fromkeys(action.users, 50)) if isinstance(action, SetPower) else action


def _unlisted() -> None:
    """A type that nobody listed crosses."""

    def anything(event: Event, rename: Rename) -> Message | None:
        unlisted = event.type == "lab.setu.unlisted"
        return Message("lab.setu.unlisted", dict(event.content)) if unlisted else message(event, rename)

    plant(plan, "message", anything)


def _everywhere() -> None:
    """A copy that is taken back takes the original with it."""
    author = Mirror._author

    async def anybody(*arguments: Any) -> UserId:
        return await author(*arguments) or UserId("@somebody:else")

    plant(Mirror, "_author", anybody)


def _bent() -> None:
    """A PDF is not what it was."""
    read = media.Chunks.read

    async def bent(chunks: media.Chunks) -> AsyncIterator[bytes]:
        file: ClientResponse = chunks._file
        async for chunk in read(chunks):
            yield bytes(255 - byte for byte in chunk) if file.content_type == "application/pdf" else chunk

    plant(media.Chunks, "read", bent)


def _curt() -> None:
    """Nobody is told what was too much."""
    plant(notices, "why", lambda reason: Saying.of("why-unknown"))


def _echo() -> None:
    """A notice is copied back once."""

    def once(event: Event, origin: Origin, target: str | None) -> bool:
        notice = (event.text("body") or "").startswith("notice:")
        return returns(event, origin, target) and not (notice and len(origin.via) == 2)

    plant(follower, "returns", once)


def _twice() -> None:
    """Text is sent again, under another transaction id."""
    perform = Performer.perform

    async def twice(performer: Performer, order: Order) -> Outcome:
        outcome = await perform(performer, order)
        if isinstance(order.action, Send) and str(order.action.content.get("body")).startswith("text:"):
            await perform(performer, replace(order, cause=f"{order.cause} again"))
        return outcome

    plant(Performer, "perform", twice)


def _unrecorded() -> None:
    """The retention bot reads, and writes nothing."""

    async def nothing(*_: Any) -> None:
        return None

    plant(record, "write", nothing)


FAULTS: Mapping[str, Fault] = {
    "text": _copies("text: पुल", lambda content: {**content, "body": content["body"].replace("\n", " ")}),
    "formatted": _copies("formatted: ₹", _without("format", "formatted_body")),
    "notice": _copies("notice: the", _with(msgtype="m.text")),
    "emote": _copies("emote: signs", _with(msgtype="m.text")),
    "location": _copies("location: km", _with(geo_uri="geo:0,0")),
    "beacon": _copies('"body": "geo:', _with(geo_uri="geo:0,0")),
    "mention": _copies('"body": "mention"', _with(**{"m.mentions": {}})),
    "poll": _copies("m.selections", _with(**{"m.selections": ["no"]})),
    "poll_unstable": _copies("msc3381.poll.end", _without("m.relates_to")),
    "unknown": _unlisted,
    "reply": _copies("reply: so it is", _without("m.relates_to")),
    "reply_to_copy": _copies("reply to a copy: well", _without("m.relates_to")),
    "thread": _copies("thread: its first answer", _in("m.relates_to", _without("rel_type"))),
    "edit": _copies("edit: at 14:00", _in("m.new_content", _with(body="edit: at 15:00"))),
    "edit_again": _copies("edited twice: 3", _in("m.new_content", _with(body="edited twice: 4"))),
    "reaction": _copies("👍", _in("m.relates_to", _with(key="👎"))),
    "unreaction": _redactions(None, lambda action: None),
    "redaction": _redactions("redaction", lambda action: replace(action, reason=None)),
    "moderation": _redactions("moderation", lambda action: None),
    "local_moderation": _everywhere,
    "image": _copies("image.png", lambda content: {**content, "url": content["info"]["thumbnail_url"]}),
    "file": _bent,
    "audio": _copies("audio.ogg", _in("info", _without("duration"))),
    "voice": _copies("voice.ogg", _without("org.matrix.msc3245.voice")),
    "video": _copies("video.mp4", _in("info", _without("thumbnail_url"))),
    "sticker": orders(_sticker),
    "caption": _copies("caption: the", _without("filename")),
    "encrypted": _copies("encrypted.pdf", _in("file", _without("hashes"))),
    "too_large": _curt,
    "join": _named(lambda name: name.startswith("Neha") and "IAS" not in name, "Somebody"),
    "rename": _named(lambda name: "IAS" in name, None),
    "picture": orders(_guests_picture),
    "leave": _members(lambda action: action.as_user == action.user_id, lost=True),
    "kick": _members(_because("kick:"), lost=False),
    "invitation": _members(lambda action: action.membership == "invite", lost=True),
    "removal": _members(_because("removal:"), lost=True),
    "ban": _members(_because("ban:"), lost=False),
    "unban": _members(lambda action: action.membership == "unban", lost=True),
    "name": _states("m.room.name", lambda content: {"name": content["name"].upper()}),
    "topic": _states("m.room.topic", lambda content: {"topic": ""}),
    "avatar": _states("m.room.avatar", lambda content: None),
    "pins": _states("m.room.pinned_events", lambda content: {"pinned": content["pinned"][::-1]}),
    "visibility": _states("m.room.history_visibility", lambda content: None),
    "powers": orders(_uncapped),
    "back": _echo,
    "once": _twice,
    "record": _unrecorded,
}
