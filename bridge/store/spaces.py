"""The spaces on the hub: one for each department, which holds the mirrored rooms that Setu made for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.model import EndpointRef, HomeserverName
from bridge.store.database import Connection
from bridge.store.outbox import Lane


@dataclass(frozen=True)
class Space:
    """A department's space: its lane, and the order that makes it."""

    lane: Lane
    made_by: int


@dataclass(frozen=True)
class Child:
    """A room on the hub that belongs into a department's space."""

    link: str
    department: HomeserverName
    lane: Lane


async def children(connection: Connection, hub: HomeserverName) -> Sequence[Child]:
    """The rooms that Setu makes or made on the hub for links between rooms of several people."""
    rows = await connection.fetch(
        "select l.name, d.homeserver, h.id from link l join endpoint d on d.id = l.department"
        " join endpoint h on h.id = l.hub"
        " where l.active and l.source <> 'direct' and h.made and h.homeserver = $1 order by h.id",
        hub,
    )
    return [Child(row["name"], row["homeserver"], Lane(EndpointRef(row["id"]), hub)) for row in rows]


async def of(connection: Connection, department: HomeserverName, hub: HomeserverName) -> Space | None:
    """The department's space, if there is one or will be."""
    row = await connection.fetchrow("select endpoint, made_by from space where department = $1", department)
    return Space(Lane(EndpointRef(row["endpoint"]), hub), row["made_by"]) if row is not None else None


async def add(connection: Connection, department: HomeserverName, space: Space) -> None:
    await connection.execute(
        "insert into space (department, endpoint, made_by) values ($1, $2, $3)",
        department, space.lane.endpoint, space.made_by,
    )  # fmt: skip
