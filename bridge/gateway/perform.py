"""Does one order: one function for each kind of action, each saying how it is repeated safely. What a homeserver
answers becomes an `Outcome`; nothing is raised but failures of our own database.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from mautrix.api import Method

from bridge.actions import (
    CopyMedia,
    CreateRoom,
    Encrypt,
    Enter,
    FetchMedia,
    FollowUpgrade,
    Join,
    LearnUploadLimit,
    Leave,
    Name,
    Nest,
    Pin,
    Quarantine,
    ReadBack,
    Redact,
    Refetch,
    Send,
    SetAvatar,
    SetMember,
    SetPower,
    SetProfile,
    SetState,
    TopicLine,
    Upload,
)
from bridge.gateway import events, media, members, outcome, rooms, shown
from bridge.gateway.accounts import Accounts
from bridge.gateway.e2ee.encryption import Encryption
from bridge.gateway.enter import enter
from bridge.gateway.fetching import Fetching
from bridge.gateway.homeserver import Acting, Homeserver, Refused, path, said
from bridge.gateway.outcome import Dead, Done, Outcome, Retry
from bridge.gateway.read_back import read_back
from bridge.gateway.unredacted import refetch
from bridge.gateway.upgrade import Upgrade
from bridge.gateway.upload_limit import UploadLimit
from bridge.gateway.uploading import upload
from bridge.gateway.walk import RoomReader
from bridge.model import HomeserverName, UserId
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
    encryption: Encryption


class Performer:
    """Does orders on one homeserver."""

    def __init__(
        self, side: Side, sides: Mapping[HomeserverName, Side], pool: Pool, journal: Journal, fetching: Fetching
    ) -> None:
        self._side = side
        self._fetching = fetching
        self._sides = sides
        self._pool = pool
        self._journal = journal
        self._limit = UploadLimit(side.homeserver)

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
            case SetProfile() as action:
                return await self._profile(acting, action)
            case CreateRoom() as action:
                return await self._create(order, acting, action)
            case CopyMedia() as action:
                return await self._copy_media(order, acting, action)
            case Quarantine() as action:
                return await media.quarantine(self._side.homeserver, acting, action.mxc)
            case FetchMedia() as action:
                file = media.File(self._side.homeserver, acting, action.mxc)
                return await self._fetching.fetch(file, action.room, order.attempts)
            case LearnUploadLimit():
                limit = await self._limit.bytes(acting)
                return Done(str(limit) if limit is not None else "")
            case Upload() as action:
                return await self._upload(order, acting, action)
            case _ if order.room_id is None:
                return Dead("the room of this endpoint was never made")
            case Send() as action:
                return await events.send(
                    self._side.homeserver, self._pool, order, order.room_id, acting, action, self._side.encryption
                )
            case Redact() as action:
                able = [acting, *([await self._side.accounts.ready(action.or_as)] if action.or_as else [])]
                return await events.redact(self._side.homeserver, self._pool, order, order.room_id, able, action)
            case Join() as action:
                host, is_ghost = await self._bot(order), action.ghost and acting.user_id != self._side.bot
                return await rooms.bring_in(self._side.homeserver, host, acting, order.room_id, is_ghost)
            case SetMember() as action:
                bot = await self._bot(order)
                return await members.set_member(self._side.homeserver, bot, acting, order.room_id, action)
            case SetPower() as action:
                return await members.set_power(self._side.homeserver, acting, order.room_id, action)
            case Encrypt():
                return await rooms.encrypt(self._side.homeserver, acting, order.room_id, self._journal)
            case SetState() as action:
                return await self._set_state(order, order.room_id, acting, action)
            case Pin() as action:
                return await self._pin(order.room_id, acting, action)
            case TopicLine() as action:
                return await shown.put_line(self._side.homeserver, acting, order.room_id, action.line, action.begins)
            case Enter():
                return await enter(self._room(acting, order.room_id), order, self._journal, self._pool)
            case Leave():
                return await rooms.leave(self._side.homeserver, acting, order.room_id)
            case ReadBack():
                room = self._room(acting, order.room_id)
                return await read_back(room, self._journal, self._pool, order)
            case Refetch() as action:
                return await refetch(self._room(acting, order.room_id), action, self._journal, self._pool)
            case Nest() as action:
                return await self._nest(order.room_id, acting, action)
            case FollowUpgrade() as action:
                upgrade = Upgrade(self._side.homeserver, self._side.accounts, acting, self._pool, self._journal)
                return await upgrade.follow(order, order.room_id, action)
            case unknown:
                return Dead(f"this version does not know the action {type(unknown).__name__}")

    def _room(self, acting: Acting, room_id: str) -> RoomReader:
        return RoomReader(self._side.homeserver, acting, room_id)

    async def _bot(self, order: Order) -> Acting:
        """Our bot, or who stands in for it in this room."""
        return await self._side.accounts.ready(order.keeper or self._side.bot)

    async def _nest(self, room_id: str, acting: Acting, action: Nest) -> Outcome:
        async with self._pool.acquire() as connection:
            space_id = await outbox.outcome_of(connection, action.space)
        if space_id is None:
            return Dead("the space was never made")
        return await rooms.nest(self._side.homeserver, acting, room_id, space_id)

    async def _pin(self, room_id: str, acting: Acting, action: Pin) -> Outcome:
        async with self._pool.acquire() as connection:
            event_id = await outbox.outcome_of(connection, action.sent)
        if event_id is None:
            return Dead("what is to be pinned was never sent")
        return await shown.pin(self._side.homeserver, acting, room_id, event_id)

    async def _set_state(self, order: Order, room_id: str, acting: Acting, action: SetState) -> Outcome:
        """A put: the same content again changes nothing."""
        content = await events.filled(self._pool, order, action.origin, action.content)
        address = path("v3", "rooms", room_id, "state", action.type, action.state_key)
        return Done(said(await self._side.homeserver.call(Method.PUT, address, acting, content), "event_id"))

    async def _name(self, acting: Acting, action: Name) -> Outcome:
        """A put: repeatable as it is."""
        address = path("v3", "profile", acting.user_id, "displayname")
        await self._side.homeserver.call(Method.PUT, address, acting, {"displayname": action.name})
        return Done()

    async def _profile(self, acting: Acting, action: SetProfile) -> Outcome:
        """A put or a deletion: repeatable as it is. A homeserver without custom fields (MSC4133) shows none."""
        address = path("v3", "profile", acting.user_id, action.key)
        method, body = (Method.PUT, {action.key: action.value}) if action.value is not None else (Method.DELETE, None)
        try:
            await self._side.homeserver.call(method, address, acting, body)
        except Refused as refused:
            if refused.status not in (404, 405) and refused.errcode != "M_UNRECOGNIZED":
                raise
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

    async def _copy_media(self, order: Order, acting: Acting, action: CopyMedia) -> Outcome:
        """Reserved, noted, then put: each attempt writes the same place."""
        source = self._sides[action.source]
        reader, limit = await source.accounts.ready(action.reader), await self._limit.bytes(acting)
        file = media.File(source.homeserver, reader, action.mxc)

        def copied(place: media.Reserve) -> Awaitable[Outcome]:
            return media.copy(file, self._side.homeserver, acting, limit, place, order.attempts)

        return await self._into_a_place(order, acting, copied)

    async def _upload(self, order: Order, acting: Acting, action: Upload) -> Outcome:
        """As a file that is copied."""
        limit = await self._limit.bytes(acting)

        def uploaded(place: media.Reserve) -> Awaitable[Outcome]:
            return upload(self._fetching.folder, action, self._side.homeserver, acting, limit, place)

        return await self._into_a_place(order, acting, uploaded)

    async def _into_a_place(
        self, order: Order, acting: Acting, write: Callable[[media.Reserve], Awaitable[Outcome]]
    ) -> Outcome:
        async def place() -> str:
            return order.noted if order.noted is not None else await self._reserve(order, acting)

        try:
            return await write(place)
        except Refused as refused:
            if refused.status != 404 or order.noted is None:
                raise
            # A place that waited too long for its file is gone: the next attempt writes another.
            await self._reserve(order, acting)
            return Retry("the place that was reserved for the file is gone")

    async def _reserve(self, order: Order, acting: Acting) -> str:
        place = await media.reserve(self._side.homeserver, acting)
        async with self._pool.acquire() as connection:
            await outbox.note(connection, order, place)
        return place
