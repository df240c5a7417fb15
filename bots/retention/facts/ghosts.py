"""Who stands behind accounts of ours in a room."""

from collections.abc import Collection, Mapping

from bridge.customs import Customs
from bridge.model import HomeserverName, UserId
from bridge.store.database import Connection


async def behind(
    connection: Connection, customs: Customs, homeserver: HomeserverName, users: Collection[UserId]
) -> Mapping[UserId, UserId | None]:
    """Of those of these users that are ghosts: whose; None where neither the database nor the id tells."""
    ours = [user for user in users if customs.is_ghost(user, homeserver)]
    if not ours:
        return {}
    rows = await connection.fetch(
        "select user_id, person from ghost where homeserver = $1 and user_id = any($2)", homeserver, ours
    )
    known = {UserId(row["user_id"]): UserId(row["person"]) for row in rows}
    return {user: known.get(user) or customs.stranger(user) for user in ours}
