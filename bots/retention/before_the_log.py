"""What was read and searched before there was a log, or beside it, is brought into it, once."""

import asyncpg

from bots.retention import audit, sealed_words
from bots.retention.checkpoints import LOCK
from bridge.seal import CannotOpen, Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

_LEFT = """
    select d.*, r.homeserver, r.room_id from record_read d left join room r on r.id = d.room
    where d.id not in (select (regexp_match(a.detail, '"read":([0-9]+)[,}]'))[1]::bigint from record_audit a
                       where a.action in ('read', 'search') and a.detail ~ '"read":[0-9]')
    order by d.at, d.id
"""


async def adopt(connection: Connection, keyring: Keyring, hub: str) -> None:
    """Makes a leaf of each row of `record_read` that is none yet, in its organisation's log; of a search, the hub's."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK)
        rows = await connection.fetch(_LEFT)
        for row in sorted(rows, key=lambda row: (row["homeserver"] or hub, row["at"])):
            if row["sealed"] is None:
                await audit.note(
                    connection, row["homeserver"], row["reader"], "read", room_id=row["room_id"],
                    purpose=row["purpose"], at=row["at"], records=row["records"], read=row["id"],
                )  # fmt: skip
            else:
                await _searched(connection, keyring, hub, row)


async def _searched(connection: Connection, keyring: Keyring, hub: str, row: asyncpg.Record) -> None:
    await keyring.load(connection, [row["kek"]])
    sealed = Sealed(row["kek"], row["wrapped"], row["sealed"])
    try:
        words = keyring.open(sealed, about("search", row["reader"], row["purpose"])).decode("utf-8", "surrogatepass")
    except CannotOpen:
        words = ""
    await sealed_words.note(
        connection, keyring, hub, row["reader"], "search", words, purpose=row["purpose"], at=row["at"], read=row["id"]
    )
