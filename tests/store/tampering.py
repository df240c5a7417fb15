"""What somebody might change in the tables of the record, behind Setu's back."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from bridge.store.database import Connection

NOT_KEPT = {"record_read"}
"""Written no more: what it held is brought into the log."""

FORBIDDEN = {("record_hold_act", "act"), ("record_hold_act", "answers")}
"""Columns that can have no other value: the table's own constraints say so."""


async def tables(connection: Connection) -> dict[str, list[tuple[str, str]]]:
    """The tables of the record, and the columns of each with their types."""
    rows = await connection.fetch(
        "select c.relname, a.attname, format_type(a.atttypid, null) as type from pg_class c"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped"
        " where c.relname like 'record%' and c.relkind in ('r', 'p') and not c.relispartition order by 1, a.attnum"
    )
    found: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row["relname"] not in NOT_KEPT:
            found.setdefault(row["relname"], []).append((row["attname"], row["type"]))
    return found


def flipped(value: Any, kind: str, chance: random.Random) -> list[Any]:
    """Values that differ from this one by a bit, or by being there at all."""
    if value is None:
        return [_something(kind)]
    match value:
        case bool():
            return [not value]
        case int():
            high = {"smallint": 13, "integer": 30}.get(kind, 62)
            return [value ^ 1, value ^ 1 << chance.randrange(14), value ^ 1 << high]
        case list():
            return [[*value, "x"], *([value[:-1]] if value else [])]
        case datetime():
            return [value + timedelta(microseconds=1), value - timedelta(hours=1)]
        case bytes():
            bit = chance.randrange(max(1, len(value) * 8))
            changed = (int.from_bytes(value, "big") ^ 1 << bit).to_bytes(len(value), "big")
            return [changed, value[:-1], value + b"\0"]
        case str():
            at = chance.randrange(max(1, len(value)))
            other = chr(ord(value[at]) ^ 1) if value else "x"
            return [value[:at] + other + value[at + 1 :], f"{value} ", None]
        case _:
            raise AssertionError(f"no column is {kind}")


def _something(kind: str) -> Any:
    return {
        "text": "x",
        "bigint": 1,
        "integer": 1,
        "bytea": bytes(32),
        "timestamp with time zone": datetime.fromtimestamp(0).astimezone(),
    }[kind]


@asynccontextmanager
async def unhindered(connection: Connection) -> AsyncIterator[None]:
    """As somebody whom no foreign key holds back, for the database is theirs."""
    await connection.execute("set session_replication_role = replica")
    yield
    await connection.execute("reset session_replication_role")
