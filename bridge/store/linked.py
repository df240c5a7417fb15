"""Links by their names: who made one, whether it is at work, and whose ghosts it brought."""

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from bridge.model import EndpointRef, UserId
from bridge.store.database import Connection

TOLD = ("yaml", "chat")
"""Links that people speak of by name; a direct chat is nobody else's."""


@dataclass(frozen=True)
class Linked:
    """A link."""

    name: str
    source: str
    active: bool
    department: EndpointRef
    hub: EndpointRef


def _linked(row: asyncpg.Record) -> Linked:
    department, hub = EndpointRef(row["department"]), EndpointRef(row["hub"])
    return Linked(row["name"], row["source"], row["active"], department, hub)


async def named(connection: Connection, name: str) -> Linked | None:
    """The link of this name, also one that has been stopped."""
    row = await connection.fetchrow("select * from link where name = $1", name)
    return _linked(row) if row is not None else None


async def of(connection: Connection, endpoint: EndpointRef) -> Sequence[Linked]:
    """The links at work that have this end, direct chats included."""
    rows = await connection.fetch("select * from link where active and $1 in (department, hub) order by name", endpoint)
    return [_linked(row) for row in rows]


async def in_configuration(connection: Connection, endpoint: EndpointRef) -> bool:
    """Whether the configuration names a link that has this end."""
    found = "select 1 from link where active and source = 'yaml' and $1 in (department, hub)"
    return await connection.fetchval(found, endpoint) is not None


async def is_another_end(connection: Connection, room_id: str, homeserver: str) -> bool:
    """Whether a link has the Matrix room of this id as an end that is seen through another homeserver."""
    found = await connection.fetchval(
        "select 1 from endpoint e join link l on l.active and e.id in (l.department, l.hub)"
        " where e.room_id = $1 and e.homeserver <> $2",
        room_id, homeserver,
    )  # fmt: skip
    return found is not None


async def stop(connection: Connection, name: str) -> None:
    """It carries nothing more; nothing of it is deleted."""
    await connection.execute("update link set active = false where name = $1", name)


async def send_off(connection: Connection, endpoint: EndpointRef) -> Sequence[UserId]:
    """The ghosts in this end's room whose people are in no room that is still linked with it. Call it in a transaction:
    from then on they count as gone.
    """
    rows = await connection.fetch(
        """
        delete from ghost_in i using ghost g
        where i.endpoint = $1 and g.homeserver = i.homeserver and g.person = i.person and not exists (
            select from link l
            join endpoint o on o.id = case when l.hub = $1 then l.department else l.hub end
            join room r on r.homeserver = o.homeserver and r.room_id = o.room_id
            join member m on m.room = r.id and m.user_id = i.person and m.membership = 'join'
            where l.active and $1 in (l.department, l.hub)
        ) returning g.user_id
        """,
        endpoint,
    )  # fmt: skip
    return sorted(UserId(row["user_id"]) for row in rows)
