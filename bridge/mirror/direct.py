"""Direct chats across the bridge: who invites a ghost into a direct chat calls the person behind it. The ghost comes
in, and stands in that room for our bot; a room is made at that person's home, where the caller's ghost invites them.
"""

import hashlib
from collections.abc import Sequence

from bridge.actions import Action, CreateRoom, Enter, Name, SetMember
from bridge.customs import Customs
from bridge.mirror.declare import BOT_NAME
from bridge.mirror.speaker import readable
from bridge.model import Entry, Event, HomeserverName, Room, UserId, server_of, user_id
from bridge.origin import Origin
from bridge.seal import Hashes, Kek
from bridge.store import direct, history, links, outbox, people
from bridge.store.database import Connection
from bridge.store.direct import Call
from bridge.store.links import Endpoint


def call(event: Event, room: Room, customs: Customs) -> tuple[UserId, UserId] | None:
    """The caller and the ghost that they call by this event, if it is a call. Pure.

    Both people must be of homeservers that we serve: who is federated from elsewhere calls nobody.
    """
    ghost, caller = user_id(event.state_key), event.sender
    if event.membership != "invite" or event.content.get("is_direct") is not True or ghost is None or caller is None:
        return None
    served = server_of(caller) in customs.organisations and not customs.ours(caller, room.homeserver)
    return (caller, ghost) if served and customs.is_ghost(ghost, room.homeserver) else None


def may_be_called(callee: UserId, caller: UserId, room: Room, customs: Customs) -> bool:
    """Whether a person is at home on another homeserver that we serve, and is nobody of ours. Pure."""
    home = HomeserverName(server_of(callee))
    elsewhere = home not in (server_of(caller), room.homeserver)
    return home in customs.organisations and elsewhere and not customs.ours(callee, home)


def name_of(call: Call, room_id: str) -> str:
    """The link's name: no name of a person, and none that the configuration could give."""
    people = "\0".join(sorted((call.caller, call.callee)))
    digest = hashlib.sha256(f"{people}\0{room_id}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"direct:{digest[:24]}"


class DirectChats:
    """Opens direct chats, inside a step of the mirror."""

    def __init__(self, customs: Customs, hashes: Hashes) -> None:
        self._customs = customs
        self._hashes = hashes

    async def open(self, connection: Connection, room: Room, entries: Sequence[Entry], kek: Kek) -> Endpoint | None:
        """The end that an unlinked room becomes, where somebody calls in it; None where nobody does."""
        for entry in entries if self._customs.direct_chats else ():
            called = call(entry.event, room, self._customs)
            callee = await self._behind(connection, room, called[1]) if called is not None else None
            if called is None or callee is None:
                continue
            if may_be_called(callee, called[0], room, self._customs):
                return await self._open(connection, room, kek, Call(called[0], callee), called[1])
        return None

    async def _behind(self, connection: Connection, room: Room, ghost: UserId) -> UserId | None:
        """Whose ghost this is, also where it never acted; nobody's, where the id is not the one that we would give."""
        if (known := await people.person_behind(connection, room.homeserver, ghost)) is not None:
            return known
        person = self._customs.stranger(ghost)
        return person if person is not None and self._customs.ghost_of(person, room.homeserver) == ghost else None

    async def _open(self, connection: Connection, room: Room, kek: Kek, call: Call, ghost: UserId) -> Endpoint:
        here = await links.declare_endpoint(connection, room.homeserver, room.room_id)
        there = await links.new_endpoint(connection, server_of(call.callee))
        name = name_of(call, room.room_id)
        await direct.declare(connection, name, here, there, call, ghost)
        await history.want(connection, here, None)  # what was said before the ghost came in is part of the chat
        await self._enter(connection, kek, here, call.callee, ghost)
        bot = self._customs.bot_on(there.homeserver)
        alias = f"{self._customs.prefix}{name.replace(':', '.')}"
        made: list[Action] = [Name(bot, BOT_NAME), CreateRoom(bot, alias, "", kind="direct")]
        await outbox.put(connection, kek, there.lane, f"direct:{there.ref}", made)
        opened = await links.endpoint_of(connection, room.homeserver, room.room_id)
        assert opened is not None, "an endpoint that was just made is there"
        return opened

    async def _enter(self, connection: Connection, kek: Kek, here: Endpoint, person: UserId, ghost: UserId) -> None:
        """The ghost follows the invitation; it has a name from before, or gets one that its person's own replaces."""
        standing = await people.standing(connection, here.homeserver, person, here.ref)
        if standing is None:
            standing = await people.make_ghost(connection, here.homeserver, person, ghost)
        origin = Origin(person, "", (), readable(person, None), self._customs.organisation(person), None)
        name = self._customs.ghost_name(origin)
        named: list[Action] = [] if standing.name_mac is not None else [Name(ghost, name)]
        orders = await outbox.put(connection, kek, here.lane, f"direct:{here.ref}", [*named, Enter(ghost)])
        if named:
            await people.set_name(connection, here.homeserver, person, self._hashes.mac_of(name), orders[0])
        await people.set_joined(connection, here.homeserver, person, here.ref, orders[-1])

    async def heed(self, connection: Connection, kek: Kek, here: Endpoint, event: Event) -> None:
        """What a membership event in the caller's room means for the call itself."""
        if here.keeper is None:
            return
        if event.membership == "join":
            await self._invite(connection, kek, here, event)
        elif event.state_key == here.keeper and event.was == "invite" and event.sender != here.keeper:
            await direct.take_back(connection, here.ref)

    async def _invite(self, connection: Connection, kek: Kek, here: Endpoint, event: Event) -> None:
        """When the caller's ghost was asked to come in, it invites the callee: what a client shows is who calls."""
        found = await direct.unanswered(connection, here.ref)
        if found is None or found[0].caller != event.state_key:
            return
        call, there = found
        home = HomeserverName(server_of(call.callee))
        standing = await people.standing(connection, home, call.caller, there)
        if standing is None or standing.joined_by is None:
            return
        invitation = SetMember(standing.user_id, call.callee, "invite", direct=True)
        cause, lane = f"call:{here.ref}", outbox.Lane(there, home)
        [order] = await outbox.put(connection, kek, lane, cause, [invitation], [standing.joined_by])
        await direct.called(connection, here.ref, order)
