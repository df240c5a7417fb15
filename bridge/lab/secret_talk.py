"""What people say in the scenario `encrypted`, each piece of it a deed at one client and what must then be seen at
another, on the other side. The words are fresh in each run, so that they can be looked for wherever they must not
stand.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from bridge.lab.child import LabError
from bridge.lab.nio_client import NioClient
from bridge.lab.nio_seen import ENCRYPTED, NioSeen
from bridge.lab.site import LinkedRoom, Side

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
GHOST = "@_setu_"
SAID_AGAIN = 4
"""How often something is said to a device that has just come, which Setu hears of half a second later."""


class Unlike(Exception):
    """What was seen is not what should be; the text says in which way."""


@dataclass
class Talk:
    """Ravi of the department and Asha of the hub, in their rooms."""

    link: LinkedRoom
    ravi: NioClient
    asha: NioClient
    patience_seconds: float
    said: list[str] = field(default_factory=list)
    """All that was said, once each."""

    def words(self, text: str) -> str:
        """Words that nobody said before."""
        self.said.append(f"{text} {secrets.token_hex(8)}")
        return self.said[-1]

    async def read(self, reader: NioClient, side: Side, body: str, seconds: float | None = None) -> NioSeen:
        """How a reader sees these words. Raises LabError where they do not come."""
        seconds = self.patience_seconds if seconds is None else seconds
        return await reader.wait_for(side.room, lambda seen: seen.body == body, seconds, body)

    async def see(self, reader: NioClient, side: Side, wanted: Callable[[NioSeen], bool], what: str) -> NioSeen:
        """The first event that is wanted. Raises LabError where none comes."""
        return await reader.wait_for(side.room, wanted, self.patience_seconds, what)

    @property
    def there(self) -> Side:
        return self.link.hub

    @property
    def here(self) -> Side:
        return self.link.department

    async def copied(self, text: str) -> tuple[str, NioSeen]:
        """Ravi says it; the event, and its copy as Asha sees it."""
        words = self.words(text)
        return await self.ravi.say(self.here.room, words), await self.read(self.asha, self.there, words)


def _assert(held: bool, otherwise: str) -> None:
    if not held:
        raise Unlike(otherwise)


async def _there(talk: Talk) -> None:
    for n in range(5):
        _, copy = await talk.copied(f"there {n}: पुल 117/2 has moved")
        _assert(copy.was_encrypted, "the copy was not encrypted")
        _assert(copy.sender.startswith(GHOST) and "ravi" in copy.sender, f"the copy was sent by {copy.sender}")


async def _back(talk: Talk) -> None:
    for n in range(5):
        words = talk.words(f"back {n}: noted, मंज़ूर")
        await talk.asha.say(talk.there.room, words)
        copy = await talk.read(talk.ravi, talk.here, words)
        _assert(copy.was_encrypted, "the copy was not encrypted")
        _assert(copy.sender.startswith(GHOST) and "asha" in copy.sender, f"the copy was sent by {copy.sender}")


async def _reply(talk: Talk) -> None:
    asked, copy = await talk.copied("reply: how deep is the water?")
    words = talk.words("reply: two metres")
    await talk.asha.reply(talk.there.room, copy.event_id, words)
    answer = await talk.see(talk.ravi, talk.here, lambda seen: words in (seen.body or ""), words)
    _assert(_relation(answer).get("m.in_reply_to") == {"event_id": asked}, "it answers something else")


async def _edit(talk: Talk) -> None:
    event, copy = await talk.copied("edit: at 14:00")
    words = talk.words("edit: at 15:00")
    await talk.ravi.edit(talk.here.room, event, words)
    edit = await talk.see(talk.asha, talk.there, lambda seen: words in str(seen.content.get("m.new_content")), words)
    _assert(edit.was_encrypted and _relation(edit).get("event_id") == copy.event_id, "it changes something else")


async def _reaction(talk: Talk) -> None:
    event, copy = await talk.copied("reaction: agreed?")
    await talk.asha.react(talk.there.room, copy.event_id, "👍")
    seen = await talk.see(talk.ravi, talk.here, lambda one: one.event["type"] == "m.reaction", "a reaction")
    _assert(_relation(seen).get("event_id") == event, "it stands at something else")


async def _image(talk: Talk) -> None:
    name = talk.words("image")
    await talk.ravi.send_image(talk.here.room, name, PICTURE, "image/png")
    seen = await talk.see(talk.asha, talk.there, lambda one: one.content.get("msgtype") == "m.image", "an image")
    _assert("url" not in seen.content and "file" in seen.content, "it was uploaded in clear")
    _assert(await talk.asha.read_image(seen) == PICTURE, "it is another picture")


async def _taken_back(talk: Talk) -> None:
    event, copy = await talk.copied("taken back: forget it")
    await talk.ravi.redact(talk.here.room, event)

    def gone(seen: NioSeen) -> bool:
        target = seen.event.get("redacts") or seen.content.get("redacts")
        return seen.event["type"] == "m.room.redaction" and target == copy.event_id

    await talk.see(talk.asha, talk.there, gone, f"a redaction of {copy.event_id}")


def _relation(seen: NioSeen) -> Mapping[str, object]:
    relation = seen.content.get("m.relates_to")
    return relation if isinstance(relation, dict) else {}


Deed = Callable[[Talk], Awaitable[None]]

DEEDS: Mapping[str, tuple[str, Deed]] = {
    "there": (
        "what is said in the department is read on the hub, encrypted, under its author's name",
        _there,
    ),
    "back": ("what is said on the hub is read in the department, encrypted, under its author's name", _back),
    "reply": ("a reply answers the message that it answered", _reply),
    "edit": ("an edit changes the copy, and is encrypted", _edit),
    "reaction": ("a reaction stands at the message whose copy it was given to", _reaction),
    "image": ("an encrypted picture arrives whole, and only its ciphertext was uploaded", _image),
    "taken_back": ("what its author takes back is taken back on the other side", _taken_back),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""


async def heard_from_now_on(talk: Talk, reader: NioClient, side: Side) -> None:
    """A device that has just come reads what is said across from the moment on in which Setu has heard of it."""
    across = talk.link.across(side)
    speaker = talk.ravi if across is talk.here else talk.asha
    for _ in range(SAID_AGAIN):
        words = talk.words("from now on")
        await speaker.say(across.room, words)
        with suppress(LabError):
            copy = await talk.read(reader, side, words, talk.patience_seconds / SAID_AGAIN)
            _assert(copy.was_encrypted, "the copy was not encrypted")
            return
    raise Unlike(f"nothing was read of what was said {SAID_AGAIN} times")


def is_readable(event: Mapping[str, object], words: str) -> bool:
    """Whether words stand in an event as a homeserver has it."""
    return event.get("type") != ENCRYPTED and words in str(event.get("content"))
