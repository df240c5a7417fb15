"""Does one order: one function for each kind of action, each saying how it is repeated safely. What a homeserver
answers becomes an `Outcome`; nothing is raised but failures of our own database.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mautrix.api import Method

from bridge.gateway import events, media, members, outcome, rooms
from bridge.gateway.accounts import Accounts
from bridge.gateway.homeserver import Acting, Homeserver, Refused, path
from bridge.gateway.outcome import Dead, Done, Outcome
from bridge.gateway.read_back import read_back
from bridge.model import (
    CopyMedia,
    CreateRoom,
    Enter,
    HomeserverName,
    Join,
    Name,
    ReadBack,
    Redact,
    Send,
    SetAvatar,
    SetMember,
    SetPower,
    SetState,
    UserId,
)  # fmt: skip
from bridge.store import links, outbox
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.outbox import Order


@dataclass(frozen=True)
class Side:
    """One homeserver, with our accounts and our bot there."""

    homeserver: Homeserver
    accounts: Accounts
    bot: UserId


class Performer:
    """Does orders on one homeserver."""

    def __init__(self, side: Side, sides: Mapping[HomeserverName, Side], pool: Pool, journal: Journal) -> None:
        self._side = side
        self._sides = sides
        self._pool = pool
        self._journal = journal

    async def perform(self, order: Order) -> Outcome:
        """One attempt.

        Raises:
            What `bridge.store.database.GROUND` names: our own database is away.
        """
        try:
            acting = await self._side.accounts.ready(order.action.as_user)
            return await self._do(order, acting)
        except outcome.PASSING as failure:
            return outcome.of_failure(failure)

    async def _do(self, order: Order, acting: Acting) -> Outcome:
        match order.action:
            case Name() as action:
                return await self._name(acting, action)
            case SetAvatar() as action:
                return await self._avatar(order, acting, action)
            case CreateRoom() as action:
                return await self._create(order, acting, action)
            case CopyMedia() as action:
                return await self._copy_media(order, acting, action)
            case _ if order.room_id is None:
                return Dead("the room of this endpoint was never made")
            case Send() as action:
                return await events.send(self._side.homeserver, self._pool, order, order.room_id, acting, action)
            case Redact() as action:
                return await events.redact(self._side.homeserver, self._pool, order, order.room_id, acting, action)
            case Join():
                return await rooms.bring_in(self._side.homeserver, await self._bot(), acting, order.room_id)
            case SetMember() as action:
                bot = await self._bot()
                return await members.set_member(self._side.homeserver, bot, acting, order.room_id, action)
            case SetPower() as action:
                return await members.set_power(self._side.homeserver, acting, order.room_id, action.users)
            case SetState() as action:
                return await self._set_state(order, order.room_id, acting, action)
            case Enter():
                return await self._enter(order, order.room_id, acting)
            case ReadBack():
                return Done(str(await read_back(self._side.homeserver, acting, order.room_id, self._journal)))
            case unknown:
                return Dead(f"this version does not know the action {type(unknown).__name__}")

    async def _bot(self) -> Acting:
        return await self._side.accounts.ready(self._side.bot)

    async def _set_state(self, order: Order, room_id: str, acting: Acting, action: SetState) -> Outcome:
        """A put: the same content again changes nothing."""
        content = await events.filled(self._pool, order, action.origin, action.content)
        address = path("v3", "rooms", room_id, "state", action.type, action.state_key)
        return Done(str((await self._side.homeserver.call(Method.PUT, address, acting, content))["event_id"]))

    async def _name(self, acting: Acting, action: Name) -> Outcome:
        """A put: repeatable as it is."""
        address = path("v3", "profile", acting.user_id, "displayname")
        await self._side.homeserver.call(Method.PUT, address, acting, {"displayname": action.name})
        return Done()

    async def _avatar(self, order: Order, acting: Acting, action: SetAvatar) -> Outcome:
        """A put: repeatable as it is."""
        content = await events.filled(self._pool, order, None, {"avatar_url": action.mxc})
        await self._side.homeserver.call(
            Method.PUT, path("v3", "profile", acting.user_id, "avatar_url"), acting, content
        )
        return Done()

    async def _create(self, order: Order, acting: Acting, action: CreateRoom) -> Outcome:
        """By its alias: a room that has it was made by an earlier attempt."""
        room_id = await rooms.create(self._side.homeserver, acting, action)
        async with self._pool.acquire() as connection, connection.transaction():
            await links.set_room(connection, order.lane, room_id)
        await rooms.read_state(self._side.homeserver, acting, room_id, self._journal)
        return Done(room_id)

    async def _enter(self, order: Order, room_id: str, acting: Acting) -> Outcome:
        """Joining twice is joining once. Who is not invited stays out, and waits for the invitation."""
        try:
            await rooms.join(self._side.homeserver, acting, room_id)
        except Refused as refused:
            if refused.status not in (403, 404):
                raise
            return await self._uninvited(order, acting, room_id)
        await rooms.read_state(self._side.homeserver, acting, room_id, self._journal)
        async with self._pool.acquire() as connection:
            await links.set_state(connection, order.lane.endpoint, "open")
        return Done()

    async def _uninvited(self, order: Order, acting: Acting, room_id: str) -> Outcome:
        why = f"invite {acting.user_id} into {room_id}"
        async with self._pool.acquire() as connection:
            await links.set_state(connection, order.lane.endpoint, "uninvited", why)
        return Done("uninvited")

    async def _copy_media(self, order: Order, acting: Acting, action: CopyMedia) -> Outcome:
        """Reserved, noted, then put: each attempt writes the same place."""
        source = self._sides[action.source]
        place = order.noted
        if place is None:
            place = await media.reserve(self._side.homeserver, acting)
            async with self._pool.acquire() as connection:
                await outbox.note(connection, order, place)
        reader = await source.accounts.ready(action.reader)
        await media.stream(source.homeserver, reader, action.mxc, self._side.homeserver, acting, place)
        return Done(place)
