"""One thing that people do in the scenario `mirror`, and the sentence that must then be true on the other side; it is
done from each side of the link to the other.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bridge.lab.child import LabError, until
from bridge.lab.client import Client, Seen
from bridge.lab.site import Side

ORIGIN = "in.setu.origin"
"""The key of the mark by which each copy says what it is a copy of."""
OURS = "in.setu."


class Wrong(Exception):
    """What was seen is not what should be; the text says in which way."""


@dataclass(frozen=True)
class Way:
    """From one side of a link to the other."""

    source: Side
    target: Side
    patience_seconds: float
    guest: Client
    """A third person of the source's, who is in the room only now and then."""
    guest_name: str

    @property
    def writer(self) -> Client:
        """Who writes, and moderates the source's room."""
        return self.source.people[0]

    @property
    def colleague(self) -> Client:
        return self.source.people[1]

    @property
    def reader(self) -> Client:
        """Who sees what arrives, and moderates the target's room."""
        return self.target.people[0]

    @property
    def bot(self) -> str:
        """Setu's own account on the target's homeserver."""
        return self.target.homeserver.bot

    @property
    def ghost(self) -> str:
        """The guest's ghost on the target's homeserver ."""
        localpart, _, server = self.guest.user_id[1:].partition(":")
        return f"@_setu_{server}_{localpart}:{self.target.homeserver.name}"

    @property
    def back(self) -> "Way":
        """The other way."""
        return replace(self, source=self.target, target=self.source)

    async def write(self, content: Mapping[str, Any], kind: str = "m.room.message") -> str:
        """The writer sends an event; its id."""
        return await self.writer.send(self.source.room, kind, content)

    async def say(self, text: str) -> str:
        return await self.writer.say(self.source.room, text)

    async def copy_of(self, event_id: str) -> Mapping[str, Any]:
        """The copy of an event in the other room.

        Raises:
            LabError: none came in time.
        """
        return await self.seen(lambda seen: original(seen.event) == event_id, "copy")

    async def seen(self, wanted: Callable[[Seen], bool], what: str) -> Mapping[str, Any]:
        """The first event of the other room that is wanted."""
        return (await self.reader.wait_for(self.target.room, wanted, self.patience_seconds, what)).event

    async def carried(self, content: Mapping[str, Any], kind: str = "m.room.message") -> Mapping[str, Any]:
        """Sends an event and gives its copy's content, which holds the same but for the files' places."""
        copy = await self.copy_of(await self.write(content, kind))
        same(copy["type"], kind, "the type")
        contents_equal(copy["content"], content)
        return dict(copy["content"])

    async def becomes(self, ask: Callable[[], Awaitable[Any]], wanted: object, what: str) -> None:
        """Asks until the answer is the wanted one.

        Raises:
            Wrong: it is another still when patience ends.
        """
        answers: list[Any] = [None]

        async def so() -> bool:
            answers[0] = await ask()
            return bool(answers[0] == wanted)

        if not await until(so, self.patience_seconds):
            same(answers[0], wanted, what)


@dataclass(frozen=True)
class Step:
    """The deed, by name, and what it shows."""

    name: str
    text: str
    do: Callable[[Way], Awaitable[None]]

    async def outcome(self, way: Way) -> str:
        """What went wrong on this way; empty where nothing did."""
        try:
            await self.do(way)
        except (Wrong, LabError) as wrong:
            return f"to {way.target.homeserver.name}: {wrong}"
        return ""


def original(event: Mapping[str, Any]) -> str | None:
    """The id of the event whose copy this is."""
    mark = event["content"].get(ORIGIN)
    return mark.get("event_id") if isinstance(mark, dict) else None


def answered(event: Mapping[str, Any]) -> str | None:
    """The event that a reply answers."""
    relation = event["content"].get("m.relates_to")
    reply = relation.get("m.in_reply_to") if isinstance(relation, dict) else None
    return reply.get("event_id") if isinstance(reply, dict) else None


def same(seen: object, wanted: object, what: str) -> None:
    """Raises Wrong where what was seen is not what was wanted."""
    if seen != wanted:
        raise Wrong(f"{what} is {seen!r}, not {wanted!r}")


PLACES = frozenset({"url", "thumbnail_url"})
"""Keys under which an mxc address stands, which is another on each homeserver."""


def contents_equal(copied: Mapping[str, Any], written: Mapping[str, Any]) -> None:
    """Raises Wrong where a copy lacks something, changes it, or holds more than its marks."""
    ours = {key for key in copied if key.startswith(OURS)}
    for key in sorted(copied.keys() | written.keys() - ours):
        if key not in ours:
            same(_placeless(copied.get(key), key), _placeless(written.get(key), key), key)


def _placeless(value: Any, key: str) -> Any:
    if key in PLACES:
        return isinstance(value, str) and value.startswith("mxc://")
    return {name: _placeless(item, name) for name, item in value.items()} if isinstance(value, dict) else value
