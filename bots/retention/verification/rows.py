"""The rows of the record as they stand, each with the leaf that is computed from it, and whether the journal still has
what it commits to.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import asyncpg

from bots.retention import record, sealed_words
from bots.retention.leaf import Deed, Record, deed_leaf, record_leaf
from bots.retention.verification.fault import Fault
from bridge.model import RoomRef
from bridge.seal import Sealed
from bridge.store.database import Connection

_COPIED = ("received_at", "source", "late", "cites", "event_id", "type", "sender", "membership", "sent_at")
"""What the record has from the journal as it stands there."""

_RECORDS = f"""
    select r.seq, r.leaf, o.homeserver, o.room_id, {", ".join(f"r.{name}" for name in record.COLUMNS)},
           j.pos is not null as journalled, sha256(r.salt || j.sealed) as sealed_now,
           sha256(r.salt || c.sealed) as clear_now,
           ({", ".join(f"r.{name}" for name in _COPIED)}) is not distinct from
           ({", ".join(f"j.{name}" for name in _COPIED)}) as same
    from record r left join room o on o.id = r.room
    left join journal j on j.room = r.room and j.pos = r.pos and j.received_at = r.received_at
    left join clear_text c on c.room = r.room and c.pos = r.pos
    where r.organisation = $1 and {{}} order by r.seq
"""
_DEEDS = (
    f"select a.seq, leaf, {', '.join(f'a.{field.name}' for field in fields(Deed))}, w.kek, w.wrapped, w.sealed"
    " from record_audit a left join record_words w on w.organisation = a.organisation and w.seq = a.seq"
    " where a.organisation = $1 and a.seq >= $2 and a.seq < $3 order by a.seq"
)


@dataclass(frozen=True, slots=True)
class Row:
    """A row and what is wrong with it by itself."""

    seq: int
    name: str
    leaf: bytes
    """As it stands in the row."""
    computed: bytes
    """From the other columns."""
    wrong: str | None


CANNOT_BE_READ = (ValueError, OverflowError, asyncpg.DataError, asyncpg.InternalServerError)
"""What a value raises that no program could have written."""


async def between(connection: Connection, organisation: str, first: int, after: int) -> Sequence[Row]:
    """The rows whose leaves are numbered from `first` to before `after`."""
    try:
        async with connection.transaction():
            return await _between(connection, organisation, first, after)
    except CANNOT_BE_READ as error:
        if after - first > 1:
            middle = (first + after) // 2
            halves = ((first, middle), (middle, after))
            return [row for half in halves for row in await between(connection, organisation, *half)]
        wrong = f"it cannot be read ({type(error).__name__})"
        return [Row(first, f"leaf {first} of {organisation}", b"", b"", wrong)]


async def _between(connection: Connection, organisation: str, first: int, after: int) -> Sequence[Row]:
    where = "r.seq >= $2 and r.seq < $3"
    records = await connection.fetch(_RECORDS.format(where), organisation, first, after)
    deeds = await connection.fetch(_DEEDS, organisation, first, after)
    return [*(_record(organisation, row) for row in records), *(_deed(organisation, row) for row in deeds)]


async def of_room(connection: Connection, organisation: str, room: RoomRef, first: int, after: int) -> Sequence[Row]:
    """The rows of a room, by their numbers within it."""
    where = "r.room = $2 and r.room_seq >= $3 and r.room_seq < $4"
    records = await connection.fetch(_RECORDS.format(where), organisation, room, first, after)
    return [_record(organisation, row) for row in records]


def _record(organisation: str, row: asyncpg.Record) -> Row:
    kept = Record(*[row[name] for name in record.COLUMNS])
    name = f"record {row['seq']} of {organisation} (room {row['room_id']}, {kept.event_id})"
    computed = record_leaf(organisation, row["room_id"] or "", kept)
    return Row(row["seq"], name, row["leaf"], computed, _wrong(organisation, row))


def _wrong(organisation: str, row: asyncpg.Record) -> str | None:
    if row["homeserver"] != organisation:
        return "its room is none of this organisation's"
    if not row["journalled"]:
        return "the journal has no such entry"
    if not row["same"]:
        return "the journal says otherwise"
    if row["sealed_now"] != row["sealed_sha256"]:
        return "the sealed bytes are not those that were recorded"
    if row["clear_now"] != row["clear_sha256"]:
        return "the sealed clear text is not what was recorded"
    return None


def _deed(organisation: str, row: asyncpg.Record) -> Row:
    deed = Deed(*[row[field.name] for field in fields(Deed)])
    name = f"audit entry {row['seq']} of {organisation} ({deed.action})"
    words = Sealed(row["kek"], row["wrapped"], row["sealed"]) if row["kek"] is not None else None
    wrong = sealed_words.wrong(deed.detail, words)
    return Row(row["seq"], name, row["leaf"], deed_leaf(organisation, deed), wrong)


def compared(organisation: str, first: int, hashes: Sequence[bytes | None], found: Sequence[Row]) -> list[Fault]:
    """What is wrong with the rows of these leaves, which the tree has so; None where it lacks one."""
    seen = set[int]()
    faults = []
    for row in found:
        if row.seq in seen:
            faults.append(Fault(row.name, "another row has the same number", row.seq))
        seen.add(row.seq)
        if (wrong := fault_of(row, hashes[row.seq - first])) is not None:
            faults.append(Fault(row.name, wrong, row.seq))
    missing = [seq for seq in range(first, first + len(hashes)) if seq not in seen]
    return faults + [Fault(f"leaf {seq} of {organisation}", "the row of this leaf is missing", seq) for seq in missing]


def fault_of(row: Row, leaf: bytes | None) -> str | None:
    """What is wrong with a row whose leaf is this in the tree; None where the tree lacks it."""
    if leaf is not None and row.computed == leaf and row.leaf != leaf:
        return "the leaf that stands in it is not its own"
    if row.computed != (row.leaf if leaf is None else leaf):
        return row.wrong or "it is not what its leaf commits to"
    return row.wrong
