"""What people say of themselves, and what officers decided about it, in the database."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import asyncpg

from bots.identity.tag import Words
from bridge.model import RoomRef, UserId
from bridge.seal import Kek, Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

TABLE = "identity_claim"


@dataclass(frozen=True)
class Claim:
    """One claim."""

    id: int
    user_id: UserId
    words: Words
    state: str
    claimed_at: datetime
    until: datetime | None
    """How long it counts, once verified."""
    room: RoomRef
    """Where it was said."""


async def make(connection: Connection, kek: Kek, room: RoomRef, user_id: UserId, words: Words, mac: bytes) -> None:
    """Somebody says who they are; an earlier claim that nobody has decided gives way."""
    await connection.execute(
        f"update {TABLE} set state = 'replaced' where user_id = $1 and state = 'open'", user_id
    )  # fmt: skip
    sealed = kek.seal(words.packed(), about(TABLE, user_id))
    await connection.execute(
        f"insert into {TABLE} (user_id, name_mac, room, kek, wrapped, sealed) values ($1, $2, $3, $4, $5, $6)",
        user_id, mac, room, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip


async def of(connection: Connection, keyring: Keyring, people: Collection[str]) -> Mapping[UserId, Sequence[Claim]]:
    """The claims of these people that count or wait, the verified ones first."""
    return _by_person(
        await _read(connection, keyring, "user_id = any($1) and state in ('open', 'verified')", [*people])
    )


async def waiting(connection: Connection, keyring: Keyring, most: int) -> Sequence[Claim]:
    """Those that wait for an officer, the oldest first."""
    return await _read(connection, keyring, f"state = 'open' order by id limit {most}")


async def how_many_wait(connection: Connection) -> int:
    """How many wait for an officer."""
    found: int = await connection.fetchval(f"select count(*) from {TABLE} where state = 'open'")
    return found


async def same(connection: Connection, keyring: Keyring, user_id: UserId, mac: bytes) -> Sequence[Claim]:
    """What others claim with the same words."""
    where = "name_mac = $1 and user_id <> $2 and state in ('open', 'verified')"
    return await _read(connection, keyring, where, mac, user_id)


async def changed_unseen(connection: Connection, claim: Claim, officer: UserId) -> bool:
    """Whether it came in the place of one that waited when the officer last asked what does."""
    found: bool = await connection.fetchval(
        f"select exists (select from {TABLE} c, (select max(heard_at) as at from command where sender = $3"
        "  and verb = '!id pending' and verdict = 'allowed') looked"
        " where c.user_id = $1 and c.state = 'replaced' and c.decided_at is null"
        " and c.claimed_at <= looked.at and looked.at < $2)",
        claim.user_id, claim.claimed_at, officer,
    )  # fmt: skip
    return found


async def decide(connection: Connection, claim: Claim, state: str, by: UserId, valid: timedelta | None = None) -> bool:
    """An officer verified or refused it; an earlier verified one gives way to a new one. False where it does not wait
    any more: another officer was first, or its owner says something else.
    """
    if (
        await connection.fetchval(f"select 1 from {TABLE} where id = $1 and state = 'open' for update", claim.id)
        is None
    ):
        return False
    if state == "verified":
        await connection.execute(
            f"update {TABLE} set state = 'replaced' where user_id = $1 and state = 'verified'", claim.user_id
        )
    await connection.execute(
        f"update {TABLE} set state = $2, decided_by = $3, decided_at = now(), until = now() + $4::interval"
        " where id = $1",
        claim.id, state, by, valid,
    )  # fmt: skip
    return True


async def ending(connection: Connection, keyring: Keyring, within: timedelta) -> Sequence[Claim]:
    """Verified claims that end soon, of which nobody was told; from now on they were."""
    rows = await connection.fetch(
        f"update {TABLE} set reminded = true where state = 'verified' and not reminded and until < now() + $1::interval"
        " returning *",
        within,
    )  # fmt: skip
    return await _opened(connection, keyring, rows)


async def ended(connection: Connection) -> Sequence[UserId]:
    """Whose verified claim has just ended; it counts no more."""
    rows = await connection.fetch(
        f"update {TABLE} set state = 'over' where state = 'verified' and until < now() returning user_id"
    )
    return [UserId(row["user_id"]) for row in rows]


async def _read(connection: Connection, keyring: Keyring, where: str, *words: object) -> Sequence[Claim]:
    return await _opened(connection, keyring, await connection.fetch(f"select * from {TABLE} where {where}", *words))


async def _opened(connection: Connection, keyring: Keyring, rows: Sequence[asyncpg.Record]) -> Sequence[Claim]:
    await keyring.load(connection, (row["kek"] for row in rows))
    return [_claim(keyring, row) for row in rows]


def _claim(keyring: Keyring, row: asyncpg.Record) -> Claim:
    user_id = UserId(row["user_id"])
    words = keyring.open(Sealed(row["kek"], row["wrapped"], row["sealed"]), about(TABLE, user_id))
    return Claim(
        row["id"], user_id, Words.unpacked(words), row["state"], row["claimed_at"], row["until"], RoomRef(row["room"])
    )


def _by_person(claims: Sequence[Claim]) -> Mapping[UserId, Sequence[Claim]]:
    found: dict[UserId, list[Claim]] = {}
    for claim in sorted(claims, key=lambda one: one.state != "verified"):
        found.setdefault(claim.user_id, []).append(claim)
    return found
