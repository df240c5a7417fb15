"""The record: one row for each journalled event of an archived room, written once, never changed. It shares the
journal's sealed bytes and commits to them by their hashes, in a leaf of the organisation's log.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from bots.retention import log, relation
from bots.retention.leaf import SALT_BYTES, Record, record_leaf
from bridge.model import Entry, HomeserverName, Room, RoomRef
from bridge.store.database import Connection

COLUMNS = Record._fields
"""Of the table, those that a record's leaf commits to."""


@dataclass(frozen=True)
class Head:
    """How far the record of a room goes."""

    room_seq: int
    pos: int
    """Of the last journal entry that is on record; 0 where none is."""
    now: datetime
    """When the transaction began: whoever has claimed a room is the only one who moves its head."""


async def write(connection: Connection, room: Room, entries: Sequence[Entry], before: Head) -> Head:
    """Records these entries, which follow those that are recorded, and gives the head behind them: see `advance`.

    The organisation's log is taken until the commit.
    """
    records = [_record(entry, before, n) for n, entry in enumerate(entries, before.room_seq + 1)]
    leaves = [record_leaf(room.homeserver, room.room_id, one) for one in records]
    first = await log.append(connection, room.homeserver, leaves)
    rows = [
        (room.homeserver, room.ref, seq, leaf, *one)
        for seq, (leaf, one) in enumerate(zip(leaves, records, strict=True), first)
    ]
    columns = ("organisation", "room", "seq", "leaf", *COLUMNS)
    await connection.copy_records_to_table("record", records=rows, columns=columns)
    return Head(records[-1].room_seq, records[-1].pos, before.now)


async def advance(connection: Connection, room: Room, head: Head) -> None:
    """Says how far the record goes now."""
    await connection.execute("select record_head_move($1, $2, $3)", room.ref, head.room_seq, head.pos)


def _record(entry: Entry, before: Head, room_seq: int) -> Record:
    assert entry.at_rest is not None, "an entry of the journal is there"
    kept, salt = entry.at_rest(), os.urandom(SALT_BYTES)
    kind, relates_to = relation.of(entry)
    return Record(
        room_seq, entry.pos, before.now, entry.received_at, entry.source, entry.late, entry.cites, kept.event_id,
        entry.type, kept.sender, kept.membership, kept.sent_at, kind, relates_to, salt,
        sha256(salt + kept.sealed).digest(), sha256(salt + kept.clear).digest() if kept.clear is not None else None,
    )  # fmt: skip


async def count(connection: Connection) -> Mapping[int, int]:
    """How many records each room has, by the room's number."""
    return {row["room"]: row["room_seq"] for row in await connection.fetch("select room, room_seq from record_head")}


async def rooms(connection: Connection, room_id: str, homeserver: str | None = None) -> Sequence[Room]:
    """The rooms of this id of which there are records: one for each homeserver that it was seen through, or that of one
    alone.
    """
    rows = await connection.fetch(
        "select r.id, r.homeserver, r.room_id from room r join record_head h on h.room = r.id"
        " where r.room_id = $1 and ($2::text is null or r.homeserver = $2) order by r.id",
        room_id, homeserver,
    )  # fmt: skip
    return [Room(RoomRef(row["id"]), HomeserverName(row["homeserver"]), row["room_id"]) for row in rows]


async def last(connection: Connection, room: Room) -> int:
    """The last journal entry of the room that is on record; 0 where none is."""
    found = await connection.fetchval("select last_pos from record_head where room = $1", room.ref)
    return int(found or 0)
