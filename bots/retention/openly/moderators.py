"""Who moderates a room, of those who are in it."""

from bots.retention.openly.desk import Desk
from bridge import powers_in
from bridge.model import Room, UserId, user_id
from bridge.power import MODERATOR
from bridge.store.database import Connection
from bridge.store.links import Endpoint

MOST = 20
"""Of them are mentioned."""


async def moderators(desk: Desk, connection: Connection, room: Room, end: Endpoint) -> list[UserId]:
    """The people, without bots and ghosts; those with the most power first."""
    powers = await powers_in.of_end(connection, desk.host.journal, end)
    if powers is None:
        return []
    named = {user: powers.of(user) for user in [*powers.named, *powers.creators]}
    able = [user for user, power in named.items() if power >= MODERATOR and user_id(user) is not None]
    rows = await connection.fetch(
        "select user_id from member where room = $1 and membership = 'join' and user_id = any($2)", room.ref, able
    )
    here = [UserId(row["user_id"]) for row in rows]
    people = [user for user in here if not desk.ours(user, room.homeserver)]
    return sorted(people, key=lambda user: (-named[user], user))[:MOST]
