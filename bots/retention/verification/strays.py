"""Rows that belong to no log, or lie outside of it."""

from collections.abc import AsyncIterator

from bots.retention.verification.fault import Fault
from bots.retention.verification.rooms import PATIENCE
from bridge.store.database import Connection

_TABLES = {
    "record": ("record", "seq", "x.seq < 0 or x.seq >= l.size"),
    "audit entry": ("record_audit", "seq", "x.seq < 0 or x.seq >= l.size"),
    "leaves": ("record_leaves", "first", "false"),
    "node": ("record_node", "index", "false"),
    "checkpoint": ("record_checkpoint", "size", "x.size > l.size"),
    "timestamp": ("record_timestamp", "size", "x.size > l.size"),
}
"""For each kind of row its table, its number, and when it lies outside of its log."""


_WORDS = """
    select organisation, seq from record_words w where not exists (
        select from record_audit a where a.organisation = w.organisation and a.seq = w.seq
    ) order by 1, 2
"""


async def faults(connection: Connection) -> AsyncIterator[Fault]:
    """Everything that is too much."""
    for kind, (table, number, outside) in _TABLES.items():
        found = await connection.fetch(
            f"select x.organisation, x.{number} as number from {table} x left join record_log l using (organisation)"
            f" where l.organisation is null or {outside} order by 1, 2",
            timeout=PATIENCE,
        )
        for row in found:
            where = f"{kind} {row['number']} of {row['organisation']}"
            yield Fault(where, "there is no place for it in any log")
    for row in await connection.fetch(_WORDS, timeout=PATIENCE):
        yield Fault(f"words {row['seq']} of {row['organisation']}", "no audit entry tells of them")
