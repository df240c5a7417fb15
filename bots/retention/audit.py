"""What is done with the record is itself on record: each reading, search, export, hold and disposal is a leaf of the
same log. So is each fact that an entry shows beside what it says (`bots.retention.facts`).
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from bots.retention import log
from bots.retention.leaf import SALT_BYTES, Deed, deed_leaf
from bridge.store.database import Connection


def deed(
    at: datetime, actor: str, action: str, *, room_id: str | None = None, purpose: str | None = None, **detail: Any
) -> Deed:
    """Something that is to be kept.

    Args:
        at: when it was done.
        actor: the account that ran the command, or a Matrix id.
        action: a word, such as `read`.
        detail: what more there is to say, as JSON; never what people wrote.
    """
    return Deed(at, actor, action, room_id, purpose, told(detail), os.urandom(SALT_BYTES))


async def note(
    connection: Connection, organisation: str, actor: str, action: str, *,
    room_id: str | None = None, purpose: str | None = None, at: datetime | None = None, **detail: Any,
) -> None:  # fmt: skip
    """Keeps who did what, for what, and when: `at`, where that is not now. The rest is as for `deed` and `keep`."""
    when = at or await _now(connection)
    done = deed(when, actor, action, room_id=room_id, purpose=purpose, **detail)
    await keep(connection, organisation, [done])


async def keep(connection: Connection, organisation: str, deeds: Sequence[Deed]) -> int | None:
    """Keeps these in the log of an organisation, and gives the number of the first leaf, where there is any. Call it in
    a transaction, last: the log is taken.
    """
    if not deeds:
        return None
    leaves = [deed_leaf(organisation, one) for one in deeds]
    first = await log.append(connection, organisation, leaves)
    await connection.execute(
        "insert into record_audit (organisation, seq, leaf, at, actor, action, room_id, purpose, detail, salt)"
        " select $1, $2 + ordinality - 1, leaf, at, actor, action, room_id, purpose, detail, salt"
        " from unnest($3::bytea[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],"
        " $10::bytea[]) with ordinality as d(leaf, at, actor, action, room_id, purpose, detail, salt)",
        organisation, first, leaves, *(list(map(attrgetter(field.name), deeds)) for field in fields(Deed)),
    )  # fmt: skip
    return first


async def witness(connection: Connection, actor: str, action: str, detail: Mapping[str, Any]) -> None:
    """Keeps in each log what was done to the whole installation."""
    for organisation in await log.frontiers(connection):
        await note(connection, organisation, actor, action, **detail)


async def _now(connection: Connection) -> datetime:
    now: datetime = await connection.fetchval("select clock_timestamp()")
    return now


def told(detail: Mapping[str, Any]) -> str:
    """What a leaf says beside its columns, as it says it."""
    return json.dumps(detail, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
