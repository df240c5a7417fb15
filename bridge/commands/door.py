"""The comings and goings of the bot that makes and joins rooms: whose invitation it follows, what it says where it has
come in, and what is done when somebody puts it out. Those of the other bots are `bridge.commands.lobby`'s.
"""

from dataclasses import dataclass

from bridge.actions import Action, Enter, FollowUpgrade, Leave, Name, Send
from bridge.commands.house import House
from bridge.commands.parse import is_live
from bridge.mirror import upgrade
from bridge.mirror.declare import BOT_NAME
from bridge.model import Entry, Event, Room, UserId
from bridge.saying import Saying
from bridge.store import alarms, linked, links, outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint


@dataclass(frozen=True)
class Door:
    """Of every room, whether or not Setu stands in it."""

    house: House

    async def entry(self, connection: Connection, room: Room, entry: Entry) -> None:
        """What a membership event of our bot leads to."""
        if not is_live(entry) and entry.source != "state":
            return
        event, bot = entry.event, self.house.customs.bot_on(room.homeserver)
        if event.type != "m.room.member" or event.state_key != bot or event.id is None:
            return
        # Of its own coming the bot may learn first from the state that it reads then.
        if event.membership == "join" and event.was != "join":
            await self._came(connection, room, event, bot)
        elif not is_live(entry):
            return
        elif event.membership == "invite":
            await self._invited(connection, room, event, bot)
        elif event.membership in ("leave", "ban") and event.sender != bot:
            await self._put_out(connection, room, event, bot)

    async def _invited(self, connection: Connection, room: Room, event: Event, bot: UserId) -> None:
        if await self._replaces(connection, room) or await self._comes_after(connection, room, event):
            return  # whoever follows the upgrade looks for this invitation
        end = await links.endpoint_of(connection, room.homeserver, room.room_id)
        welcome = event.sender is not None and event.sender in self.house.welcome
        if welcome or await self._is_expected(connection, room, end):
            end = end or await links.declare_endpoint(connection, room.homeserver, room.room_id)
            await self._order(connection, room, end, event, Name(bot, BOT_NAME), Enter(bot))
        elif event.sender is None or not self.house.customs.ours(event.sender, room.homeserver):
            await self._decline(connection, room, event, bot)

    async def _is_expected(self, connection: Connection, room: Room, end: Endpoint | None) -> bool:
        """Whether the configuration names the room: then it does not matter who invites."""
        if self.house.is_admin_room(room):
            return True
        return end is not None and await linked.in_configuration(connection, end.ref)

    async def _replaces(self, connection: Connection, room: Room) -> bool:
        """Whether one of our rooms says that this one replaces it, which is being looked into."""
        kind = FollowUpgrade.__name__
        for action in await outbox.actions_waiting(connection, self.house.keyring, room.homeserver, kind):
            if isinstance(action, FollowUpgrade) and action.replacement == room.room_id:
                return True
        return False

    async def _comes_after(self, connection: Connection, room: Room, event: Event) -> bool:
        """Whether the room says that it comes after one of ours: that one's tombstone may not have been read yet."""
        before = upgrade.predecessor(event)
        return before is not None and await links.endpoint_of(connection, room.homeserver, before) is not None

    async def _decline(self, connection: Connection, room: Room, event: Event, bot: UserId) -> None:
        end = await links.declare_endpoint(connection, room.homeserver, room.room_id)
        if end.state == "opening":  # it is new: one that was left keeps its reason
            await links.set_state(connection, end.ref, "left", Saying.of("declined-invitation"))
        what = Saying.of("declined", homeserver=room.homeserver, sender=event.sender or "", room=room.room_id)
        await alarms.raise_alarm(connection, f"declined:{room.homeserver}", what)
        await self._order(connection, room, end, event, Leave(bot))

    async def _came(self, connection: Connection, room: Room, event: Event, bot: UserId) -> None:
        end = await links.endpoint_of(connection, room.homeserver, room.room_id)
        if end is None:
            return
        await alarms.clear(connection, f"left:{end.ref}")
        if not self.house.is_admin_room(room) and not await linked.of(connection, end.ref) and not end.made:
            said = (await self.house.tongues.in_room(connection, end.ref)).notice("came-in")
            await self._order(connection, room, end, event, Send(bot, "m.room.message", said))

    async def _put_out(self, connection: Connection, room: Room, event: Event, bot: UserId) -> None:
        """An alarm, and one attempt to come in again: a public room lets it."""
        end = await links.endpoint_of(connection, room.homeserver, room.room_id)
        if end is None or event.was == "invite":
            return
        sender = event.sender or ""
        removed, banned = Saying.of("removed-by", sender=sender), Saying.of("banned-by", sender=sender)
        why = banned if event.membership == "ban" else removed
        await links.set_state(connection, end.ref, "left", why)
        if await linked.of(connection, end.ref) or self.house.is_admin_room(room):
            what = Saying.of("put-out", bot=bot, room=room.room_id, why=why)
            await alarms.raise_alarm(connection, f"left:{end.ref}", what)
            if event.membership == "leave":
                await self._order(connection, room, end, event, Enter(bot))

    async def _order(self, connection: Connection, room: Room, end: Endpoint, event: Event, *actions: Action) -> None:
        kek = await self.house.keyring.current(connection, room.ref)
        await outbox.put(connection, kek, end.lane, f"door:{end.ref}:{event.id}", list(actions))
