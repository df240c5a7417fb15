"""One command that is being heard: where, from whom, and how it is answered, each time the same way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge.actions import Send
from bridge.commands.authorise import Place
from bridge.commands.parse import Command
from bridge.customs import Customs
from bridge.model import Room, UserId
from bridge.seal import Kek
from bridge.store import outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint

Content = Mapping[str, Any]


@dataclass(frozen=True)
class Hearing:
    """A command that was allowed, in the transaction of its follower's step."""

    connection: Connection
    room: Room
    here: Endpoint
    event_id: str
    sender: UserId
    pos: int
    place: Place
    command: Command
    kek: Kek
    customs: Customs

    @property
    def cause(self) -> str:
        return f"command:{self.room.homeserver}:{self.room.room_id}:{self.event_id}"

    async def answer(self, content: Content) -> None:
        """A reply that mentions the sender alone."""
        reply = {"m.mentions": {"user_ids": [self.sender]}, "m.relates_to": _in_reply_to(self.event_id)}
        await self._say(self.here, "answer", {**content, **reply})

    async def say(self, end: Endpoint, content: Content) -> None:
        """What another room is told because of it, once."""
        await self._say(end, f"says:{end.ref}", content)

    async def _say(self, end: Endpoint, what: str, content: Content) -> None:
        bot = self.customs.bot_on(end.homeserver)
        cause = f"{self.cause}:{what}"
        await outbox.put(self.connection, self.kek, end.lane, cause, [Send(bot, "m.room.message", content)])


def _in_reply_to(event_id: str) -> Content:
    return {"m.in_reply_to": {"event_id": event_id}}
