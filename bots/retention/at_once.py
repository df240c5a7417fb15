"""A room that is archived from now on is recorded and can be searched at once, not when something is next said in it:
the follower reads its last entry again, and with it all that came before.
"""

import asyncio
import logging
from dataclasses import dataclass

from bots.retention.archived import Archived
from bots.retention.follower import Retention
from bridge.store import bookmarks
from bridge.store.database import GROUND, Connection, Pool
from bridge.work import kind

log = logging.getLogger(__name__)

EVERY_SECONDS = 15.0


@dataclass(frozen=True)
class AtOnce:
    """Looks for such rooms."""

    pool: Pool
    archived: Archived

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                async with self.pool.acquire() as connection:
                    await self.look(connection)
            except GROUND as error:
                log.warning("no room is begun with while the database is away (%s)", type(error).__name__)
            except Exception as error:  # one bad row must not end Setu
                log.error("rooms could not be begun with: %s", kind(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self, connection: Connection) -> None:
        """Has those read of which nothing is on record yet."""
        for room in await self.archived.awaiting(connection, Retention.name):
            await bookmarks.read_last_again(connection, Retention.name, room.ref)
