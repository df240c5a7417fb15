"""What the encrypted entries of the journal say, each told once, whoever reads it first; and of those that nobody could
read, why, until their key comes.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bridge.model import HomeserverName, Room, RoomRef
from bridge.seal import about
from bridge.store.database import Connection

FINAL = 0
"""As the index that was tried: no key will help."""


@dataclass(frozen=True)
class Told:
    """What became of one encrypted entry."""

    pos: int
    session_id: str | None
    sealed: bytes | None = field(default=None, repr=False)
    index: int | None = None
    forwarded: bool = False
    why: str | None = None
    tried: int | None = None
    gap: bool = True
    """Whether one that could not be read stands in the gap register."""
    sender: str | None = None
    sender_key: str | None = None
    """The Curve25519 key of the device that it names as its own."""


@dataclass(frozen=True)
class Missing:
    """An entry that could not be read, and whose key is there now."""

    room: Room
    pos: int
    session_id: str


@dataclass(frozen=True)
class Persisting:
    """A room of which something cannot be read."""

    room: Room
    month: str
    """In which the last such entry came."""


def place(room: Room, pos: int) -> bytes:
    """Where a clear text is at home: it opens nowhere else."""
    return about("clear", room.homeserver, room.room_id, str(pos))


async def tell(connection: Connection, room: RoomRef, told: Sequence[Told]) -> set[int]:
    """Writes down what these entries say, and gives the positions of those of which nobody had told yet.

    One that another reader told of stays as it is; so does a message that is told under another event already.
    """
    rows = await connection.fetch(
        """
        with told as (
            insert into clear_text (room, pos, session_id, index, forwarded, sealed, why, tried, sender_key, sender)
            select $1, * from unnest($2::bigint[], $3::text[], $4::bigint[], $5::boolean[], $6::bytea[], $7::text[],
                                     $8::bigint[], $10::text[], $11::text[])
            on conflict do nothing returning pos, why
        ), gaps as (
            insert into gap (room, pos, event_id, reason)
            select $1, t.pos, j.event_id, t.why from told t join journal j on j.room = $1 and j.pos = t.pos
            where t.pos = any($9)
        )
        select pos from told
        """,
        room, [one.pos for one in told], [one.session_id for one in told], [one.index for one in told],
        [one.forwarded for one in told], [one.sealed for one in told], [one.why for one in told],
        [one.tried for one in told], [one.pos for one in told if one.why is not None and one.gap],
        [one.sender_key for one in told], [one.sender for one in told],
    )  # fmt: skip
    return {row["pos"] for row in rows}


async def untold(connection: Connection, room: RoomRef, positions: Sequence[int]) -> Sequence[int]:
    """Those of these entries of which nobody has told: their message was told under another event already."""
    rows = await connection.fetch(
        "select pos from unnest($2::bigint[]) as p(pos)"
        " where not exists (select from clear_text c where c.room = $1 and c.pos = p.pos)",
        room, list(positions),
    )  # fmt: skip
    return [row["pos"] for row in rows]


async def lacks(connection: Connection, room: RoomRef, sessions: Iterable[str]) -> set[str]:
    """Those of these sessions that were waited for in vain already."""
    rows = await connection.fetch(
        "select distinct session_id from clear_text where room = $1 and session_id = any($2) and sealed is null",
        room, list(sessions),
    )  # fmt: skip
    return {row["session_id"] for row in rows}


async def readable(connection: Connection, homeserver: HomeserverName, most: int) -> Sequence[Missing]:
    """Entries that could not be read and whose key is there now, or one that reaches further back, in their order."""
    rows = await connection.fetch(
        """
        select c.room, r.room_id, c.pos, c.session_id from clear_text c
        join room r on r.id = c.room
        where r.homeserver = $1 and c.sealed is null and c.healed_at is null and c.tried is distinct from 0
          and exists (select from inbound_session s
            where s.homeserver = r.homeserver and s.room_id = r.room_id and s.session_id = c.session_id
              and (s.sender is null or s.sender = c.sender) and (c.tried is null or s.first_index < c.tried))
        order by c.room, c.pos limit $2
        """,
        homeserver, most,
    )  # fmt: skip
    return [
        Missing(Room(RoomRef(row["room"]), homeserver, row["room_id"]), row["pos"], row["session_id"]) for row in rows
    ]


async def heal(connection: Connection, room: RoomRef, pos: int, index: int) -> bool:
    """A late entry tells what this one says; not where its sender's same message was told under another event already.

    Somebody else who takes the session for their own silences nobody.
    """
    told = await connection.fetchval(
        "select 1 from clear_text had join clear_text now using (room, session_id, sender)"
        " where now.room = $1 and now.pos = $2 and had.index = $3 and had.pos <> $2",
        room, pos, index,
    )  # fmt: skip
    if told is not None:
        return False
    await connection.execute(
        "update clear_text set healed_at = now(), index = $3 where room = $1 and pos = $2", room, pos, index
    )
    await connection.execute(
        "update gap set healed_at = now() where room = $1 and pos = $2 and healed_at is null and follower is null",
        room, pos,
    )  # fmt: skip
    return True


async def take_back(connection: Connection, room: RoomRef, event_id: str) -> None:
    """Its author took it back before anybody could read it."""
    await connection.execute(
        "update clear_text c set taken_back = true from seen s"
        " where s.room = $1 and s.event_id = $2 and c.room = s.room and c.pos = s.pos",
        room, event_id,
    )  # fmt: skip


async def was_taken_back(connection: Connection, room: RoomRef, pos: int) -> bool:
    """Whether that is so of this entry."""
    found = "select taken_back from clear_text where room = $1 and pos = $2"
    return await connection.fetchval(found, room, pos) is True


async def try_no_more(connection: Connection, room: RoomRef, pos: int, why: str, tried: int | None) -> None:
    """A key came, and it does not read this entry."""
    await connection.execute(
        "update clear_text set why = $3, tried = $4 where room = $1 and pos = $2", room, pos, why, tried
    )
    await connection.execute(
        "update gap set reason = $3 where room = $1 and pos = $2 and healed_at is null and follower is null",
        room, pos, why,
    )  # fmt: skip


async def persisting(connection: Connection, longer_than: timedelta) -> Sequence[Persisting]:
    """The rooms of which something could not be read for so long."""
    rows = await connection.fetch(
        "select r.id, r.homeserver, r.room_id, to_char(max(g.since), 'YYYY-MM') as month"
        " from gap g join clear_text c using (room, pos) join room r on r.id = g.room"
        " where g.healed_at is null and g.since < now() - $1::interval"
        " and c.sealed is null and c.healed_at is null and c.tried is distinct from 0 group by r.id order by r.id",
        longer_than,
    )  # fmt: skip
    return [
        Persisting(Room(RoomRef(row["id"]), HomeserverName(row["homeserver"]), row["room_id"]), row["month"])
        for row in rows
    ]
