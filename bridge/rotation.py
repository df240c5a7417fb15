"""Another master key takes the place of the one that the database stands on: every key-encryption key is wrapped anew
in one transaction. Those keys stay as they are, and with them all that is sealed and hashed; so a running Setu goes on.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bridge.seal import CannotOpen, Master, short
from bridge.store import kek_row, site
from bridge.store.database import Connection, Unfit

LOCK = 0x5E71
"""The advisory lock that lets one rotation be at work."""

ACTION = "master-key-rotated"

Witness = Callable[[Connection, str, str, Mapping[str, Any]], Awaitable[None]]
"""Keeps on record who (an account) did what (a word) to the whole installation, in the transaction that is open."""


@asynccontextmanager
async def alone(connection: Connection) -> AsyncIterator[None]:
    """Lets no other rotation begin. Raises Unfit: one is at work, or whoever is logged in may not change keys."""
    if not await connection.fetchval("select has_column_privilege('kek', 'wrapped', 'update')"):
        raise Unfit(
            "whoever `database` in the settings logs in as may add keys and change none (`setu migrate --roles`); name"
            " the administrator's URL with --admin-url-file. Nothing was changed"
        )
    if not await connection.fetchval("select pg_try_advisory_lock($1)", LOCK):
        raise Unfit("the master key is being changed by another `setu keys rotate`. Nothing was changed")
    try:
        yield
    finally:
        await connection.execute("select pg_advisory_unlock($1)", LOCK)


async def hand_over(
    connection: Connection, before: Master, after: Master, actor: str, witnesses: Sequence[Witness]
) -> int:
    """Wraps every key anew, and gives how many they are. All of it is done, or nothing.

    Raises:
        Unfit: the database does not stand on the key before, or a key does not open under it.
    """
    async with connection.transaction():
        await site.hand_over(connection, before.fingerprint, after.fingerprint)
        rows = await connection.fetch("select * from kek order by id")
        wrapped = [await after.wrap(await _key(before, row), kek_row.place(row).about) for row in rows]
        await connection.execute(  # what somebody destroyed meanwhile stays so
            "update kek set wrapped = n.wrapped from unnest($1::bigint[], $2::bytea[], $3::bytea[])"
            " n(id, before, wrapped) where kek.id = n.id and kek.wrapped = n.before",
            [row["id"] for row in rows], [row["wrapped"] for row in rows], wrapped,
        )  # fmt: skip
        told = {"before": before.fingerprint.hex(), "after": after.fingerprint.hex(), "keys": len(rows)}
        for witness in witnesses:
            await witness(connection, actor, ACTION, told)
    return len(rows)


async def closed(connection: Connection, master: Master) -> list[int]:
    """The numbers of the keys that do not open under the master key, in order."""
    found = []
    for row in await connection.fetch("select * from kek order by id"):
        try:
            await master.unwrap(row["wrapped"], kek_row.place(row).about)
        except CannotOpen:
            found.append(row["id"])
    return found


async def _key(master: Master, row: Any) -> bytes:
    try:
        return await master.unwrap(row["wrapped"], kek_row.place(row).about)
    except CannotOpen:
        raise Unfit(
            f"key {row['id']} does not open under master key {short(master.fingerprint)}: it was changed behind Setu's"
            " back; put it back from a backup of the database. Nothing was changed"
        ) from None
