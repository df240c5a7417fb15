"""What happens by itself as time passes: incidents become contained, officers learn of what could not be judged or
taken back, exemptions end, ceilings are shown. One process does it at a time.
"""

import asyncio
import logging
from collections.abc import Awaitable
from datetime import timedelta

from bots.classification.room import cases, containment, late, officers, releasing, showing, unjudged
from bots.classification.room.cases import Case
from bots.classification.room.desk import Desk
from bridge.mirror.follower import Mirror
from bridge.model import UserId
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import bookmarks
from bridge.store.database import GROUND, Connection
from bridge.store.keyring import NO_ROOM
from bridge.work import kind

log = logging.getLogger(__name__)

LOCK = 0xC1A5
"""The advisory lock that lets one process look at a time."""

AT_ONCE = 100

OVER_FOR = timedelta(days=30)
"""How long after its end the owner of an exemption may still hear of it."""


class Clock:
    """Looks at what is due, every few seconds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._showing = showing.Showing(desk)

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                async with self._desk.host.pool.acquire() as connection:
                    await self.look(connection)
            except GROUND as error:
                log.warning("nobody looks at the clock while the database is away (%s)", type(error).__name__)
            except Exception as error:  # what is wrong with one must not stop what is due for others for good
                log.error("what is due waits: %s", kind(error))
            await asyncio.sleep(self._desk.settings.every_seconds)

    async def look(self, connection: Connection) -> None:
        """Looks once, unless another process is looking."""
        kek = await self._desk.keyring.current(connection, NO_ROOM)  # made before the transaction that seals with it
        async with connection.transaction():
            if not await connection.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
                return
            for due in await releasing.due(connection):
                await self._apart(connection, releasing.make_true(self._desk, connection, due))
            for case in await cases.uncontained(connection, AT_ONCE):
                await self._apart(connection, self._contained(connection, kek, case))
            for found in await unjudged.held(connection, AT_ONCE):
                await self._apart(connection, unjudged.begin(self._desk, connection, kek, found))
            await self._apart(connection, late.heed(self._desk, connection, kek))
            await self._apart(connection, self._exemptions(connection, kek))
            await self._apart(connection, self._showing.show(connection, kek))

    async def _apart(self, connection: Connection, deed: Awaitable[None]) -> None:
        """Does it or nothing of it: one that fails stops none of the others."""
        try:
            async with connection.transaction():
                await deed
        except GROUND:
            raise
        except Exception as error:
            log.error("something that is due waits: %s", kind(error))

    async def _contained(self, connection: Connection, kek: Kek, case: Case) -> None:
        """Whether all that was to be taken back is gone; what could not be is told once. The mirror may have been about
        to copy it when it was taken back: before it is told, that is looked for again.
        """
        progress = await containment.progress(connection, case)
        if progress.waiting or not await bookmarks.passed(connection, [Mirror.name], case.room, case.pos):
            return
        if not case.told_trouble:
            await containment.contain(self._desk, connection, kek, case)
            progress = await containment.progress(connection, case)
        if progress.waiting:
            return
        cause, number = f"classification:contained:{case.number}", str(case.number)
        if not progress.remains:
            await cases.set_incident(connection, case, "contained")
            await officers.tell(self._desk, connection, kek, cause, Saying.of("mark-officer-contained", number=number))
        elif not case.told_trouble:
            await cases.set_told_trouble(connection, case)
            where = ", ".join(sorted({one.homeserver for one in progress.remains}))
            what = Saying.of("mark-officer-remains", number=number, homeservers=where)
            await officers.tell(self._desk, connection, kek, f"{cause}:remains", what)

    async def _exemptions(self, connection: Connection, kek: Kek) -> None:
        """Whoever answers for one is told that it is over."""
        for one in self._desk.settings.exemptions:
            if one.until < self._desk.today <= one.until + OVER_FOR:
                owner = UserId(one.owner)
                cause = f"classification:exemption:{one.rule}:{owner}:{one.until}:{one.link}:{one.room}"
                what = Saying.of("mark-exemption-over", rule=one.rule, until=one.until.isoformat())
                await self._desk.letters.to_chat(connection, kek, self._desk.host.hub, owner, cause, what)
