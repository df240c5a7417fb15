"""Rooms that were replaced: the end of a link goes on in another room, in the same lane. The old room stays known as
what it was, so that its record goes on, and so that the configuration, which still names it, means the new one.
"""

from bridge.saying import Saying
from bridge.store import links
from bridge.store.database import Connection
from bridge.store.outbox import Lane


async def move(connection: Connection, lane: Lane, old: str, new: str) -> None:
    """The endpoint is the new room from here on. Call it in a transaction.

    What was copied into the old room stays there: it is nothing that an event of the new one could refer to.
    """
    # Where an invitation was declined, the room is known as nothing but that: what waits to be done for it is over.
    await connection.execute(
        "update endpoint set room_id = null, state = 'left', why = $3 where homeserver = $1 and room_id = $2",
        lane.homeserver, new, Saying.of("replaced-another", room=new).stored(),
    )  # fmt: skip
    await links.set_room(connection, lane, new)
    left = await connection.fetchval(
        "insert into endpoint (homeserver, room_id, state, why, replaced_by) values ($1, $2, 'left', $3, $4)"
        " returning id",
        lane.homeserver, old, Saying.of("replaced-by", room=new).stored(), lane.endpoint,
    )  # fmt: skip
    await connection.execute("update endpoint set made = false, why = null where id = $1", lane.endpoint)
    await connection.execute("update copy set endpoint = $2 where endpoint = $1", lane.endpoint, left)
    await connection.execute("delete from compared where endpoint = $1", lane.endpoint)


async def is_taken(connection: Connection, homeserver: str, room_id: str) -> bool:
    """Whether the room is an end of a link, or was, or serves Setu for something else."""
    found = await connection.fetchval(
        """
        select 1 from endpoint e where homeserver = $1 and room_id = $2 and (
            made or replaced_by is not null or exists (select from link where e.id in (department, hub))
            or exists (select from proposal where e.id in (department, hub) and proposal.state = 'open')
        )
        """,
        homeserver, room_id,
    )  # fmt: skip
    return found is not None


async def is_journalled(connection: Connection, homeserver: str, room_id: str, event_id: str) -> bool:
    """Whether this is an event of that room."""
    found = await connection.fetchval(
        "select 1 from seen s join room r on r.id = s.room where r.homeserver = $1 and r.room_id = $2"
        " and s.event_id = $3",
        homeserver, room_id, event_id,
    )  # fmt: skip
    return found is not None
