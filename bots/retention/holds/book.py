"""Holds in the database: the tables `record_hold` and `record_hold_act`, to which is only added. What officers wrote is
sealed there; each row is a leaf of its organisation's log, column for column.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Any

import asyncpg

from bots.retention import audit
from bots.retention.holds.hold import Act, Criteria, Deed, Hold, HoldNumber, Officer, Order
from bots.retention.leaf import moment
from bridge.seal import CannotOpen, Kek, Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import NO_ROOM, Keyring

CLASS = "hold"
"""Of the keys of what is sealed here: no disposal of a room's keys takes them along."""

Row = asyncpg.Record

HOLD, OF_ACT = "hold", {deed: f"hold-{deed.replace('_', '-')}" for deed in Deed}
"""What the leaves are called: of a hold, and of what becomes of it."""


async def begin(connection: Connection) -> None:
    """Waits for the disposals that are under way, and lets none begin before this transaction ends. Call it before
    anything is looked at on which a hold, or what becomes of one, depends.
    """
    await connection.execute("lock table record_hold, record_hold_act in row exclusive mode")


async def add(
    connection: Connection, keyring: Keyring, organisation: str, everywhere: bool, officer: Officer, order: Order,
    criteria: Criteria, at: datetime,
) -> HoldNumber:  # fmt: skip
    """Adds a hold, after `begin` and last in its transaction: the organisation's log is taken. It holds from the
    commit on.
    """
    number = HoldNumber(await connection.fetchval("select nextval(pg_get_serial_sequence('record_hold', 'id'))"))
    words = {
        "matter": order.matter, "authority": order.authority, "reason": order.reason, "words": list(criteria.words),
    }  # fmt: skip
    sealed = (await _kek(connection, keyring, at)).seal(_bytes(words), about("hold", str(number)))
    row = await connection.fetchrow(
        "insert into record_hold (id, organisation, everywhere, at, account, person, people, rooms, terms, since,"
        " until, kek, wrapped, sealed)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning *",
        number, organisation, everywhere, at, officer.account, officer.person, list(criteria.people),
        list(criteria.rooms), len(criteria.words), criteria.since, criteria.until, sealed.kek, sealed.wrapped,
        sealed.sealed,
    )  # fmt: skip
    assert row is not None, "what was inserted is returned"
    await audit.note(connection, organisation, officer.name, HOLD, at=at, **told(row))
    return number


async def act(connection: Connection, keyring: Keyring, hold: Hold, done: Act) -> bool:
    """Keeps what becomes of a hold, after `begin` and last; False where somebody else did something meanwhile."""
    kek = await _kek(connection, keyring, done.at)
    sealed = kek.seal(_bytes(done.reason), about("hold-act", str(hold.number), str(done.n)))
    answered = done.answers
    row = await connection.fetchrow(
        "insert into record_hold_act (hold, n, act, at, account, person, answers, answers_account, answers_person,"
        " ends_at, kek, wrapped, sealed) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        " on conflict (hold, n) do nothing returning *",
        hold.number, done.n, done.deed, done.at, done.officer.account, done.officer.person,
        done.n - 1 if answered is not None else None, answered.account if answered is not None else None,
        answered.person if answered is not None else None, done.ends_at, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip
    if row is None:
        return False
    await audit.note(connection, hold.organisation, done.officer.name, OF_ACT[done.deed], at=done.at, **told(row))
    return True


async def of(connection: Connection, keyring: Keyring, organisation: str | None = None) -> Sequence[Hold]:
    """All holds that there ever were, or those of an organisation, the oldest first."""
    rows = await connection.fetch(
        "select * from record_hold where $1::text is null or organisation = $1 order by id", organisation
    )
    return await _read(connection, keyring, rows)


async def one(connection: Connection, keyring: Keyring, number: int) -> Hold | None:
    """The hold of this number."""
    rows = await connection.fetch("select * from record_hold where id = $1", number)
    found = await _read(connection, keyring, rows)
    return found[0] if found else None


def told(row: Row) -> dict[str, Any]:
    """What the leaf of a row says of it: each column that the leaf does not have itself."""
    return {name: _told(value) for name, value in row.items() if name not in ("organisation", "at")}


def _told(value: Any) -> Any:
    match value:
        case datetime():
            return moment(value)
        case bytes():
            return sha256(value).hexdigest()
        case _:
            return value


async def _read(connection: Connection, keyring: Keyring, rows: Sequence[asyncpg.Record]) -> Sequence[Hold]:
    numbers = [row["id"] for row in rows]
    acts = await connection.fetch("select * from record_hold_act where hold = any($1) order by hold, n", numbers)
    await keyring.load(connection, {row["kek"] for row in (*rows, *acts)})
    of_hold: dict[int, list[Act]] = {number: [] for number in numbers}
    for row in acts:
        of_hold[row["hold"]].append(_act(keyring, row))
    return [_hold(keyring, row, of_hold[row["id"]]) for row in rows]


def _hold(keyring: Keyring, row: Row, acts: Sequence[Act]) -> Hold:
    try:
        words = json.loads(keyring.open(_sealed(row), about("hold", str(row["id"]))))
    except CannotOpen:
        words = None
    order = Order(words["matter"], words["authority"], words["reason"]) if words else Order("", "", "")
    criteria = Criteria(row["people"], row["rooms"], words["words"] if words else (), row["since"], row["until"])
    return Hold(
        HoldNumber(row["id"]), row["organisation"], row["everywhere"], row["at"],
        Officer(row["account"], row["person"]), criteria, order, acts, words is not None,
    )  # fmt: skip


def _act(keyring: Keyring, row: Row) -> Act:
    try:
        reason = json.loads(keyring.open(_sealed(row), about("hold-act", str(row["hold"]), str(row["n"]))))
    except CannotOpen:
        reason = ""
    answers = Officer(row["answers_account"], row["answers_person"]) if row["answers"] is not None else None
    officer = Officer(row["account"], row["person"])
    return Act(row["n"], Deed(row["act"]), row["at"], officer, reason, row["ends_at"], answers)


async def _kek(connection: Connection, keyring: Keyring, at: datetime) -> Kek:
    return await keyring.make(connection, NO_ROOM, CLASS, date(at.year, at.month, 1))


def _sealed(row: Row) -> Sealed:
    return Sealed(row["kek"], row["wrapped"], row["sealed"])


def _bytes(words: object) -> bytes:
    return json.dumps(words).encode()
