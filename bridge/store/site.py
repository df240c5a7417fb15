"""On which master key the database stands, and on which it has stood. No key is in here: a fingerprint tells one from
another, and nothing about either.
"""

from dataclasses import dataclass
from datetime import datetime

from bridge.seal import short
from bridge.store.database import Connection, Unfit


@dataclass(frozen=True)
class Stood:
    """A master key on which the database has stood."""

    fingerprint: bytes
    since: datetime | None
    """When it began; None for one of before this was kept."""


async def standing(connection: Connection) -> bytes | None:
    """The fingerprint of the master key that the database stands on; None before its first start.

    Where it stands on one, a missing key file must never be replaced.
    """
    found: bytes | None = await connection.fetchval("select master_fingerprint from site")
    return found


async def stand_on(connection: Connection, fingerprint: bytes) -> bool:
    """Ties the database to a master key, in the transaction that is open. Whether it is its first one, and only now.

    Raises:
        Unfit: the database stands on another.
    """
    tied = "update site set master_fingerprint = $1 where master_fingerprint is null returning true"
    first = await connection.fetchval(tied, fingerprint)
    if (there := await standing(connection)) != fingerprint:
        raise Unfit(
            f"this master key ({short(fingerprint)}) is not the one that the database was sealed with"
            f" ({short(there or b'')}); put the right file in place (keys.master_file). Nothing was changed"
        )
    await _note(connection, fingerprint)
    return first is True


async def hand_over(connection: Connection, before: bytes, after: bytes) -> None:
    """From now on, it stands on another, in the transaction that is open. No key is made until that ends.

    Raises:
        Unfit: it does not stand on the one before.
    """
    if await connection.fetchval("select master_fingerprint from site for update") != before:
        raise Unfit("the database stands on another master key by now. Nothing was changed")
    await connection.execute("update site set master_fingerprint = $1", after)
    await _note(connection, after)


async def history(connection: Connection) -> list[Stood]:
    """The master keys on which it has stood, the first one first."""
    rows = await connection.fetch("select fingerprint, since from master_key order by n")
    return [Stood(row["fingerprint"], row["since"]) for row in rows]


async def _note(connection: Connection, fingerprint: bytes) -> None:
    await connection.execute(
        "insert into master_key (fingerprint, since) values ($1, now()) on conflict do nothing", fingerprint
    )
