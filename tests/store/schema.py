"""The schema as PostgreSQL's own catalogue tells it, in lines that a person can compare. Partitions are left out, since
time makes them. To write the snapshot anew after a migration: `python -m tests.store.schema`.
"""

import asyncio
import tempfile
from pathlib import Path

import asyncpg

from bridge.store.database import Connection
from tests import postgres

SNAPSHOT = Path(__file__).with_name("schema.txt")
REGENERATE = "the schema has changed: look at the difference, then run `python -m tests.store.schema`"

_TABLES = """
    select c.oid, c.relname as name, coalesce(' partition by ' || pg_get_partkeydef(c.oid), '')
           || coalesce(' with ' || c.reloptions::text, '') as kind
    from pg_class c where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
      and (not c.relispartition or pg_get_expr(c.relpartbound, c.oid) = 'DEFAULT') order by c.relname
"""
_COLUMNS = """
    select '    ' || attname || ' ' || format_type(atttypid, atttypmod)
           || case when attnotnull then ' not null' else '' end
           || case attidentity when 'a' then ' generated always' else '' end
           || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
    from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where attrelid = $1 and a.attnum > 0 and not attisdropped order by a.attnum
"""
_CONSTRAINTS = """
    select '    constraint ' || conname || ' ' || pg_get_constraintdef(oid) as line
    from pg_constraint where conrelid = $1 and contype <> 'n' order by conname
"""  # Not-null ones are rows here since PostgreSQL 18 only, and stand with the columns.
_INDEXES = """
    select '    ' || replace(pg_get_indexdef(indexrelid), ' ON public.', ' ON ') as line
    from pg_index join pg_class c on c.oid = indexrelid where indrelid = $1 order by c.relname
"""


async def described(connection: Connection) -> str:
    """Every table with its columns, constraints and indexes."""
    lines = []
    for oid, name, kind in await connection.fetch(_TABLES):
        lines.append(f"table {name}{kind}")
        for query in (_COLUMNS, _CONSTRAINTS, _INDEXES):
            lines += [row["line"] for row in await connection.fetch(query, oid)]
    return "\n".join(lines) + "\n"


async def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with postgres.running(Path(folder) / "data") as cluster, cluster.migrated() as name:
            connection = await asyncpg.connect(cluster.url(name))
            SNAPSHOT.write_text(await described(connection), "utf-8")
            await connection.close()


if __name__ == "__main__":
    asyncio.run(_write())
