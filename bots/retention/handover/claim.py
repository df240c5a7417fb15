"""Which process works on a job: the one whose connection holds its advisory lock. A process that dies lets go of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bots.retention.handover.book import CLAIMS
from bridge.store.database import Connection


@asynccontextmanager
async def held(connection: Connection, number: int) -> AsyncIterator[bool]:
    """Whether the job is this connection's own until this is left."""
    key = number & 0x7FFFFFFF
    ours: bool = await connection.fetchval("select pg_try_advisory_lock($1, $2)", CLAIMS, key)
    try:
        yield ours
    finally:
        if ours and not connection.is_closed():
            await connection.execute("select pg_advisory_unlock($1, $2)", CLAIMS, key)


async def is_free(connection: Connection, number: int) -> bool:
    """Whether nobody works on it."""
    async with held(connection, number) as ours:
        return ours
