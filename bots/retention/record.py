"""The record's table: written once, never changed."""

from collections.abc import Mapping, Sequence

from bridge.model import HomeserverName, Room, RoomRef
from bridge.seal import Kek, about
from bridge.store.database import Connection


async def write(connection: Connection, room: Room, up_to: int) -> None:
    """Records a room's journal up to this position, numbered without a hole after what is recorded already."""
    await connection.execute(
        """
        with entry as (
            select j.*, h.room_seq as before, row_number() over (order by j.pos) as n,
                   uuid_send(gen_random_uuid()) as salt
            from journal j left join record_head h on h.room = j.room
            where j.room = $1 and j.pos > coalesce(h.last_pos, 0) and j.pos <= $3
        ), head as (
            insert into record_head (room, room_seq, last_pos)
            select $1, coalesce(max(before), 0) + max(n), max(pos) from entry having count(*) > 0
            on conflict (room) do update set room_seq = excluded.room_seq, last_pos = excluded.last_pos
        )
        insert into record (room, room_seq, pos, recorded_at, organisation, event_id, type, sender, sent_at, late,
                            salt, sealed_sha256)
        select room, coalesce(before, 0) + n, pos, now(), $2, event_id, type, sender, sent_at, late,
               salt, sha256(salt || sealed)
        from entry
        """,
        room.ref, room.homeserver, up_to,
    )  # fmt: skip


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
    """The last journal entry of the room that is on record."""
    pos: int = await connection.fetchval("select last_pos from record_head where room = $1", room.ref)
    return pos


async def note_read(connection: Connection, room: Room, reader: str, purpose: str) -> None:
    """Keeps that all records of this room are read, by whom and for what."""
    await connection.execute(
        "insert into record_read (reader, room, records, purpose)"
        " select $1, room, room_seq, $3 from record_head where room = $2",
        reader, room.ref, purpose,
    )  # fmt: skip


async def note_search(connection: Connection, kek: Kek, reader: str, query: str, purpose: str) -> None:
    """Keeps that the records are searched, by whom, for what words, and to what end. The words are sealed."""
    sealed = kek.seal(query.encode("utf-8", "surrogatepass"), about("search", reader, purpose))
    await connection.execute(
        "insert into record_read (reader, purpose, kek, wrapped, sealed) values ($1, $2, $3, $4, $5)",
        reader, purpose, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip
