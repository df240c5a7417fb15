"""Makes the links that the configuration names: their rows, and the orders that bring the bot into the rooms or make
the hub's room. Declaring the same again changes nothing; a link no longer named stops, and nothing of it is deleted.
"""

import hashlib

from bridge.actions import CreateRoom, Enter, Name, SetMember, SetPower
from bridge.config import Link
from bridge.customs import Customs
from bridge.mirror import secure
from bridge.model import HomeserverName, UserId
from bridge.power import MODERATOR
from bridge.seal import Kek
from bridge.store import history, links, outbox, pauses
from bridge.store.database import Connection
from bridge.store.links import Endpoint

BOT_NAME = "Setu"
"""The display name of the bot that makes and joins rooms."""


async def declare(
    connection: Connection, kek: Kek, customs: Customs, hub: HomeserverName, wanted: tuple[Link, ...], run: str
) -> None:
    """Call it in a transaction. `run` names this start of Setu: at each start the bot looks whether it may come in."""
    names = [link.name for link in wanted]
    await links.retire_others(connection, names)
    await pauses.end_until_start(connection, names)
    for link in wanted:
        await open_link(connection, kek, customs, hub, link, run)
    for end in await links.shut(connection):
        await enter(connection, kek, customs, end, run)


async def open_link(
    connection: Connection, kek: Kek, customs: Customs, hub: HomeserverName, link: Link, run: str, source: str = "yaml"
) -> tuple[Endpoint, Endpoint]:
    """Makes one link, or brings it up to date; gives its ends, the department's first."""
    department = await links.declare_endpoint(connection, link.department, link.room)
    hub_end = await _hub_end(connection, kek, customs, hub, link, department)
    await links.declare(
        connection, link.name, department, hub_end, link.without_verdict, source, link.encrypt, link.language
    )
    if link.most_history != 0 and hub_end.made:
        await history.want(connection, department, link.most_history)
    if hub_end.made:
        await _give_power(connection, kek, customs.bot_on(hub), hub_end, tuple(map(UserId, link.moderators)))
    for end in (department, hub_end):
        await enter(connection, kek, customs, end, run)
    if link.encrypt == "always":
        await secure.ask(connection, kek, hub_end, customs.bot_on(hub))
    return department, hub_end


async def enter(connection: Connection, kek: Kek, customs: Customs, end: Endpoint, run: str) -> None:
    """The bot looks whether it may come in, where it is not; once in each run."""
    if end.room_id is not None and end.state != "open":
        bot = customs.bot_on(end.homeserver)
        await outbox.put(connection, kek, end.lane, f"enter:{run}:{end.ref}", [Name(bot, BOT_NAME), Enter(bot)])


async def _hub_end(
    connection: Connection, kek: Kek, customs: Customs, hub: HomeserverName, link: Link, department: Endpoint
) -> Endpoint:
    if link.hub_room is not None:
        return await links.declare_endpoint(connection, hub, link.hub_room)
    if (made := await links.hub_end(connection, link.name, department)) is not None:
        return made
    end = await links.new_endpoint(connection, hub)
    # The alias tells the department's room too: a link that is given another room must never adopt the old one's copy.
    alias = f"{customs.prefix}{link.name}.{hashlib.sha256(link.room.encode()).hexdigest()[:12]}"
    bot = customs.bot_on(hub)
    actions = [
        Name(bot, BOT_NAME),
        CreateRoom(bot, alias, link.title or link.name, tuple(map(UserId, link.invite))),
    ]
    await outbox.put(connection, kek, end.lane, f"create:{hub}:{link.name}:{link.room}", actions)
    return end


async def _give_power(
    connection: Connection, kek: Kek, bot: UserId, end: Endpoint, moderators: tuple[UserId, ...]
) -> None:
    """Who moderates a room that Setu made is invited and gets the power, once for each set of moderators."""
    for user in moderators:
        await outbox.put(connection, kek, end.lane, f"moderator:{end.ref}:{user}", [SetMember(bot, user, "invite")])
    if moderators:
        names = hashlib.sha256(" ".join(sorted(moderators)).encode()).hexdigest()[:24]
        power = SetPower(bot, dict.fromkeys(moderators, MODERATOR))
        await outbox.put(connection, kek, end.lane, f"moderators:{end.ref}:{names}", [power])
