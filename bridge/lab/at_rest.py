"""What a database's own administrator can read: every value of every table, as text and as the bytes that it holds."""

from collections.abc import Iterable

import asyncpg

from bridge.store.database import Connection


async def found(url: str, words: Iterable[str]) -> list[str]:
    """The tables in which one of these words stands in clear."""
    needles = [word.encode() for word in words]
    connection = await asyncpg.connect(url)
    try:
        return [table for table in await _tables(connection) if await _holds(connection, table, needles)]
    finally:
        await connection.close()


async def _tables(connection: Connection) -> list[str]:
    rows = await connection.fetch(
        "select format('%I.%I', schemaname, tablename) as name from pg_tables"
        " where schemaname not in ('pg_catalog', 'information_schema') order by 1"
    )
    return [row["name"] for row in rows]


async def _holds(connection: Connection, table: str, needles: list[bytes]) -> bool:
    async with connection.transaction():
        async for row in connection.cursor(f"select * from {table}"):
            values = [value if isinstance(value, bytes) else str(value).encode() for value in row]
            if any(needle in value for value in values for needle in needles):
                return True
    return False
