"""Watches over the whole: every few seconds it compares what waits with what may wait, keeps the alarms true, and tells
the admin room of them, in its language: one notice for each cause, changed as it changes and when it is over.
"""

import asyncio
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from bridge import notices, references
from bridge.actions import Send
from bridge.mirror.unread import Unread
from bridge.model import HomeserverName, UserId
from bridge.notices import Content
from bridge.saying import Saying
from bridge.store import links, outbox, standing_alarms, waiting
from bridge.store.database import GROUND, Connection, Pool
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.store.links import Endpoint
from bridge.store.standing_alarms import Untold
from bridge.tongues import Tongues
from bridge.voice import Voice

log = logging.getLogger(__name__)

LOCK = 0x5E71
"""The advisory lock that lets one process watch at a time."""


@dataclass(frozen=True)
class Watch:
    """Of one installation."""

    pool: Pool
    keyring: Keyring
    hub: HomeserverName
    bot: UserId
    """Our bot on the hub."""
    admin_room: str | None
    unread: Unread
    tongues: Tongues
    followers: Sequence[str]
    limit_seconds: float
    every_seconds: float

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                async with self.pool.acquire() as connection:
                    await self.look(connection)
            except GROUND as error:
                log.warning("nobody watches while the database is away (%s)", type(error).__name__)
            await asyncio.sleep(self.every_seconds)

    async def look(self, connection: Connection) -> None:
        """Looks once, unless another process is looking."""
        kek = await self.keyring.current(connection, NO_ROOM)  # made before the transaction that seals with it
        async with connection.transaction():
            if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
                return
            end = await self._admin_end(connection)
            await self.unread.tell(connection)
            await self._compare(connection, end)
            if end is None or end.state != "open":
                return
            voice = await self.tongues.in_room(connection, end.ref)
            for alarm in await standing_alarms.untold(connection, end.ref):
                cause = f"alarm:{alarm.cause}:{uuid.uuid4().hex}"
                send = Send(self.bot, "m.room.message", _content(voice, alarm))
                await outbox.put(connection, kek, end.lane, cause, [send])
                await standing_alarms.was_told(connection, alarm, f"{cause}#0")

    async def _admin_end(self, connection: Connection) -> Endpoint | None:
        return await links.endpoint_of(connection, self.hub, self.admin_room) if self.admin_room is not None else None

    async def _compare(self, connection: Connection, admin: Endpoint | None) -> None:
        ends = await waiting.ends(connection, self.followers)
        parked = {
            f"{end.link}:{end.endpoint}": (
                Saying.of("parked", link=end.link, homeserver=end.homeserver, why=end.parked), 1,
            )
            for end in ends if end.parked is not None
        }  # fmt: skip
        late = {
            f"{end.link}:{end.endpoint}": (
                Saying.of("unhandled", link=end.link, homeserver=end.homeserver, limit=self.limit_seconds), 1,
            )
            for end in ends if end.parked is None and (end.oldest_seconds or 0) > self.limit_seconds
        }  # fmt: skip
        # A notice that itself is refused must not be the next one's cause.
        dead = await waiting.dead_letters(connection, admin.ref if admin is not None else None)
        gaps = await waiting.gaps(connection)
        await standing_alarms.stand(connection, "parked", parked)
        await standing_alarms.stand(connection, "unhandled", late)
        refused = {"all": (Saying.of("dead-letters"), dead)} if dead else {}
        missing = {"all": (Saying.of("gaps"), gaps)} if gaps else {}
        await standing_alarms.stand(connection, "dead-letters", refused)
        await standing_alarms.stand(connection, "gaps", missing)


def _content(voice: Voice, alarm: Untold) -> Content:
    if alarm.over:
        said = voice.notice("alarm-over", what=alarm.what)
    elif alarm.times > 1:
        said = voice.notice("alarm-times", what=alarm.what, times=alarm.times)
    else:
        said = voice.notice("alarm", what=alarm.what)
    return notices.edit(said, references.sent(alarm.notice)) if alarm.notice is not None else said
