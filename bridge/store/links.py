"""Links and their endpoints: which room of a department is mirrored into which room of the hub."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from bridge.model import EndpointRef, HomeserverName, Room
from bridge.store import notify
from bridge.store.database import Connection
from bridge.store.outbox import Lane


@dataclass(frozen=True)
class Endpoint:
    """A room as one end of links."""

    ref: EndpointRef
    homeserver: HomeserverName
    room_id: str | None
    state: str
    made: bool
    """Whether Setu made the room."""

    @property
    def lane(self) -> Lane:
        return Lane(self.ref, self.homeserver)


_FIELDS = "e.id, e.homeserver, e.room_id, e.state, e.made"


def _endpoint(row: asyncpg.Record) -> Endpoint:
    homeserver = HomeserverName(row["homeserver"])
    return Endpoint(EndpointRef(row["id"]), homeserver, row["room_id"], row["state"], row["made"])


async def endpoint_of(connection: Connection, homeserver: HomeserverName, room_id: str) -> Endpoint | None:
    """The endpoint that this room is, if it is one."""
    row = await connection.fetchrow(
        f"select {_FIELDS} from endpoint e where homeserver = $1 and room_id = $2", homeserver, room_id
    )
    return _endpoint(row) if row is not None else None


async def across(connection: Connection, room: Room) -> Sequence[Endpoint]:
    """The other ends of the active links that this room is an end of."""
    rows = await connection.fetch(
        f"""
        select {_FIELDS} from endpoint here
        join link l on l.active and here.id in (l.department, l.hub)
        join endpoint e on e.id = case when here.id = l.hub then l.department else l.hub end
        where here.homeserver = $1 and here.room_id = $2 order by e.id
        """,
        room.homeserver, room.room_id,
    )  # fmt: skip
    return [_endpoint(row) for row in rows]


async def at(connection: Connection, homeserver: HomeserverName) -> Sequence[Endpoint]:
    """The open endpoints on a homeserver."""
    rows = await connection.fetch(
        f"select {_FIELDS} from endpoint e where homeserver = $1 and state = 'open'", homeserver
    )
    return [_endpoint(row) for row in rows]


async def declare_endpoint(connection: Connection, homeserver: str, room_id: str) -> Endpoint:
    """The endpoint of an existing room, made where it is new."""
    await connection.execute(
        "insert into endpoint (homeserver, room_id) values ($1, $2) on conflict do nothing", homeserver, room_id
    )
    found = await endpoint_of(connection, HomeserverName(homeserver), room_id)
    assert found is not None, "an endpoint that was just made is there"
    return found


async def new_endpoint(connection: Connection, homeserver: str) -> Endpoint:
    """An endpoint whose room Setu has yet to make."""
    row = await connection.fetchrow(
        "insert into endpoint (homeserver, made) values ($1, true) returning id, homeserver, room_id, state, made",
        homeserver,
    )  # fmt: skip
    assert row is not None, "an insert gives its row"
    return _endpoint(row)


async def hub_end(connection: Connection, name: str, room_id: str) -> Endpoint | None:
    """The hub's end of a link that exists between this department's room and a room that Setu made or makes."""
    row = await connection.fetchrow(
        f"select {_FIELDS} from link l join endpoint e on e.id = l.hub join endpoint d on d.id = l.department"
        " where l.name = $1 and d.room_id = $2",
        name, room_id,
    )  # fmt: skip
    return _endpoint(row) if row is not None else None


async def declare(connection: Connection, name: str, department: Endpoint, hub: Endpoint, without_verdict: str) -> None:
    """Makes or updates the link of this name."""
    await connection.execute(
        "insert into link (name, department, hub, without_verdict) values ($1, $2, $3, $4)"
        " on conflict (name) do update set department = $2, hub = $3, without_verdict = $4, active = true",
        name, department.ref, hub.ref, without_verdict,
    )  # fmt: skip


async def retire_others(connection: Connection, names: Sequence[str]) -> None:
    """Links that are no longer declared stop; nothing of them is deleted."""
    await connection.execute("update link set active = false where not name = any($1)", list(names))


async def set_state(connection: Connection, endpoint: EndpointRef, state: str, why: str | None = None) -> None:
    await connection.execute("update endpoint set state = $2, why = $3 where id = $1", endpoint, state, why)


async def set_room(connection: Connection, lane: Lane, room_id: str) -> None:
    """The room that Setu made for this endpoint. Call it in a transaction.

    Its first events may have been journalled, and passed by, before this was known: the followers read it again from
    its beginning.
    """
    await connection.execute("update endpoint set room_id = $2, state = 'open' where id = $1", lane.endpoint, room_id)
    rewind = "update bookmark set pos = 0 from room r where r.id = room and homeserver = $1 and room_id = $2"
    await connection.execute(rewind, lane.homeserver, room_id)
    ref = await connection.fetchval(
        "select id from room where homeserver = $1 and room_id = $2", lane.homeserver, room_id
    )
    if ref is not None:
        await notify.journal(connection, {ref})
