"""A place: rooms that mirror one another, which their people know as one. Its number is that of the hub's end, or of
a room that is not linked. A chat of two people is one only for who asks for it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from bridge.model import EndpointRef, HomeserverName, Room, UserId
from bridge.store.database import Connection
from bridge.store.links import Endpoint


@dataclass(frozen=True)
class Place:
    """The ends of links that belong together."""

    ref: EndpointRef
    ends: Sequence[Endpoint]
    links: frozenset[str]
    """The names of the links."""
    former: frozenset[str]
    """Rooms that the ends replaced: what the settings say of one means the room in which it goes on."""

    def end_of(self, room: Room) -> Endpoint | None:
        """The end that a room is."""
        wanted = (room.homeserver, room.room_id)
        return next((end for end in self.ends if (end.homeserver, end.room_id) == wanted), None)

    def named(self, link: str | None, room: str | None) -> bool:
        """Whether this link is one of its links, or this room one of its rooms."""
        here = room is not None and (room in self.former or any(end.room_id == room for end in self.ends))
        return link in self.links or here


_ENDS = """
    select h.id as place, e.id, e.homeserver, e.room_id, e.state, e.made, e.keeper, l.name as link,
           (select array_agg(o.room_id) from endpoint o where o.replaced_by = e.id) as former
    from endpoint h
    join lateral (
        select h.id as id, null::text as name
        union all select l.department, l.name from link l
        where l.active and l.hub = h.id and ($2 or l.source <> 'direct')
    ) l on true
    join endpoint e on e.id = l.id
    where h.id = any($1)
      and ($2 or not exists (select from link d where d.source = 'direct' and h.id in (d.department, d.hub)))
      and not exists (select from private_chat p where p.endpoint = h.id)
    order by h.id, l.name nulls first
"""

_OF_ROOM = """
    select coalesce((select l.hub from link l where l.active and l.department = e.id order by l.id limit 1), e.id)
    from endpoint e where e.homeserver = $1 and e.room_id = $2 and e.state <> 'left'
"""

_ALL = """
    select h.id from endpoint h
    where exists (select from link l where l.active and l.hub = h.id and l.source <> 'direct')
       or ((h.room_id = any($1) or exists (select from endpoint o where o.replaced_by = h.id and o.room_id = any($1)))
           and not exists (select from link l where l.active and l.department = h.id))
"""


async def of(connection: Connection, room: Room, direct: bool = False) -> Place | None:
    """The place that a room belongs to; None where Setu does not stand in it, for a chat of a bot, and unless `direct`
    is asked for also for a chat of two people of two homeservers.
    """
    ref = await connection.fetchval(_OF_ROOM, room.homeserver, room.room_id)
    return (await by_refs(connection, [ref], direct)).get(ref) if ref is not None else None


async def all_of(connection: Connection, rooms: Collection[str]) -> Mapping[EndpointRef, Place]:
    """Every place that is linked, or that is one of these rooms."""
    rows = await connection.fetch(_ALL, list(rooms))
    return await by_refs(connection, [row["id"] for row in rows])


async def former(connection: Connection, refs: Collection[EndpointRef]) -> Mapping[EndpointRef, Sequence[Endpoint]]:
    """The rooms that belonged to these places, and belong to none now, since their links ended."""
    rows = await connection.fetch(
        "select distinct l.hub as place, e.id, e.homeserver, e.room_id, e.state, e.made, e.keeper"
        " from link l join endpoint e on e.id = l.department where l.hub = any($1) and not l.active"
        " and l.source <> 'direct' and not exists (select from link k where k.active and k.department = e.id)",
        list(refs),
    )  # fmt: skip
    found: dict[EndpointRef, list[Endpoint]] = {}
    for row in rows:
        found.setdefault(EndpointRef(row["place"]), []).append(_end(row))
    return found


async def by_refs(connection: Connection, refs: Collection[int], direct: bool = False) -> Mapping[EndpointRef, Place]:
    """The places of these numbers, of those that are places; `direct` as for `of`."""
    found: dict[int, list[asyncpg.Record]] = {}
    for row in await connection.fetch(_ENDS, list(refs), direct):
        found.setdefault(row["place"], []).append(row)
    return {EndpointRef(ref): _place(ref, rows) for ref, rows in found.items()}


def _place(ref: int, rows: Sequence[asyncpg.Record]) -> Place:
    ends = {row["id"]: _end(row) for row in rows}
    links = frozenset(row["link"] for row in rows if row["link"] is not None)
    former = frozenset(room for row in rows for room in row["former"] or () if room is not None)
    return Place(EndpointRef(ref), list(ends.values()), links, former)


def _end(row: asyncpg.Record) -> Endpoint:
    keeper = UserId(row["keeper"]) if row["keeper"] is not None else None
    homeserver = HomeserverName(row["homeserver"])
    return Endpoint(EndpointRef(row["id"]), homeserver, row["room_id"], row["state"], row["made"], keeper)
