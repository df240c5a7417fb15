"""Who works on which lane, among all gateways on one database: advisory locks of one connection's session, so that a
gateway that is killed lets go of its lanes at once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import asyncpg

from bridge.store.database import Connection

LANES, DEVICES, FILES = 0x5E71, 0x5E72, 0x5E73
"""The first half of each lock's number: what is locked; which of them is the second."""


@dataclass(frozen=True)
class Hold:
    """A lane that is ours as long as the connection lives that took it."""

    _connection: Connection = field(repr=False)

    @property
    def lost(self) -> bool:
        """Whether another gateway may have the lane now."""
        return self._connection.is_closed()


class LaneLocks:
    """The lanes that this process holds."""

    def __init__(self, url: str, space: int = LANES) -> None:
        self._url = url
        self._space = space
        self._connection: Connection | None = None
        self._one_at_a_time = asyncio.Lock()

    @asynccontextmanager
    async def held(self, lane: int) -> AsyncIterator[Hold | None]:
        """Holds a lane, or gives None where another process has it.

        Raises:
            What `bridge.store.database.GROUND` names.
        """
        connection = await self._take(lane)
        hold = Hold(connection) if connection is not None else None
        try:
            yield hold
        finally:
            if connection is not None and not connection.is_closed():
                async with self._one_at_a_time:
                    await connection.execute("select pg_advisory_unlock($1, $2)", self._space, _number(lane))

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _take(self, lane: int) -> Connection | None:
        """The connection that has the lane now; a new one where the last was lost, and with it what it had."""
        async with self._one_at_a_time:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self._url, command_timeout=60)
            ask = "select pg_try_advisory_lock($1, $2)"
            return self._connection if await self._connection.fetchval(ask, self._space, _number(lane)) else None


def _number(lane: int) -> int:
    return lane & 0x7FFFFFFF
