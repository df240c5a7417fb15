"""Who works on which lane, among all gateways on one database: advisory locks of one connection's session, so that a
gateway that is killed lets go of its lanes at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from bridge.store.database import Connection

SPACE = 0x5E71
"""The first half of each lock's number; the lane is the second."""


class LaneLocks:
    """The lanes that this process holds."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Connection | None = None
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def held(self, lane: int) -> AsyncIterator[bool]:
        """Holds a lane, or gives False where another process has it.

        Raises:
            What `bridge.store.database.GROUND` names.
        """
        mine: bool = await self._ask("select pg_try_advisory_lock($1, $2)", lane)
        try:
            yield mine
        finally:
            if mine and self.alive:
                await self._ask("select pg_advisory_unlock($1, $2)", lane)

    @property
    def alive(self) -> bool:
        """False when the connection was lost, and every lane with it."""
        return self._connection is not None and not self._connection.is_closed()

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _ask(self, question: str, lane: int) -> bool:
        async with self._one_at_a_time:
            if not self.alive:
                self._connection = await asyncpg.connect(self._url, command_timeout=60)
            assert self._connection is not None
            return bool(await self._connection.fetchval(question, SPACE, lane & 0x7FFFFFFF))
