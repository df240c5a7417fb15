"""The work list of files that are kept and were not read yet: the table `retention_text`. Any number of processes share
it; with what one has begun, nobody else begins for a while.
"""

from dataclasses import dataclass
from datetime import timedelta

from bots.retention.files.worklist import Place
from bridge.model import RoomRef
from bridge.store.database import Connection


@dataclass(frozen=True)
class Unread:
    """A file that somebody has begun with."""

    room: RoomRef
    pos: int
    n: int
    tries: int
    """How often, this time included."""


async def ask(connection: Connection, place: Place) -> None:
    """It is to be read, where what is said in its room can be searched."""
    await connection.execute(
        "insert into retention_text (room, pos, n) select $1, $2, $3 from search_head where room = $1 and pos >= $2"
        " on conflict do nothing",
        place.room.ref, place.pos, place.n,
    )  # fmt: skip


async def begin(connection: Connection, lease: timedelta) -> Unread | None:
    """One that nobody has begun with."""
    row = await connection.fetchrow(
        "update retention_text t set tries = tries + 1, not_before = now() + $1 from ("
        " select room, pos, n from retention_text where not_before <= now() order by not_before limit 1"
        " for update skip locked) f where (t.room, t.pos, t.n) = (f.room, f.pos, f.n)"
        " returning t.room, t.pos, t.n, t.tries",
        lease,
    )  # fmt: skip
    return Unread(RoomRef(row["room"]), row["pos"], row["n"], row["tries"]) if row is not None else None


async def again(connection: Connection, one: Unread, after: timedelta, counts: bool) -> None:
    """It is begun with once more, after a while; `counts` where that may be the file's fault."""
    await connection.execute(
        "update retention_text set not_before = now() + $4, tries = tries - $5"
        " where room = $1 and pos = $2 and n = $3",
        one.room, one.pos, one.n, after, int(not counts),
    )  # fmt: skip


async def give_up(connection: Connection, one: Unread) -> None:
    """Nobody can read it. It stays in the list, so that a hold of words covers what it may say."""
    await connection.execute(
        "update retention_text set not_before = 'infinity' where room = $1 and pos = $2 and n = $3",
        one.room, one.pos, one.n,
    )  # fmt: skip


async def done(connection: Connection, one: Unread) -> None:
    """Nothing is left to be read of it."""
    await connection.execute(
        "delete from retention_text where room = $1 and pos = $2 and n = $3", one.room, one.pos, one.n
    )
