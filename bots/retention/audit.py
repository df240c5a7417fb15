"""What is done with the record is itself on record: each reading, search, export, hold and disposal is a leaf of the
same log.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bots.retention import log
from bots.retention.leaf import Deed, deed_leaf
from bridge.store.database import Connection

SALT_BYTES = 16


async def note(
    connection: Connection, organisation: str, actor: str, action: str, *,
    room_id: str | None = None, purpose: str | None = None, at: datetime | None = None, **detail: Any,
) -> None:  # fmt: skip
    """Keeps who did what, for what, and when. Call it in a transaction, last: the organisation's log is taken.

    Args:
        organisation: in whose log.
        actor: the account that ran the command, or a Matrix id.
        action: a word, such as `read`.
        at: when, where that is not now.
        detail: what more there is to say, as JSON; never what people wrote.
    """
    deed = Deed(at or await _now(connection), actor, action, room_id, purpose, _json(detail), os.urandom(SALT_BYTES))
    leaf = deed_leaf(organisation, deed)
    seq = await log.append(connection, organisation, [leaf])
    await connection.execute(
        "insert into record_audit (organisation, seq, leaf, at, actor, action, room_id, purpose, detail, salt)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        organisation, seq, leaf, deed.at, deed.actor, deed.action, deed.room_id, deed.purpose, deed.detail, deed.salt,
    )  # fmt: skip


async def adopt_reads(connection: Connection) -> None:
    """What was read before there was a log is brought into it."""
    async with connection.transaction():
        rows = await connection.fetch(
            "delete from record_read d using room r where r.id = d.room"
            " returning d.at, d.reader, d.records, d.purpose, r.homeserver, r.room_id"
        )
        for row in sorted(rows, key=lambda row: (row["homeserver"], row["at"])):
            await note(
                connection, row["homeserver"], row["reader"], "read", room_id=row["room_id"], purpose=row["purpose"],
                at=row["at"], records=row["records"],
            )  # fmt: skip


async def _now(connection: Connection) -> datetime:
    now: datetime = await connection.fetchval("select clock_timestamp()")
    return now


def _json(detail: Mapping[str, Any]) -> str:
    return json.dumps(detail, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
