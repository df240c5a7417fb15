"""Who could see what was said in a room when it was said: a query for the people, and one for what the room let them
read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bots.retention.facts.moment import moments
from bots.retention.facts.presence import DEFAULT
from bridge.model import Entry, Room, UserId
from bridge.store.database import Connection


@dataclass(frozen=True)
class Present:
    """Somebody who could see it at once."""

    user_id: UserId
    kind: str
    """person, ghost or bot"""
    person: UserId | None
    """Whose ghost it is."""
    membership: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Audience:
    """Who could."""

    present: Sequence[Present]
    visibility: str
    """`shared`: who joined later could read it too. `world_readable`: anybody could."""


_HOLDS = """
    organisation = $1 and room_id = $2 and (since_pos, since_rank, since) <= ($3, $4, $5)
    and (until_pos is null or (until_pos, until_rank, until) > ($3, $4, $5))
"""


async def of(connection: Connection, room: Room, entry: Entry) -> Audience:
    """Of an entry; those who were invited are of it where the room lets them read."""
    moment = (await moments(connection, room, [entry]))[entry.pos]
    told = (room.homeserver, room.room_id, moment.after, moment.rank, moment.at)
    visibility = await connection.fetchval(f"select visibility from record_visibility where {_HOLDS}", *told)
    seeing = ["join", "invite"] if visibility in ("invited", "world_readable") else ["join"]
    rows = await connection.fetch(
        "select user_id, kind, person, membership, since, until from record_presence"
        f" where {_HOLDS} and membership = any($6) order by user_id",
        *told, seeing,
    )  # fmt: skip
    return Audience([Present(**row) for row in rows], visibility or DEFAULT)
