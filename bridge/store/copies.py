"""Which event is whose copy, in both directions: the counterpart of an event across a link."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from bridge.model import EndpointRef, RoomRef
from bridge.store.database import Connection

Place = tuple[int, str]
"""A room's number, and an event in it."""


async def counterpart(connection: Connection, room: RoomRef, event_id: str, endpoint: EndpointRef) -> str | None:
    """The event in the endpoint's room that stands for this event of this room: its copy there, or its original."""
    found: str | None = await connection.fetchval(
        """
        select copy_id from copy where room = $1 and event_id = $2 and endpoint = $3
        union all
        select c.event_id from endpoint t
        join room original on original.homeserver = t.homeserver and original.room_id = t.room_id
        join room r on r.id = $1
        join endpoint here on here.homeserver = r.homeserver and here.room_id = r.room_id
        join copy c on c.endpoint = here.id and c.copy_id = $2 and c.room = original.id
        where t.id = $3
        limit 1
        """,
        room, event_id, endpoint,
    )  # fmt: skip
    return found


async def originals(connection: Connection, places: Iterable[Place]) -> Mapping[Place, Place]:
    """Of those of these events that are copies, which event each is a copy of."""
    rows = await connection.fetch(
        "select w.room, w.event_id, c.room as of_room, c.event_id as of_event"
        " from unnest($1::bigint[], $2::text[]) w(room, event_id) join room r on r.id = w.room"
        " join endpoint e on e.homeserver = r.homeserver and e.room_id = r.room_id"
        " join copy c on c.endpoint = e.id and c.copy_id = w.event_id",
        *_columns(places),
    )
    return {(row["room"], row["event_id"]): (row["of_room"], row["of_event"]) for row in rows}


async def of_originals(connection: Connection, places: Iterable[Place]) -> Mapping[Place, Sequence[Place]]:
    """The copies of each of these events."""
    rows = await connection.fetch(
        "select c.room as of_room, c.event_id as of_event, r.id as room, c.copy_id as event_id"
        " from unnest($1::bigint[], $2::text[]) w(room, event_id)"
        " join copy c on c.room = w.room and c.event_id = w.event_id join endpoint e on e.id = c.endpoint"
        " join room r on r.homeserver = e.homeserver and r.room_id = e.room_id order by r.id",
        *_columns(places),
    )
    found: dict[Place, list[Place]] = defaultdict(list)
    for row in rows:
        found[row["of_room"], row["of_event"]].append((row["room"], row["event_id"]))
    return found


def _columns(places: Iterable[Place]) -> tuple[list[int], list[str]]:
    given = list(places)
    return [room for room, _ in given], [event_id for _, event_id in given]


async def copied_to(connection: Connection, room: RoomRef, event_id: str, endpoint: EndpointRef) -> bool:
    """Whether an event of this room has a copy in the endpoint's room."""
    forward = "select 1 from copy where room = $1 and event_id = $2 and endpoint = $3"
    return await connection.fetchval(forward, room, event_id, endpoint) is not None


async def seen(
    connection: Connection, homeserver: str, room_id: str, event_id: str, endpoint: EndpointRef, copy_id: str
) -> None:
    """A copy of ours has come back as an event of its room: it is known, whatever became of the order that made it."""
    await connection.execute(
        "insert into copy (room, event_id, endpoint, copy_id)"
        " select id, $3, $4, $5 from room where homeserver = $1 and room_id = $2 on conflict do nothing",
        homeserver, room_id, event_id, endpoint, copy_id,
    )  # fmt: skip


async def original_sender(connection: Connection, room: RoomRef, event_id: str) -> str | None:
    """Who wrote an event of this room, as its journal says."""
    sender: str | None = await connection.fetchval(
        "select j.sender from seen s join journal j on j.room = s.room and j.pos = s.pos"
        " where s.room = $1 and s.event_id = $2",
        room, event_id,
    )  # fmt: skip
    return sender
