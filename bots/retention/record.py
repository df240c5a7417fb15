"""The record: one row for each journalled event of an archived room, written once, never changed. It shares the
journal's sealed bytes and commits to them by their hashes, in a leaf of the organisation's log.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from operator import attrgetter

from bots.retention import log, relation
from bots.retention.leaf import Record, record_leaf
from bridge.model import Entry, HomeserverName, Room, RoomRef
from bridge.store.database import Connection

_TYPES = {
    "room_seq": "bigint", "pos": "bigint", "recorded_at": "timestamptz", "received_at": "timestamptz",
    "source": "text", "late": "boolean", "cites": "bigint", "event_id": "text", "type": "text", "sender": "text",
    "membership": "text", "sent_at": "timestamptz", "relation": "text", "relates_to": "text", "salt": "bytea",
    "sealed_sha256": "bytea", "clear_sha256": "bytea",
}  # fmt: skip
COLUMNS = tuple(field.name for field in fields(Record))
"""Of the table, those that a record's leaf commits to."""

_WRITE = f"""
    with fresh as (
        insert into record (organisation, room, seq, leaf, {", ".join(COLUMNS)})
        select $1, $2, $3 + ordinality - 1, leaf, {", ".join(COLUMNS)}
        from unnest($6::bytea[], {", ".join(f"${n}::{_TYPES[name]}[]" for n, name in enumerate(COLUMNS, 7))})
            with ordinality as r(leaf, {", ".join(COLUMNS)})
    )
    select record_head_move($2, $4, $5)
"""


async def write(connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
    """Records these entries, which follow those that are recorded. The organisation's log is taken until the commit."""
    records = await _records(connection, room, entries)
    leaves = [record_leaf(room.homeserver, room.room_id, one) for one in records]
    first = await log.append(connection, room.homeserver, leaves)
    columns = [list(map(attrgetter(name), records)) for name in COLUMNS]
    last = records[-1]
    await connection.execute(_WRITE, room.homeserver, room.ref, first, last.room_seq, last.pos, leaves, *columns)


async def _records(connection: Connection, room: Room, entries: Sequence[Entry]) -> list[Record]:
    rows = await connection.fetch(
        """
        with entry as (
            select j.*, uuid_send(gen_random_uuid()) as salt from journal j
            where room = $1 and pos >= $2 and pos <= $3 and received_at >= $4 and received_at <= $5
        )
        select coalesce((select room_seq from record_head where room = $1), 0) + row_number() over (order by pos)
               as room_seq, pos, now() as recorded_at, received_at, source, late, cites, event_id, type, e.sender,
               membership, sent_at, salt, sha256(salt || e.sealed) as sealed_sha256,
               sha256(salt || c.sealed) as clear_sha256
        from entry e left join clear_text c using (room, pos) order by pos
        """,
        room.ref, entries[0].pos, entries[-1].pos,
        min(entry.received_at for entry in entries), max(entry.received_at for entry in entries),
    )  # fmt: skip
    relations = {entry.pos: relation.of(entry) for entry in entries}
    return [Record(**row, relation=relations[row["pos"]][0], relates_to=relations[row["pos"]][1]) for row in rows]


async def count(connection: Connection) -> Mapping[int, int]:
    """How many records each room has, by the room's number."""
    return {row["room"]: row["room_seq"] for row in await connection.fetch("select room, room_seq from record_head")}


async def rooms(connection: Connection, room_id: str) -> Sequence[Room]:
    """The rooms of this id of which there are records: one for each homeserver that it was seen through."""
    rows = await connection.fetch(
        "select r.id, r.homeserver, r.room_id from room r join record_head h on h.room = r.id"
        " where r.room_id = $1 order by r.id",
        room_id,
    )  # fmt: skip
    return [Room(RoomRef(row["id"]), HomeserverName(row["homeserver"]), row["room_id"]) for row in rows]


async def last(connection: Connection, room: Room) -> int:
    """The last journal entry of the room that is on record; 0 where none is."""
    found = await connection.fetchval("select last_pos from record_head where room = $1", room.ref)
    return int(found or 0)
