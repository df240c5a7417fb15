"""How far each follower has read each room. A bookmark's row is the claim on its room: whoever holds it works there,
and everybody else passes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.model import HomeserverName, Room, RoomRef
from bridge.store import notify
from bridge.store.database import Connection


@dataclass(frozen=True)
class Claim:
    """A room that is ours until the transaction ends."""

    room: Room
    pos: int
    """The last entry that was read."""
    up_to: int
    """The last entry that may be read: the head, or as far as those that go before have come; none behind a gate."""


_STAND = """
    r.id, r.homeserver, r.room_id, coalesce(b.pos, 0) as pos,
    case when exists (select from gate g where g.follower = $1 and g.room = r.id) then 0 else
    least(r.head, (select min(coalesce(b2.pos, 0)) from unnest($2::text[]) as before(name)
                   left join bookmark b2 on b2.follower = before.name and b2.room = r.id)) end as up_to
    from room r
"""

_WAITING = f"""
    select id from (
        select {_STAND} left join bookmark b on b.follower = $1 and b.room = r.id where r.head > coalesce(b.pos, 0)
    ) s where up_to > pos order by id
"""

# What is locked is read as it is now, the rest as it was when the statement began: an entry that came between the two
# is told of behind it.
_TAKE = f"""
    with b as materialized (
        select room, pos, set_config('synchronous_commit', 'off', true)
        from bookmark where follower = $1 and room = $3 for no key update skip locked
    )
    select {_STAND} join b on b.room = r.id
"""


async def waiting(connection: Connection, follower: str, after: Sequence[str]) -> Sequence[int]:
    """The rooms in which this follower has something to read."""
    return [row["id"] for row in await connection.fetch(_WAITING, follower, list(after))]


async def claim(connection: Connection, follower: str, after: Sequence[str], room: RoomRef) -> Claim | None:
    """Takes the room for this transaction; None where another worker has it.

    The commit will not be waited for: were it lost in a crash of the database, the bookmark is lost with what was
    decided, and the same entries lead to the same again.
    """
    asked = follower, list(after), room
    if (row := await connection.fetchrow(_TAKE, *asked)) is None:
        make = "insert into bookmark (follower, room) values ($1, $2) on conflict do nothing"
        await connection.execute(make, follower, room)
        if (row := await connection.fetchrow(_TAKE, *asked)) is None:
            return None
    return Claim(Room(room, HomeserverName(row["homeserver"]), row["room_id"]), row["pos"], row["up_to"])


async def advance(connection: Connection, follower: str, room: RoomRef, pos: int) -> None:
    """Moves a claimed bookmark."""
    await connection.execute("update bookmark set pos = $3 where follower = $1 and room = $2", follower, room, pos)


async def read_last_again(connection: Connection, follower: str, room: RoomRef) -> None:
    """The follower reads the last entry of a room once more, where it has read all."""
    await connection.execute(
        "update bookmark b set pos = pos - 1 from room r where follower = $1 and room = $2 and r.id = room"
        " and pos = r.head and pos > 0",
        follower, room,
    )  # fmt: skip
    await notify.journal(connection, {room})


async def passed(connection: Connection, followers: Sequence[str], room: RoomRef, pos: int) -> bool:
    """Whether all these followers have read a room up to this entry."""
    behind = await connection.fetchval(
        "select 1 from unnest($1::text[]) as f(name) left join bookmark b on b.follower = f.name and b.room = $2"
        " where coalesce(b.pos, 0) < $3",
        list(followers), room, pos,
    )  # fmt: skip
    return behind is None
