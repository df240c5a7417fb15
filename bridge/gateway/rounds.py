"""When rooms are compared with their journals: each hour, and when a homeserver was out of reach, or we were out of its
reach, and no longer are. At each start of Setu they are too (that is laid down with the links), and when a homeserver
has won us back (`bridge.intake.absence`).
"""

import asyncio
import logging
from collections.abc import Set

from bridge.model import HomeserverName
from bridge.store import alarms, compared
from bridge.store.database import GROUND, Connection, Pool
from bridge.store.keyring import NO_ROOM, Keyring

log = logging.getLogger(__name__)

HOUR = 3600.0


class Rounds:
    """Orders comparisons, for ever."""

    def __init__(self, pool: Pool, keyring: Keyring, bot: str, poll_seconds: float) -> None:
        """`bot` is the local part of the bot that is in every room."""
        self._pool = pool
        self._keyring = keyring
        self._bot = bot
        self._poll_seconds = poll_seconds
        self.away: Set[HomeserverName] = frozenset()
        """Who was out of reach when it last looked."""
        self._back: Set[HomeserverName] = frozenset()
        """Who was so at the look before, and no longer at the last one."""

    async def run(self) -> None:
        """Works until cancelled."""
        clock = asyncio.get_running_loop().time
        last = clock()
        while True:
            await asyncio.sleep(self._poll_seconds)
            try:
                async with self._pool.acquire() as connection:
                    if clock() - last >= HOUR:
                        last = clock()
                        await self._compare(connection, None)
                    await self._look(connection)
            except GROUND as error:
                log.warning("no round yet: the database is away (%s)", type(error).__name__)

    async def _look(self, connection: Connection) -> None:
        """Who was away and is no longer is compared: an outage ends with its alarm. Not until the next look, for at the
        first the homeserver may still be sending what it kept, and hold something back.
        """
        away = await alarms.away(connection)
        if self._back:
            await self._compare(connection, self._back)
        self._back, self.away = self.away - away, away

    async def _compare(self, connection: Connection, homeservers: Set[HomeserverName] | None) -> None:
        kek = await self._keyring.current(connection, NO_ROOM)
        rooms = await compared.again(connection, kek, self._bot, homeservers)
        log.info("%d rooms of %s are compared", rooms, ", ".join(sorted(homeservers or ["all homeservers"])))
