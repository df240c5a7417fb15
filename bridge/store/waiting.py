"""What waits, and where nothing moves: cheap enough to be asked every few seconds."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.model import EndpointRef, HomeserverName
from bridge.store.database import Connection

PARKED = ("uninvited", "left")
"""States of an endpoint in which nothing moves until somebody acts."""


@dataclass(frozen=True)
class End:
    """One end of a link at work."""

    link: str
    endpoint: EndpointRef
    homeserver: HomeserverName
    parked: str | None
    oldest_seconds: float | None
    """How long the oldest event of this room, or order to it, has waited."""


async def ends(connection: Connection, followers: Sequence[str]) -> Sequence[End]:
    """Every end of every link at work. `followers` are the names of all of them."""
    rows = await connection.fetch(
        """
        select l.name as link, e.id as endpoint, e.homeserver,
               case when e.state = any($2) then coalesce(e.why, e.state) end as parked,
               extract(epoch from now() - least(
                   (select j.received_at from journal j where j.room = r.id and j.pos = 1 +
                       (select min(coalesce(b.pos, 0)) from unnest($1::text[]) as f(name)
                        left join bookmark b on b.follower = f.name and b.room = r.id)),
                   (select o.created_at from outbox o where o.lane = e.id and o.state = 'waiting' order by o.id limit 1)
               ))::float as oldest_seconds
        from link l join endpoint e on e.id in (l.department, l.hub)
        left join room r on r.homeserver = e.homeserver and r.room_id = e.room_id
        where l.active order by l.name, e.id
        """,
        list(followers), list(PARKED),
    )  # fmt: skip
    return [End(**row) for row in rows]


async def dead_letters(connection: Connection, but: EndpointRef | None) -> int:
    """Orders that never will be done, but for those of one lane."""
    found: int = await connection.fetchval(
        "select count(*) from outbox where state = 'dead' and lane is distinct from $1", but
    )
    return found


async def gaps(connection: Connection) -> int:
    """What is known to be missing or was set aside."""
    found: int = await connection.fetchval("select count(*) from gap where healed_at is null")
    return found
