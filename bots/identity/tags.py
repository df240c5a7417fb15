"""Tags in the database: one row for each time that who somebody is changed, so that what was so at any moment can be
told later.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from bots.identity.tag import Tag, Words
from bridge.model import Entry, UserId
from bridge.seal import Kek, Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

TABLE = "identity_tag"


@dataclass(frozen=True)
class Kept:
    """A tag that is on record, by its number."""

    id: int
    tag: Tag


async def now(connection: Connection, keyring: Keyring, people: Collection[str]) -> Mapping[UserId, Kept]:
    """The present tags of these people, of those who have one."""
    rows = await connection.fetch(f"select * from {TABLE} where until is null and user_id = any($1)", list(people))
    await keyring.load(connection, (row["kek"] for row in rows))
    return {UserId(row["user_id"]): _kept(keyring, row) for row in rows}


async def then(connection: Connection, keyring: Keyring, entries: Sequence[Entry]) -> Mapping[int, Tag]:
    """Who the senders of these entries were when we got them, by position."""
    said = [(entry.pos, str(entry.event.sender), entry.received_at) for entry in entries if entry.event.sender]
    rows = await connection.fetch(
        f"select e.pos, t.* from unnest($1::bigint[], $2::text[], $3::timestamptz[]) as e(pos, sender, at)"
        f" join {TABLE} t on t.user_id = e.sender and t.since <= e.at and (t.until is null or t.until > e.at)",
        *([one[n] for one in said] for n in range(3)),
    )
    await keyring.load(connection, (row["kek"] for row in rows))
    return {row["pos"]: _kept(keyring, row).tag for row in rows}


async def change(
    connection: Connection, kek: Kek, tag: Tag, before: Kept | None, since: datetime | None = None
) -> Kept:
    """From now on this is who the person is; of whom nothing was known, since they were met."""
    if before is not None:
        since = None
        await connection.execute(f"update {TABLE} set until = now() where id = $1 and until is null", before.id)
    sealed = kek.seal(tag.words.packed(), about(TABLE, tag.user_id))
    id = await connection.fetchval(
        f"insert into {TABLE} (user_id, status, external, resembles, kek, wrapped, sealed, since)"
        " values ($1, $2, $3, $4, $5, $6, $7, least(coalesce($8, now()), now())) returning id",
        tag.user_id, tag.status, tag.external, tag.resembles, sealed.kek, sealed.wrapped, sealed.sealed, since,
    )  # fmt: skip
    return Kept(id, tag)


def _kept(keyring: Keyring, row: asyncpg.Record) -> Kept:
    user_id = UserId(row["user_id"])
    words = keyring.open(Sealed(row["kek"], row["wrapped"], row["sealed"]), about(TABLE, user_id))
    resembles = UserId(row["resembles"]) if row["resembles"] is not None else None
    return Kept(row["id"], Tag(user_id, row["status"], Words.unpacked(words), row["external"], resembles))
