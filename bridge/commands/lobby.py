"""The comings and goings of the bots other than the one that makes and joins rooms: they sit where that one sits, and
anybody may begin a direct chat with them. Elsewhere they are not to be had.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.actions import Action, Enter, Join, Leave, Name
from bridge.commands.house import House
from bridge.commands.parse import is_live
from bridge.model import Entry, Event, Room, UserId, server_of
from bridge.private import Account
from bridge.saying import Saying
from bridge.store import bots_in, links, outbox, private_chats
from bridge.store.database import Connection
from bridge.store.links import Endpoint


@dataclass(frozen=True)
class Lobby:
    """Of every room."""

    house: House
    bots: Mapping[str, Account]
    """By the local part."""

    async def entry(self, connection: Connection, room: Room, entry: Entry) -> None:
        """What a membership event of a bot, or of who talks with one, leads to."""
        event = entry.event
        if event.type != "m.room.member" or event.state_key is None or not (is_live(entry) or entry.source == "state"):
            return
        localpart, _, server = event.state_key[1:].partition(":")
        bot = self.bots.get(localpart) if server == room.homeserver and event.state_key.startswith("@") else None
        if bot is None:
            await self._person(connection, room, event)
        elif event.membership == "invite" and is_live(entry):
            await self._invited(connection, room, event, bot)
        elif event.membership in ("join", "leave", "ban"):
            await self._moved(connection, room, event, bot)

    async def _person(self, connection: Connection, room: Room, event: Event) -> None:
        """Whoever leaves the chat with a bot is gone from it until they come again."""
        if event.membership not in ("join", "leave", "ban"):
            return
        end = await links.endpoint_of(connection, room.homeserver, room.room_id)
        alone = await private_chats.at(connection, end.ref) if end is not None else None
        if alone is not None and alone.person == event.state_key:
            await private_chats.note_gone(connection, alone, event.membership != "join")

    async def _moved(self, connection: Connection, room: Room, event: Event, bot: Account) -> None:
        end = await links.endpoint_of(connection, room.homeserver, room.room_id)
        if end is not None:
            await bots_in.note(connection, end.ref, bot.localpart, event.membership == "join")

    async def _invited(self, connection: Connection, room: Room, event: Event, bot: Account) -> None:
        sender, account = event.sender, bot.on(room.homeserver)
        if sender is None or self.house.customs.ours(sender, room.homeserver):
            return
        end = await links.endpoint_of(connection, room.homeserver, room.room_id)
        if end is not None and end.state == "open":
            await self._order(connection, room, end, event, Name(account, bot.name), Join(account, ghost=False))
        elif event.content.get("is_direct") is True and end is None and self._is_for(sender, room):
            end = await links.declare_endpoint(connection, room.homeserver, room.room_id)
            await private_chats.begin(connection, bot.localpart, sender, end.ref)
            await self._order(connection, room, end, event, Name(account, bot.name), Enter(account))
        elif end is None:
            end = await links.declare_endpoint(connection, room.homeserver, room.room_id)
            await links.set_state(connection, end.ref, "left", Saying.of("declined-invitation"))
            await self._order(connection, room, end, event, Leave(account))

    def _is_for(self, sender: UserId, room: Room) -> bool:
        """Whether the bot of this homeserver hears the sender: a person of ours is heard at their own alone."""
        return server_of(sender) == room.homeserver or server_of(sender) not in self.house.customs.organisations

    async def _order(self, connection: Connection, room: Room, end: Endpoint, event: Event, *actions: Action) -> None:
        kek = await self.house.keyring.current(connection, room.ref)
        await outbox.put(connection, kek, end.lane, f"lobby:{end.ref}:{event.id}", list(actions))
