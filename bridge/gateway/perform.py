"""Does one order: one function for each kind of action, each saying how it is repeated safely. What a homeserver
answers becomes an `Outcome`; nothing is raised but failures of our own database.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from mautrix.api import Method

from bridge.gateway import marks, media, outcome, rooms
from bridge.gateway.accounts import Accounts
from bridge.gateway.homeserver import Acting, Homeserver, Refused, path
from bridge.gateway.outcome import Dead, Done, Outcome
from bridge.gateway.read_back import read_back
from bridge.gateway.transaction_id import MARK, transaction_id
from bridge.model import CopyMedia, CreateRoom, Enter, HomeserverName, Join, Name, ReadBack, Send, UserId
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
            case CreateRoom() as action:
                return await self._create(order, acting, action)
            case CopyMedia() as action:
                return await self._copy_media(order, acting, action)
            case _ if order.room_id is None:
                return Dead("the room of this endpoint was never made")
            case Send() as action:
                return await self._send(order, order.room_id, acting, action)
            case Join():
                bot = await self._side.accounts.ready(self._side.bot)
                return await rooms.bring_in(self._side.homeserver, bot, acting, order.room_id)
            case Enter():
                return await self._enter(order, order.room_id, acting)
            case ReadBack():
                return Done(str(await read_back(self._side.homeserver, acting, order.room_id, self._journal)))
            case unknown:
                return Dead(f"this version does not know the action {type(unknown).__name__}")

    async def _send(self, order: Order, room_id: str, acting: Acting, action: Send) -> Outcome:
        """By transaction id; an order older than the homeserver's memory of those looks for its mark first."""
        txn_id = transaction_id(acting.user_id, order.cause)
        homeserver = self._side.homeserver
        if order.aged and (found := await marks.find(homeserver, acting, room_id, txn_id, order.created_ms)):
            return Done(found)
        content = {**action.content, MARK: txn_id}
        address = path("v3", "rooms", room_id, "send", action.type, txn_id)
        return Done(str((await homeserver.call(Method.PUT, address, acting, content))["event_id"]))

    async def _name(self, acting: Acting, action: Name) -> Outcome:
        """A put: repeatable as it is."""
        address = path("v3", "profile", acting.user_id, "displayname")
        await self._side.homeserver.call(Method.PUT, address, acting, {"displayname": action.name})
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
