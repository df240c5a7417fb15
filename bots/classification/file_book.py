"""Which files of which messages wait for a verdict, and what was found: the table `classification_file`. A verdict is
sealed; that a file could not be scanned is one too.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import asyncpg

from bots.classification.verdict import CLEAN, Verdict, merged, packed, unpacked
from bridge.model import RoomRef
from bridge.seal import Kek, Sealed, about
from bridge.store import notify
from bridge.store.database import Connection
from bridge.store.keyring import Keyring


@dataclass(frozen=True)
class Waiting:
    """A file that can be judged now: it was fetched, or is not to be had."""

    room: RoomRef
    pos: int
    n: int
    """Which one of the message's files."""
    tries: int
    """How often somebody began to judge it, this time included."""


@dataclass(frozen=True)
class Late:
    """The verdict on the files of a message that went on without it."""

    room: RoomRef
    pos: int
    verdict: Verdict


async def ask(connection: Connection, room: RoomRef, pos: int, macs: Mapping[int, bytes]) -> None:
    """These files of a message wait, each by the keyed hash of its address; those that are here already stay as they
    are.
    """
    await connection.execute(
        "insert into classification_file (room, pos, n, mxc) select $1, $2, * from unnest($3::int[], $4::bytea[])"
        " on conflict do nothing",
        room, pos, list(macs), list(macs.values()),
    )  # fmt: skip


async def of(connection: Connection, keyring: Keyring, room: RoomRef, pos: int) -> Mapping[int, Verdict | None]:
    """The files of a message that were asked for, each with its verdict where there is one. Raises CannotOpen."""
    rows = await connection.fetch("select * from classification_file where room = $1 and pos = $2", room, pos)
    await keyring.load(connection, (row["kek"] for row in rows if row["kek"] is not None))
    return {row["n"]: _verdict(keyring, row) if row["sealed"] is not None else None for row in rows}


async def begin(connection: Connection, lease: timedelta) -> Waiting | None:
    """The file that can be judged and waits longest. Nobody else begins with it until the lease is over."""
    row = await connection.fetchrow(
        """
        update classification_file f set tries = f.tries + 1, not_before = now() + $1
        from (select w.room, w.pos, w.n from classification_file w join media m using (room, mxc)
              where w.state = 'waiting' and m.state <> 'wanted' and (w.not_before is null or w.not_before < now())
              order by w.asked_at limit 1 for update of w skip locked) one
        where (f.room, f.pos, f.n) = (one.room, one.pos, one.n) returning f.room, f.pos, f.n, f.tries
        """,
        lease,
    )  # fmt: skip
    return Waiting(**dict(row)) if row is not None else None


async def again(connection: Connection, waiting: Waiting, after: timedelta, counts: bool) -> None:
    """It was not judged, and is to be after this time; it `counts` where that may be the file's own fault."""
    await connection.execute(
        "update classification_file set not_before = now() + $4, tries = $5"
        " where room = $1 and pos = $2 and n = $3 and state = 'waiting'",
        waiting.room, waiting.pos, waiting.n, after, waiting.tries if counts else waiting.tries - 1,
    )  # fmt: skip


async def judged(connection: Connection, kek: Kek, waiting: Waiting, verdict: Verdict) -> None:
    """Keeps the verdict, unless somebody else was faster, and tells the followers of the room."""
    plain = json.dumps(packed(verdict)).encode()
    sealed = kek.seal(plain, _place(waiting.room, waiting.pos, waiting.n))
    await connection.execute(
        "update classification_file set state = 'judged', kek = $4, wrapped = $5, sealed = $6"
        " where room = $1 and pos = $2 and n = $3 and state = 'waiting'",
        waiting.room, waiting.pos, waiting.n, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip
    await notify.journal(connection, {waiting.room})


async def overdue(connection: Connection, room: RoomRef, pos: int) -> None:
    """The message goes on without a verdict on all of its files: that comes late."""
    await connection.execute(
        "insert into classification_overdue (room, pos) values ($1, $2) on conflict do nothing", room, pos
    )


async def late(connection: Connection, keyring: Keyring, most: int) -> Sequence[Late]:
    """Verdicts that came since. Each is given once: call it in the transaction in which it is acted upon."""
    rows = await connection.fetch(
        """
        update classification_overdue o set told_at = now()
        from (select room, pos from classification_overdue d where told_at is null
                and not exists (select from classification_file f
                                where f.room = d.room and f.pos = d.pos and f.state = 'waiting')
              order by at limit $1 for update skip locked) one
        where (o.room, o.pos) = (one.room, one.pos) returning o.room, o.pos
        """,
        most,
    )  # fmt: skip
    found = []
    for room, pos in sorted((RoomRef(row["room"]), row["pos"]) for row in rows):
        verdict = CLEAN
        for one in (await of(connection, keyring, room, pos)).values():
            verdict = merged(verdict, one or CLEAN)
        found.append(Late(room, pos, verdict))
    return found


def _verdict(keyring: Keyring, row: asyncpg.Record) -> Verdict:
    sealed = Sealed(row["kek"], row["wrapped"], row["sealed"])
    return unpacked(json.loads(keyring.open(sealed, _place(row["room"], row["pos"], row["n"]))))


def _place(room: int, pos: int, n: int) -> bytes:
    return about("classification_file", str(room), str(pos), str(n))
