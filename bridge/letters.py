"""What a bot says to single people: in its direct chat with them, else in the room, in a message that mentions only
them; and how a bot that speaks in a room comes into it.
"""

from dataclasses import dataclass

from bridge import private
from bridge.actions import Action, Join, Name, Send
from bridge.customs import Customs
from bridge.model import HomeserverName, UserId
from bridge.notices import Content
from bridge.private import Account
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import bots_in, outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint
from bridge.tongues import Tongues

NOTHING: Content = {}


@dataclass(frozen=True)
class Letters:
    """Of one bot."""

    account: Account
    customs: Customs
    tongues: Tongues

    async def tell(
        self, connection: Connection, kek: Kek, end: Endpoint, person: UserId, cause: str, what: Saying,
        *, privately: bool = True, beside: Content = NOTHING,
    ) -> None:  # fmt: skip
        """Tells one person something about the room of an end, in which they are; `beside` goes into the content."""
        voice = await self.tongues.to_person(connection, person, end.ref)
        said = {**to(person, voice.notice(what)), **beside}
        chat = None
        if privately:
            chat = await private.chat(connection, kek, self.customs, self.account, person, end.homeserver)
        if chat is not None:
            await private.say(connection, kek, self.account, chat, cause, said)
        else:
            await self.say(connection, kek, end, cause, said)

    async def alone(
        self, connection: Connection, kek: Kek, end: Endpoint, person: UserId, cause: str, what: Saying,
        beside: Content = NOTHING,
    ) -> None:  # fmt: skip
        """Tells one person something about the room of an end that nobody else there may learn: in the bot's chat with
        them, and nothing where they have left it.
        """
        chat = await private.chat(connection, kek, self.customs, self.account, person, end.homeserver)
        if chat is not None:
            voice = await self.tongues.to_person(connection, person, end.ref)
            await private.say(connection, kek, self.account, chat, cause, {**to(person, voice.notice(what)), **beside})

    async def to_chat(
        self, connection: Connection, kek: Kek, met: HomeserverName, person: UserId, cause: str, what: Saying
    ) -> None:
        """Tells one person something in the bot's chat with them, and nothing where they have left it."""
        chat = await private.chat(connection, kek, self.customs, self.account, person, met)
        if chat is not None:
            voice = await self.tongues.to_person(connection, person, chat.ref)
            await private.say(connection, kek, self.account, chat, cause, to(person, voice.notice(what)))

    async def tell_room(
        self, connection: Connection, kek: Kek, end: Endpoint, cause: str, what: Saying, beside: Content = NOTHING
    ) -> None:
        """Tells all in the room of an end; `beside` goes into the content."""
        voice = await self.tongues.in_room(connection, end.ref)
        await self.say(connection, kek, end, cause, {**voice.notice(what), **beside})

    async def say(self, connection: Connection, kek: Kek, end: Endpoint, cause: str, said: Content) -> None:
        """Says it in the room of an end, once for this cause."""
        bot = await self.sit(connection, kek, end)
        await outbox.put(connection, kek, end.lane, cause, [Send(bot, "m.room.message", said)])

    async def sit(self, connection: Connection, kek: Kek, end: Endpoint) -> UserId:
        """Has the bot come into the room where it is not, and gives who speaks for it meanwhile."""
        localpart, account = self.account.localpart, self.account.on(end.homeserver)
        if end.keeper is None and not await bots_in.sits(connection, end.ref, localpart):
            cause = f"{localpart}:sits:{end.ref}"
            if not await outbox.has(connection, f"{cause}#0"):
                come: list[Action] = [Name(account, self.account.name), Join(account, ghost=False)]
                await outbox.put(connection, kek, end.lane, cause, come)
        return await private.voice(connection, self.customs, localpart, end)


def to(person: UserId, said: Content) -> Content:
    """Mentions only them."""
    return {**said, "m.mentions": {"user_ids": [person]}}
