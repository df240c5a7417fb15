"""Links and their endpoints: which room of a department is mirrored into which room of the hub."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import asyncpg

from bridge.model import EndpointRef, HomeserverName, Room, UserId
from bridge.saying import Saying
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
    keeper: UserId | None = None
    """The ghost that stands in the room for our bot, which is not in it: one who was called into a direct chat."""
    encrypt: str | None = None
    """Whether the link wants this end encrypted (source, always or never), where it is the hub's, seen from across."""
    without_verdict: str | None = None
    """What becomes of what could not be judged, seen from across: closed (it stays) or open (it crosses)."""

    @property
    def lane(self) -> Lane:
        return Lane(self.ref, self.homeserver)


_FIELDS = "e.id, e.homeserver, e.room_id, e.state, e.made, e.keeper"


def _endpoint(row: asyncpg.Record) -> Endpoint:
    homeserver = HomeserverName(row["homeserver"])
    keeper = UserId(row["keeper"]) if row["keeper"] is not None else None
    ref, encrypt = EndpointRef(row["id"]), row.get("encrypt")
    return Endpoint(
        ref, homeserver, row["room_id"], row["state"], row["made"], keeper, encrypt, row.get("without_verdict")
    )


async def endpoint_of(connection: Connection, homeserver: HomeserverName, room_id: str) -> Endpoint | None:
    """The endpoint that this room is, if it is one."""
    row = await connection.fetchrow(
        f"select {_FIELDS} from endpoint e where homeserver = $1 and room_id = $2", homeserver, room_id
    )
    return _endpoint(row) if row is not None else None


async def by_ref(connection: Connection, ref: EndpointRef) -> Endpoint:
    """The endpoint of this number, which exists; of a room that was replaced, the end as it goes on."""
    row = await connection.fetchrow(
        f"select {_FIELDS} from endpoint named join endpoint e on e.id = coalesce(named.replaced_by, named.id)"
        " where named.id = $1",
        ref,
    )  # fmt: skip
    assert row is not None, "an endpoint is never deleted"
    return _endpoint(row)


async def of_refs(connection: Connection, refs: Collection[int]) -> Sequence[Endpoint]:
    """The endpoints of these numbers, as they are: of a room that was replaced, that room."""
    rows = await connection.fetch(f"select {_FIELDS} from endpoint e where id = any($1) order by id", list(refs))
    return [_endpoint(row) for row in rows]


async def across(connection: Connection, room: Room) -> Sequence[Endpoint]:
    """The other ends of the active links that this room is an end of."""
    rows = await connection.fetch(
        f"""
        select {_FIELDS}, case when e.id = l.hub then l.encrypt end as encrypt, l.without_verdict
        from endpoint here
        join link l on l.active and here.id in (l.department, l.hub)
        join endpoint e on e.id = case when here.id = l.hub then l.department else l.hub end
        where here.homeserver = $1 and here.room_id = $2 order by e.id
        """,
        room.homeserver, room.room_id,
    )  # fmt: skip
    return [_endpoint(row) for row in rows]


async def resting(connection: Connection, room: Room) -> Sequence[EndpointRef]:
    """The other ends of the stopped links that this room is an end of."""
    rows = await connection.fetch(
        "select case when here.id = l.hub then l.department else l.hub end as id from endpoint here"
        " join link l on not l.active and here.id in (l.department, l.hub)"
        " where here.homeserver = $1 and here.room_id = $2",
        room.homeserver, room.room_id,
    )  # fmt: skip
    return [EndpointRef(row["id"]) for row in rows]


async def at(connection: Connection, homeserver: HomeserverName) -> Sequence[Endpoint]:
    """The open endpoints on a homeserver."""
    rows = await connection.fetch(
        f"select {_FIELDS} from endpoint e where homeserver = $1 and state = 'open'", homeserver
    )
    return [_endpoint(row) for row in rows]


async def shut(connection: Connection) -> Sequence[Endpoint]:
    """The ends of links at work whose rooms the bot was in, and is not."""
    rows = await connection.fetch(
        f"select {_FIELDS} from endpoint e where state in ('left', 'uninvited') and keeper is null"
        " and replaced_by is null and exists (select from link l where l.active and e.id in (l.department, l.hub))"
        " order by e.id"
    )
    return [_endpoint(row) for row in rows]


async def declare_endpoint(connection: Connection, homeserver: str, room_id: str) -> Endpoint:
    """The endpoint of an existing room, made where it is new; of a room that was replaced, the end as it goes on."""
    await connection.execute(
        "insert into endpoint (homeserver, room_id) values ($1, $2) on conflict do nothing", homeserver, room_id
    )
    row = await connection.fetchrow(
        f"select {_FIELDS} from endpoint named join endpoint e on e.id = coalesce(named.replaced_by, named.id)"
        " where named.homeserver = $1 and named.room_id = $2",
        homeserver, room_id,
    )  # fmt: skip
    assert row is not None, "an endpoint that was just made is there"
    return _endpoint(row)


async def new_endpoint(connection: Connection, homeserver: str) -> Endpoint:
    """An endpoint whose room Setu has yet to make."""
    row = await connection.fetchrow(
        f"insert into endpoint as e (homeserver, made) values ($1, true) returning {_FIELDS}",
        homeserver,
    )  # fmt: skip
    assert row is not None, "an insert gives its row"
    return _endpoint(row)


async def hub_end(connection: Connection, name: str, department: Endpoint) -> Endpoint | None:
    """The hub's end of a link that exists between this department's room and a room that Setu made or makes."""
    row = await connection.fetchrow(
        f"select {_FIELDS} from link l join endpoint e on e.id = l.hub where l.name = $1 and l.department = $2",
        name, department.ref,
    )  # fmt: skip
    return _endpoint(row) if row is not None else None


async def declare(
    connection: Connection, name: str, department: Endpoint, hub: Endpoint, without_verdict: str, source: str = "yaml",
    encrypt: str = "source", language: str | None = None,
) -> None:  # fmt: skip
    """Makes or updates the link of this name. One of the same rooms under another name gives way."""
    await connection.execute(
        "update link set active = false where department = $1 and hub = $2 and name <> $3",
        department.ref, hub.ref, name,
    )  # fmt: skip
    await connection.execute(
        "insert into link (name, department, hub, without_verdict, source, encrypt, language)"
        " values ($1, $2, $3, $4, $5, $6, $7) on conflict (name) do update set"
        " department = $2, hub = $3, without_verdict = $4, source = $5, encrypt = $6, language = $7, active = true",
        name, department.ref, hub.ref, without_verdict, source, encrypt, language,
    )  # fmt: skip


async def retire_others(connection: Connection, names: Sequence[str]) -> None:
    """Links of the configuration that are no longer declared stop; nothing of them is deleted."""
    await connection.execute("update link set active = false where source = 'yaml' and not name = any($1)", list(names))


async def set_state(connection: Connection, endpoint: EndpointRef, state: str, why: Saying | None = None) -> None:
    stored = why.stored() if why is not None else None
    await connection.execute("update endpoint set state = $2, why = $3 where id = $1", endpoint, state, stored)


async def shut_out(connection: Connection, endpoint: EndpointRef, why: Saying) -> None:
    """The bot may not come in. Where it was put out, that stays the reason."""
    await connection.execute(
        "update endpoint set state = 'uninvited', why = $2 where id = $1 and state <> 'left'",
        endpoint, why.stored(),
    )  # fmt: skip


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
