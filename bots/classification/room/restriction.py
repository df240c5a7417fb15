"""Who spilled something may be kept from writing in the place, at every end, as themselves and as their ghost, until an
officer lifts it. Moderators are never restricted.
"""

from collections.abc import Collection

from bots.classification.room.cases import Case
from bots.classification.room.desk import Desk
from bridge import powers_in
from bridge.actions import SetPower
from bridge.model import UserId
from bridge.power import MODERATOR
from bridge.seal import Kek
from bridge.store import outbox, people
from bridge.store.database import Connection
from bridge.store.links import Endpoint
from bridge.store.places import Place

BELOW = -1
"""Less than any room asks for writing."""


async def restrict(desk: Desk, connection: Connection, kek: Kek, place: Place, case: Case) -> None:
    """Because of this case; once."""
    made = await connection.fetchval(
        "insert into classification_restricted (place, user_id, number) values ($1, $2, $3)"
        " on conflict do nothing returning 1",
        place.ref, case.sender, case.number,
    )  # fmt: skip
    if made is not None:
        await _set(desk, connection, kek, place, case.sender, f"classification:restrict:{case.number}", BELOW)


async def lift(desk: Desk, connection: Connection, kek: Kek, place: Place, person: UserId) -> bool:
    """They may write again; False where nothing kept them from it."""
    rows = await connection.fetch(
        "update classification_restricted set lifted_at = now()"
        " where place = $1 and user_id = $2 and lifted_at is null returning number",
        place.ref, person,
    )  # fmt: skip
    if rows:
        number = max(row["number"] for row in rows)
        await _set(desk, connection, kek, place, person, f"classification:lift:{number}", None)
    return bool(rows)


async def _set(
    desk: Desk, connection: Connection, kek: Kek, place: Place, person: UserId, cause: str, level: int | None
) -> None:
    for end in place.ends:
        powers = await powers_in.of_end(connection, desk.journal, end)
        accounts = await _accounts(connection, end, person)
        if powers is None or not accounts or (level is not None and any(powers.of(a) >= MODERATOR for a in accounts)):
            continue
        bot = end.keeper or desk.customs.bot_on(end.homeserver)
        levels = dict.fromkeys(accounts, level)
        await outbox.put(connection, kek, end.lane, f"{cause}:{end.ref}", [SetPower(bot, levels)])


async def _accounts(connection: Connection, end: Endpoint, person: UserId) -> Collection[UserId]:
    """By which ids a person stands in the room of an end: their own, or their ghost's."""
    own = end.room_id is not None and await people.is_in(connection, end.homeserver, end.room_id, person)
    standing = await people.standing(connection, end.homeserver, person, end.ref)
    ghost = [standing.user_id] if standing is not None and standing.joined_by is not None else []
    return [*([person] if own else []), *ghost]
