"""Brings the power levels of a place's rooms to what the ladder says: who is restricted cannot write at any end, as
themselves or through their ghost.
"""

import uuid
from collections.abc import Sequence

from bots.identity import letters, presence, standings
from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.restriction import Change, TooMany, plan
from bridge import powers_in
from bridge.actions import SetPower
from bridge.model import UserId
from bridge.power import Powers
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import alarms, outbox, people
from bridge.store.database import Connection
from bridge.store.links import Endpoint

LEVELS = "m.room.power_levels"


async def apply(
    desk: Desk, connection: Connection, kek: Kek, there: Place, lifted: frozenset[UserId] = frozenset()
) -> None:
    """At each end. `lifted` may write again."""
    restricted = await standings.restricted(connection, there.ref)
    for end in there.ends:
        await _apply_at(desk, connection, kek, end, restricted, lifted)


async def keep_raised(desk: Desk, connection: Connection, kek: Kek, places: Sequence[Place]) -> None:
    """Where those who may write are named, whoever comes in and may is named too."""
    raised = {row["endpoint"] for row in await connection.fetch("select endpoint from identity_raised")}
    for there in places if raised else ():
        for end in there.ends:
            if end.ref in raised:
                restricted = await standings.restricted(connection, there.ref)
                await _apply_at(desk, connection, kek, end, restricted, frozenset())


async def _apply_at(
    desk: Desk, connection: Connection, kek: Kek, end: Endpoint, restricted: frozenset[UserId],
    lifted: frozenset[UserId],
) -> None:  # fmt: skip
    powers = await powers_in.of_end(connection, desk.journal, end)
    bot = end.keeper or desk.customs.bot_on(end.homeserver)
    if powers is None:
        return
    powerless = f"identity-powerless:{end.ref}"
    if powers.of(bot) < powers.needed(LEVELS):
        if restricted:
            what = Saying.of("id-powerless", bot=bot, room=end.room_id or "", level=powers.needed(LEVELS))
            await alarms.raise_alarm(connection, powerless, what)
        return
    await alarms.clear(connection, powerless)
    may_not = {account for user in restricted for account in await _at(desk, connection, end, user)}
    may = {account for user in lifted for account in await _at(desk, connection, end, user)}
    change = plan(powers, may_not, await _everybody(desk, connection, end), may)
    await _order(connection, kek, end, bot, powers, change)


async def _order(
    connection: Connection, kek: Kek, end: Endpoint, bot: UserId, powers: Powers, change: Change | TooMany
) -> None:
    crowded = f"identity-crowded:{end.ref}"
    if isinstance(change, TooMany):
        what = Saying.of("id-crowded", room=end.room_id or "", restricted=change.may_not, others=change.may)
        await alarms.raise_alarm(connection, crowded, what)
        return
    await alarms.clear(connection, crowded)
    if change.events_default is not None:
        await connection.execute("insert into identity_raised values ($1) on conflict do nothing", end.ref)
    unchanged = change.events_default in (None, powers.to_write)
    if all(powers.named.get(user) == level for user, level in change.users.items()) and unchanged:
        return
    cause = f"identity:power:{end.ref}:{uuid.uuid4().hex}"
    await outbox.put(connection, kek, end.lane, cause, [SetPower(bot, change.users, change.events_default)])


async def _at(desk: Desk, connection: Connection, end: Endpoint, person: UserId) -> set[UserId]:
    """The accounts of a person at an end. One who is out of the room keeps the level under which they left it."""
    accounts = {*await letters.accounts(desk, connection, end, person)}
    standing = await people.standing(connection, end.homeserver, person, end.ref)
    return accounts | ({standing.user_id} if standing is not None else set())


async def _everybody(desk: Desk, connection: Connection, end: Endpoint) -> set[UserId]:
    own = await presence.people_in(connection, end.homeserver, end.room_id)
    ghosts = [ghost for _, ghost in await people.ghosts_in(connection, end.ref)]
    rows = await connection.fetch("select bot from bot_in where endpoint = $1", end.ref)
    bots = [UserId(f"@{row['bot']}:{end.homeserver}") for row in rows]
    return {*own, *ghosts, *bots, desk.customs.bot_on(end.homeserver)}
