"""Holds and what became of them: each row as its leaf tells it, and a row for each leaf."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Any

import asyncpg

from bots.retention.holds import book
from bots.retention.verification.fault import Fault
from bots.retention.verification.rooms import PATIENCE
from bridge.store.database import Connection

_ACTS = """
    select a.*, h.organisation from record_hold_act a left join record_hold h on h.id = a.hold order by a.hold, a.n
"""
_ACTIONS = ", ".join(f"'{action}'" for action in (book.HOLD, *book.OF_ACT.values()))
_LEAVES = f"""
    select organisation, seq, action, at, detail from record_audit where action in ({_ACTIONS})
    order by organisation, seq
"""
"""Written out, so that the index of migration 0010 serves it: it is asked every minute."""


async def faults(connection: Connection) -> AsyncIterator[Fault]:
    """Of all holds."""
    leaves = {(row["organisation"], row["seq"]): _leaf(row) for row in await connection.fetch(_LEAVES)}
    for row in await connection.fetch("select * from record_hold order by id", timeout=PATIENCE):
        if not _taken(leaves, (row["organisation"], book.HOLD, row["at"], book.told(row))):
            yield Fault(f"hold {row['id']}", "it is not what its leaf tells")
    for row in await connection.fetch(_ACTS, timeout=PATIENCE):
        action = book.OF_ACT.get(row["act"], "")
        if not _taken(leaves, (row["organisation"], action, row["at"], book.told(row))):
            yield Fault(f"act {row['n']} of hold {row['hold']}", "it is not what its leaf tells")
    for organisation, seq in leaves:
        yield Fault(f"audit entry {seq} of {organisation}", "what it tells of a hold is gone")


Leaf = tuple[str, str, Any, Mapping[str, Any] | None]


def _leaf(row: asyncpg.Record) -> Leaf:
    try:
        told = json.loads(row["detail"])
    except ValueError:  # its own leaf tells that somebody changed it
        told = None
    return row["organisation"], row["action"], row["at"], told


def _taken(leaves: dict[tuple[str, int], Leaf], wanted: Leaf) -> bool:
    """Takes the leaf out that tells this; whether there is one."""
    found = next((place for place, leaf in leaves.items() if leaf == wanted), None)
    if found is not None:
        del leaves[found]
    return found is not None
