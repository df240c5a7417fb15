"""One command that is being heard: where, from whom, and how it is answered, each time the same way. The answer is in
the sender's language, what other rooms are told because of it is in theirs.
"""

from dataclasses import dataclass

from bridge.actions import Send
from bridge.customs import Customs
from bridge.model import Entry, Room, UserId
from bridge.notices import Content
from bridge.rights import Facts, Place
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint
from bridge.tongues import Tongues
from bridge.voice import Voice

__all__ = ["Content", "Hearing"]


@dataclass(frozen=True)
class Hearing:
    """A command that was allowed, in the transaction of its follower's step."""

    connection: Connection
    room: Room
    here: Endpoint
    entry: Entry
    event_id: str
    sender: UserId
    facts: Facts
    place: Place
    rest: str
    """What follows the verb on the command's line."""
    kek: Kek
    customs: Customs
    bot: UserId
    """Who answers in this room."""
    tongues: Tongues
    voice: Voice
    """The sender's, in this room: `obey` answers with `hearing.voice.notice(…)`."""

    @property
    def arguments(self) -> tuple[str, ...]:
        return tuple(self.rest.split())

    @property
    def name(self) -> str | None:
        """The first argument: of commands about a link, its name."""
        return self.arguments[0] if self.arguments else None

    @property
    def pos(self) -> int:
        return self.entry.pos

    @property
    def cause(self) -> str:
        return f"command:{self.room.homeserver}:{self.room.room_id}:{self.event_id}"

    async def answer(self, content: Content) -> None:
        """A reply that mentions the sender alone."""
        reply = {"m.mentions": {"user_ids": [self.sender]}, "m.relates_to": _in_reply_to(self.event_id)}
        await self._say(self.here, self.bot, "answer", {**content, **reply})

    async def say(self, end: Endpoint, what: Saying) -> None:
        """What another room is told because of it, once."""
        voice = await self.tongues.in_room(self.connection, end.ref)
        await self._say(end, self.customs.bot_on(end.homeserver), f"says:{end.ref}", voice.notice(what))

    async def _say(self, end: Endpoint, bot: UserId, what: str, content: Content) -> None:
        cause = f"{self.cause}:{what}"
        await outbox.put(self.connection, self.kek, end.lane, cause, [Send(bot, "m.room.message", content)])


def _in_reply_to(event_id: str) -> Content:
    return {"m.in_reply_to": {"event_id": event_id}}
