"""What waits, and where nothing moves: cheap enough to be asked every few seconds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import asyncpg

from bridge.model import EndpointRef, HomeserverName
from bridge.saying import Saying
from bridge.store.database import Connection

PARKED: Mapping[str, Saying] = {"uninvited": Saying.of("room-uninvited"), "left": Saying.of("room-left")}
"""States of an endpoint in which nothing moves until somebody acts; what is said where no reason is kept."""


@dataclass(frozen=True)
class End:
    """One end of a link at work."""

    link: str
    endpoint: EndpointRef
    homeserver: HomeserverName
    parked: Saying | None
    oldest_seconds: float | None
    """How long the oldest event of this room, or order to it, has waited."""


async def ends(connection: Connection, followers: Sequence[str]) -> Sequence[End]:
    """Every end of every link at work. `followers` are the names of all of them."""
    rows = await connection.fetch(
        """
        select l.name as link, e.id as endpoint, e.homeserver,
               case when e.state = any($2) then e.state end as state, e.why,
               extract(epoch from now() - least(
                   (select j.received_at from journal j where j.room = r.id and j.pos = 1 +
                       (select min(coalesce(b.pos, 0)) from unnest($1::text[]) as f(name)
                        left join bookmark b on b.follower = f.name and b.room = r.id)),
                   (select o.created_at from outbox o where o.lane = e.id and not o.files
                    and o.state = 'waiting' order by o.id limit 1)
               ))::float as oldest
        from link l join endpoint e on e.id in (l.department, l.hub)
        left join room r on r.homeserver = e.homeserver and r.room_id = e.room_id
        where l.active order by l.name, e.id
        """,
        list(followers), list(PARKED),
    )  # fmt: skip
    return [_end(row) for row in rows]


def _end(row: asyncpg.Record) -> End:
    why = Saying.read(row["why"]) if row["why"] is not None else None
    parked = why or PARKED[row["state"]] if row["state"] is not None else None
    return End(row["link"], EndpointRef(row["endpoint"]), HomeserverName(row["homeserver"]), parked, row["oldest"])


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
