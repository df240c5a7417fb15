"""The jobs in the database. A job moves on only from where it is thought to be, so that of two who move it at once one
does nothing.
"""

import json
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress

import asyncpg

from bots.retention.export.request import Request
from bots.retention.handover.job import IN_HAND, Job, JobNumber, Packed, State, cause_of
from bridge.model import HomeserverName, UserId
from bridge.saying import Saying
from bridge.seal import CannotOpen, Kek, Sealed, about
from bridge.store import outbox
from bridge.store.database import Connection
from bridge.store.keyring import NO_ROOM, Keyring

CLAIMS = 0x5E7E
"""The first half of the number of each advisory lock that tells that a process works on a job."""

ASKING = 0x5E7F
"""The same of those that tell that somebody asks for one."""

_ASKED, _PACKED = "export asked", "export packed"


async def add(connection: Connection, kek: Kek, homeserver: str, request: Request) -> JobNumber:
    """A new one. Whoever asks has none in hand (`in_hand`)."""
    token = secrets.token_hex(8)
    sealed = kek.seal(json.dumps(request.told()).encode(), about(_ASKED, request.actor, token))
    number = await connection.fetchval(
        "insert into retention_export (person, homeserver, token, kek, wrapped, sealed)"
        " values ($1, $2, $3, $4, $5, $6) returning id",
        request.actor, homeserver, token, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip
    return JobNumber(number)


async def in_hand(connection: Connection, person: str) -> JobNumber | None:
    """The one that somebody has in hand. Until the transaction ends nobody else finds out for this person."""
    await connection.execute("select pg_advisory_xact_lock($1, hashtext($2))", ASKING, person)
    found = await connection.fetchval(
        "select id from retention_export where person = $1 and state = any($2)", person, list(IN_HAND)
    )
    return JobNumber(found) if found is not None else None


async def one(connection: Connection, keyring: Keyring, number: int, alone: bool = False) -> Job | None:
    """The job of this number, which nobody else moves until the transaction ends where it is taken `alone`."""
    asked = f"{_READ} where id = $1{' for update' if alone else ''}"
    found = await _jobs(connection, keyring, await connection.fetch(asked, number))
    return found[0] if found else None


async def of(connection: Connection, keyring: Keyring, person: str, most: int) -> Sequence[Job]:
    """Those of a person, the newest first."""
    asked = f"{_READ} where person = $1 order by id desc limit $2"
    return await _jobs(connection, keyring, await connection.fetch(asked, person, most))


async def in_state(connection: Connection, *states: State) -> Sequence[int]:
    """Those that stand so, the oldest first."""
    rows = await connection.fetch("select id from retention_export where state = any($1) order by id", list(states))
    return [row["id"] for row in rows]


async def among(connection: Connection, numbers: Iterable[int], *states: State) -> frozenset[int]:
    """Those of these that stand so."""
    rows = await connection.fetch(
        "select id from retention_export where id = any($1) and state = any($2)", list(numbers), list(states)
    )
    return frozenset(row["id"] for row in rows)


async def begin(connection: Connection, number: int) -> bool:
    """It is prepared from now on, or again; whether there is anything to prepare."""
    return await _moved(connection, number, "state = 'preparing', tries = tries + 1", State.WAITING, State.PREPARING)


async def count(connection: Connection, number: int, written: int, selected: int) -> bool:
    """So far it is; whether it is still wanted."""
    row = await connection.fetchval(
        "update retention_export set written = $2, selected = $3,"
        " tries = case when written is null or written < $2 then 0 else tries end"
        " where id = $1 and state = 'preparing' returning id",
        number, written, selected,
    )  # fmt: skip
    return row is not None


async def pack(connection: Connection, keyring: Keyring, number: int, packed: Packed) -> bool:
    """It is prepared; whether it was still wanted."""
    kek = await keyring.current(connection, NO_ROOM)
    sealed = kek.seal(packed.stored(), about(_PACKED, str(number)))
    row = await connection.fetchval(
        "update retention_export set state = 'packed', packed_at = now(), parts_kek = $2, parts_wrapped = $3,"
        " parts_sealed = $4 where id = $1 and state = 'preparing' returning id",
        number, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip
    return row is not None


async def stick(connection: Connection, number: int, why: Saying) -> int | None:
    """It cannot be handed over for now. How often that was so, where it is news; else None."""
    found: int | None = await connection.fetchval(
        "update retention_export set state = 'stuck', why = $2, stuck = stuck + 1 where id = $1 and state = 'packed'"
        " returning stuck",
        number, why.stored(),
    )  # fmt: skip
    return found


async def go_on(connection: Connection, number: int) -> bool:
    """It is on its way again."""
    return await _moved(connection, number, "state = 'packed', why = null", State.STUCK)


async def fail(connection: Connection, number: int, why: Saying, *before: State) -> bool:
    """It comes to nothing; whether it does by this."""
    row = await connection.fetchval(
        f"update retention_export set state = 'failed', why = $2, settled_at = now(), {_NO_PARTS}"
        " where id = $1 and state = any($3) returning id",
        number, why.stored(), list(before),
    )  # fmt: skip
    if row is not None:
        await _give_up(connection, number)
    return row is not None


async def settle(connection: Connection, number: int) -> bool:
    """It was handed over; whether that is news."""
    change = f"state = 'done', why = null, settled_at = now(), {_NO_PARTS}"
    return await _moved(connection, number, change, State.PACKED, State.STUCK)


async def cancel(connection: Connection, number: int, person: str) -> State | None:
    """Its asker wants it no more: how it stood, None where it is not theirs. What is on its way goes on."""
    row = await connection.fetchrow(
        "select state from retention_export where id = $1 and person = $2 for update", number, person
    )
    if row is None:
        return None
    change = f"state = 'cancelled', why = null, settled_at = now(), {_NO_PARTS}"
    if await _moved(connection, number, change, State.WAITING, State.PREPARING, State.STUCK):
        await _give_up(connection, number)
    return State(row["state"])


async def _give_up(connection: Connection, number: int) -> None:
    """What of it could not be handed over is handed over to nobody by `setu retry`."""
    cause = cause_of(number)
    await outbox.give_up(connection, [f"{cause}:part:", f"{cause}:handed#"])


_NO_PARTS = "parts_kek = null, parts_wrapped = null, parts_sealed = null"
_READ = "select * from retention_export"


async def _moved(connection: Connection, number: int, change: str, *before: State) -> bool:
    row = await connection.fetchval(
        f"update retention_export set {change} where id = $1 and state = any($2) returning id", number, list(before)
    )
    return row is not None


async def _jobs(connection: Connection, keyring: Keyring, rows: Sequence[asyncpg.Record]) -> Sequence[Job]:
    """Without those that do not open any more: their askers can cancel them, by the number."""
    keks = [row[name] for row in rows for name in ("kek", "parts_kek") if row[name] is not None]
    await keyring.load(connection, keks)
    found = []
    for row in rows:
        with suppress(CannotOpen):
            found.append(_job(keyring, row))
    return found


def _job(keyring: Keyring, row: asyncpg.Record) -> Job:
    """Raises CannotOpen."""
    sealed = Sealed(row["kek"], row["wrapped"], row["sealed"])
    asked = keyring.open(sealed, about(_ASKED, row["person"], row["token"]))
    return Job(
        JobNumber(row["id"]), UserId(row["person"]), HomeserverName(row["homeserver"]), row["asked_at"], row["token"],
        State(row["state"]), row["tries"], Request.read(json.loads(asked)), row["written"], row["selected"],
        Saying.read(row["why"]) if row["why"] is not None else None, row["stuck"], row["packed_at"],
        _packed(keyring, row),
    )  # fmt: skip


def _packed(keyring: Keyring, row: asyncpg.Record) -> Packed | None:
    if row["parts_kek"] is None:
        return None
    sealed = Sealed(row["parts_kek"], row["parts_wrapped"], row["parts_sealed"])
    return Packed.read(keyring.open(sealed, about(_PACKED, str(row["id"]))))
