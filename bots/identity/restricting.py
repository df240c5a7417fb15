"""Brings the power levels of a place's rooms to what the ladder says: who is restricted cannot write at any end, as
themselves or through their ghost.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from bots.identity import letters, presence, standings
from bots.identity.desk import Desk
from bots.identity.exempt import Exempt
from bots.identity.place import Place
from bots.identity.restriction import BELOW, Change, TooMany, plan
from bridge import powers_in
from bridge.actions import SetPower
from bridge.model import EndpointRef, UserId
from bridge.power import Powers
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import alarms, outbox, people
from bridge.store.database import Connection
from bridge.store.links import Endpoint

LEVELS = "m.room.power_levels"

AFTER_REFUSAL = timedelta(minutes=10)
"""How long a room whose levels our bot could not change is left alone where nothing new happens."""


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
            if end.ref in raised and not await _asked(connection, end):
                restricted = await standings.restricted(connection, there.ref)
                await _apply_at(desk, connection, kek, end, restricted, frozenset())


async def heed(desk: Desk, connection: Connection, kek: Kek, there: Place, exempt: Exempt) -> None:
    """The levels of one of the rooms were changed, or somebody came into one: who moderates now is left alone from now
    on, and whoever has a way of writing that nobody gave them by name has it no more.
    """
    restricted = await standings.restricted(connection, there.ref)
    free = {user for user in restricted if await exempt.covers(there, user)}
    for user in sorted(free):
        for one in await standings.at(connection, there.ref, user):
            await standings.settle(connection, one, "pardoned")
    for end in there.ends if restricted else ():
        await _apply_at(desk, connection, kek, end, restricted - free, frozenset(free), gently=True)


async def release(
    desk: Desk, connection: Connection, kek: Kek, ref: EndpointRef, ends: Sequence[Endpoint], once: bool
) -> None:
    """In rooms that belong to the place no more, whoever may not write because of it may again. `once`: it is not
    looked at again, so that also what is still to be done is taken back.
    """
    lifted = await standings.restricted(connection, ref) if ends else frozenset()
    for end in ends if lifted else ():
        if once or not await _asked(connection, end):
            await _apply_at(desk, connection, kek, end, frozenset(), lifted, gently=not once)


async def _asked(connection: Connection, end: Endpoint) -> bool:
    """Whether a change of the levels is still to be done, or was refused just now."""
    found = await connection.fetchval(
        "select 1 from outbox where lane = $1 and (state = 'waiting' or (state = 'dead' and"
        " created_at > now() - $2::interval)) and starts_with(cause, $3) limit 1",
        end.ref, AFTER_REFUSAL, _cause(end),
    )  # fmt: skip
    return found is not None


async def _apply_at(
    desk: Desk, connection: Connection, kek: Kek, end: Endpoint, restricted: frozenset[UserId],
    lifted: frozenset[UserId], gently: bool = False,
) -> None:  # fmt: skip
    """`gently`: whom the room names with a level of their own keeps it, since a moderator gave it; and nothing is
    asked for that is so already, as far as the journal tells.
    """
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
    if gently:
        may_not = {account for account in may_not if powers.named.get(account, BELOW) == BELOW}
        may = {account for account in may if powers.named.get(account) == BELOW}
    change = plan(powers, may_not, await _everybody(desk, connection, end), may, await _is_raised(connection, end))
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
    # Whom the room does not name may be named by what is still to be done.
    if all(user in powers.named and powers.named[user] == level for user, level in change.users.items()) and unchanged:
        return
    cause = f"{_cause(end)}{uuid.uuid4().hex}"
    await outbox.put(connection, kek, end.lane, cause, [SetPower(bot, change.users, change.events_default)])


def _cause(end: Endpoint) -> str:
    return f"identity:power:{end.ref}:"


async def _is_raised(connection: Connection, end: Endpoint) -> bool:
    found = await connection.fetchval("select 1 from identity_raised where endpoint = $1", end.ref)
    return found is not None


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
