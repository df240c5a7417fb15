"""The directions of links: from each room to the other end, and how far followers have come in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bridge.model import EndpointRef, HomeserverName, Room, RoomRef, UserId
from bridge.store.database import Connection


@dataclass(frozen=True)
class Way:
    """One direction of a link: from a room to the other end."""

    link: str
    here: EndpointRef
    to: EndpointRef
    room: Room
    keeper: UserId | None = None
    """The ghost that stands in the room for our bot, which is not in it."""


async def directions(connection: Connection, room_id: str | None) -> Sequence[Way]:
    """Both directions of each active link, or of those that this room is an end of."""
    rows = await connection.fetch(
        """
        select l.name, here.id as here, here.keeper, v.there, r.id as room, r.homeserver, r.room_id
        from link l cross join lateral (values (1, l.department, l.hub), (2, l.hub, l.department)) v(n, here, there)
        join endpoint here on here.id = v.here
        join room r on r.homeserver = here.homeserver and r.room_id = here.room_id
        where l.active and ($1::text is null or exists (
            select from endpoint e where e.id in (l.department, l.hub) and e.room_id = $1))
        order by l.name, v.n
        """,
        room_id,
    )  # fmt: skip
    return [
        Way(
            row["name"],
            EndpointRef(row["here"]),
            EndpointRef(row["there"]),
            Room(RoomRef(row["room"]), HomeserverName(row["homeserver"]), row["room_id"]),
            UserId(row["keeper"]) if row["keeper"] is not None else None,
        )
        for row in rows
    ]


async def passed(connection: Connection, rooms: Iterable[RoomRef], followers: Sequence[str]) -> Mapping[RoomRef, int]:
    """How many entries of each of these rooms all these followers have passed."""
    rows = await connection.fetch(
        "select r.id, coalesce((select min(coalesce(b.pos, 0)) from unnest($2::text[]) as f(name)"
        " left join bookmark b on b.follower = f.name and b.room = r.id), 0) as passed"
        " from room r where r.id = any($1)",
        list(rooms), list(followers),
    )  # fmt: skip
    return {RoomRef(row["id"]): row["passed"] for row in rows}
