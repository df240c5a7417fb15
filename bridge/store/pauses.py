"""Stretches of a room's journal that a link does not carry: while one side has paused it, and what was said before it
was made in chat. They are told by position, so that what was said while the mirror lagged behind is judged the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.model import EndpointRef, Room, RoomRef
from bridge.store import notify
from bridge.store.database import Connection

MIRROR = "mirror"
"""The follower that must not be reading while a stretch begins or ends."""

SAID = ("m.room.message", "m.room.encrypted", "m.sticker", "m.poll.start", "org.matrix.msc3381.poll.start")
"""What people call a message."""


@dataclass(frozen=True)
class Stretch:
    """Entries of a room with `after` < pos ≤ `up_to` do not go to that end."""

    endpoint: EndpointRef
    after: int
    up_to: int | None
    """None while it lasts."""

    def __contains__(self, pos: int) -> bool:
        return self.after < pos and (self.up_to is None or pos <= self.up_to)


async def of(connection: Connection, room: Room, first: int) -> Sequence[Stretch]:
    """The stretches of this room that reach beyond `first`. What is paused stays so when its room is replaced."""
    rows = await connection.fetch(
        """
        with mine as (
            select l.id, case when e.id = l.hub then l.department else l.hub end as other
            from endpoint e join link l on e.id in (l.department, l.hub) where e.homeserver = $2 and e.room_id = $3
        )
        select other, after, up_to from mine join pause p on p.link = mine.id where p.room = $1 and p.up_to >= $4
        union all
        select other, coalesce(min(after) filter (where p.room = $1), 0), null
        from mine join pause p on p.link = mine.id where p.up_to is null group by other
        """,
        room.ref, room.homeserver, room.room_id, first,
    )  # fmt: skip
    return [Stretch(EndpointRef(row["other"]), row["after"], row["up_to"]) for row in rows]


async def lasting(connection: Connection, room: Room) -> frozenset[EndpointRef]:
    """The ends to which nothing of this room goes now."""
    rows = await connection.fetch(
        "select case when e.id = l.hub then l.department else l.hub end as other"
        " from endpoint e join link l on e.id in (l.department, l.hub) where e.homeserver = $1 and e.room_id = $2"
        " and exists (select from pause p where p.link = l.id and p.up_to is null)",
        room.homeserver, room.room_id,
    )  # fmt: skip
    return frozenset(EndpointRef(row["other"]) for row in rows)


async def sides(connection: Connection, name: str) -> Sequence[str]:
    """The sides that have paused the link of this name."""
    rows = await connection.fetch(
        "select distinct p.side from pause p join link l on l.id = p.link"
        " where l.name = $1 and p.up_to is null order by side",
        name,
    )  # fmt: skip
    return [row["side"] for row in rows]


async def begin(connection: Connection, name: str, side: str, at: Room, pos: int, until_start: bool = False) -> None:
    """From here on the link carries nothing, `pos` being where the room in which that was said stands."""
    for ref, reached in (await _reached(connection, name, at, pos)).items():
        await connection.execute(
            "insert into pause (link, side, room, after, until_start)"
            " select id, $2, $3, $4, $5 from link where name = $1 on conflict (link, side, room) where up_to is null"
            " do update set until_start = pause.until_start and $5",
            name, side, ref, reached, until_start,
        )  # fmt: skip


async def end(connection: Connection, name: str, side: str, at: Room | None = None, pos: int = 0) -> int:
    """The side lets the link go on; gives how many messages it did not carry meanwhile."""
    missed = 0
    for ref, reached in (await _reached(connection, name, at, pos)).items():
        after = await connection.fetchval(
            "update pause set up_to = greatest(after, $4) where room = $3 and side = $2 and up_to is null"
            " and link = (select id from link where name = $1) returning after",
            name, side, ref, reached,
        )  # fmt: skip
        if after is not None:
            missed += await _said(connection, ref, after, reached)
    return missed


async def end_until_start(connection: Connection, names: Sequence[str]) -> None:
    """What was paused until the next start goes on."""
    rows = await connection.fetch(
        "select distinct l.name, p.side from pause p join link l on l.id = p.link"
        " where p.until_start and p.up_to is null and l.name = any($1)",
        list(names),
    )  # fmt: skip
    for row in rows:
        await end(connection, row["name"], row["side"])


async def leave_out_the_past(connection: Connection, name: str) -> None:
    """What was said in the rooms before they were linked stays where it is."""
    for ref, reached in (await _reached(connection, name, None, 0)).items():
        await connection.execute(
            "insert into pause (link, side, room, after, up_to) select id, 'hub', $2, 0, $3 from link where name = $1",
            name, ref, reached,
        )  # fmt: skip
        await connection.execute(
            "insert into crossing (room, endpoint, pos, fate)"
            " select $2, case when (r.homeserver, r.room_id) = (d.homeserver, d.room_id) then l.hub"
            " else l.department end, j.pos, 'unlinked'"
            " from link l join endpoint d on d.id = l.department join room r on r.id = $2"
            " join journal j on j.room = $2 and j.pos <= $3 where l.name = $1 on conflict do nothing",
            name, ref, reached,
        )  # fmt: skip


async def _reached(connection: Connection, name: str, at: Room | None, pos: int) -> dict[RoomRef, int]:
    """Where each of the link's rooms stands now; for as long as this transaction lasts, the mirror reads in neither.

    The mirror may have read beyond `pos` already: what it has passed is not touched.
    """
    rows = await connection.fetch(
        "select r.id, r.head from link l join endpoint e on e.id in (l.department, l.hub)"
        " join room r on r.homeserver = e.homeserver and r.room_id = e.room_id where l.name = $1 order by r.id",
        name,
    )  # fmt: skip
    reached: dict[RoomRef, int] = {}
    for row in rows:
        read = await connection.fetchval(
            "select pos from bookmark where follower = $1 and room = $2 for no key update", MIRROR, row["id"]
        )
        stands = pos if at is not None and row["id"] == at.ref else row["head"]
        reached[RoomRef(row["id"])] = max(stands, read or 0)
    await notify.journal(connection, set(reached))
    return reached


async def _said(connection: Connection, room: RoomRef, after: int, up_to: int) -> int:
    said: int = await connection.fetchval(
        "select count(*) from journal where room = $1 and pos > $2 and pos <= $3 and type = any($4)",
        room, after, up_to, list(SAID),
    )  # fmt: skip
    return said
