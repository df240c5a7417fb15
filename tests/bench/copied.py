"""The same rows by PostgreSQL alone: copied out, and in again into the same tables with their indexes."""

import time
from pathlib import Path

from bridge.store.database import Pool

TABLES = (
    "journal", "seen", "event_key", "record", "record_head", "record_leaves", "record_node", "record_audit",
    "search_row", "search_beginning", "search_head",
)  # fmt: skip


async def per_second(pool: Pool, folder: Path) -> float:
    """Journalled events a second. The tables hold what they held before."""
    async with pool.acquire() as connection:
        events: int = await connection.fetchval("select count(*) from journal")
        for table in TABLES:
            await connection.copy_from_query(
                f"select * from {table}", output=folder / f"{table}.copy", format="binary", timeout=600
            )
        await connection.execute(f"truncate {', '.join(TABLES)}", timeout=600)
        began = time.perf_counter()
        for table in TABLES:
            await connection.copy_to_table(table, source=folder / f"{table}.copy", format="binary", timeout=600)
        return events / (time.perf_counter() - began)
