"""Opens the pool of connections to PostgreSQL, and refuses a database in which Setu could not keep its promises."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import asyncpg

if TYPE_CHECKING:
    Pool = asyncpg.Pool[asyncpg.Record]
    Connection = asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]
else:
    Pool = asyncpg.Pool
    Connection = asyncpg.Connection

LAST_WORDS = 3.0
"""Seconds that connections have to end what they do when Setu stops."""

OLDEST = 150000
"""PostgreSQL 15, as `server_version_num` says it."""

GROUND = (
    OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError, asyncpg.TransactionRollbackError, asyncpg.PostgresSystemError,
    # It is being restored, fails over, or takes nobody in just now.
    asyncpg.ObjectNotInPrerequisiteStateError, asyncpg.ReadOnlySQLTransactionError, asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
)  # fmt: skip
"""Failures of the database itself, not of a row: whoever meets one waits and tries again."""


class Unfit(Exception):
    """A database that Setu cannot stand on; the text says why and what to do."""


async def _leave_as_is(_: Connection) -> None:
    """Pooled connections keep no session state here, so the usual reset would be a wasted round trip."""


@asynccontextmanager
async def opened(url: str, size: int) -> AsyncIterator[Pool]:
    """A pool of `size` connections.

    Raises:
        Unfit: PostgreSQL is too old, or the database is not UTF-8 with a UTF-8 character type.
        OSError, asyncpg.PostgresError: the database cannot be reached.
    """
    pool = await asyncpg.create_pool(url, min_size=1, max_size=size, reset=_leave_as_is, command_timeout=60)
    try:
        async with pool.acquire() as connection:
            await _assert_fit(connection)
        yield pool
    finally:
        await _close(pool)


async def _close(pool: Pool) -> None:
    """In good order if the database lets us, and at once if it hangs: whoever stops Setu does not wait for it."""
    try:
        async with asyncio.timeout(LAST_WORDS):
            await pool.close()
    except TimeoutError:
        pool.terminate()


async def _assert_fit(connection: Connection) -> None:
    version, encoding, ctype = await connection.fetchrow(  # type: ignore[misc]
        "select current_setting('server_version_num')::int, pg_encoding_to_char(encoding), datctype"
        " from pg_database where datname = current_database()"
    )
    if version < OLDEST:
        raise Unfit(f"PostgreSQL {version // 10000} is too old; Setu needs {OLDEST // 10000} or newer")
    if encoding != "UTF8" or ctype in ("C", "POSIX"):
        raise Unfit(
            f"the database has encoding {encoding} and character type {ctype}; words in Indian scripts would be"
            " torn apart. Create it with: createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0 NAME"
        )
