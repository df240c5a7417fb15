"""Whoever has said who they are is restored at once: they may write again, and are asked in again where the ladder had
put them out.
"""

from collections.abc import Sequence

from bots.identity import letters, place, restricting, standings
from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.standings import Standing
from bots.identity.tag import Tag
from bridge.actions import SetMember
from bridge.model import UserId
from bridge.seal import Kek
from bridge.store import links, outbox
from bridge.store.database import Connection


async def restore(desk: Desk, connection: Connection, kek: Kek, tags: Sequence[Tag]) -> None:
    """Those of these people whose tag is enough where they stand on a ladder."""
    for tag in tags:
        for one in await standings.of(connection, tag.user_id):
            there = await place.by_ref(connection, desk.settings, one.place)
            if there is None:
                continue
            enough = tag.status == "verified" or (tag.identified and there.rules.enough == "claim")
            if enough and not (one.external and there.rules.externals != "open"):
                await lift(desk, connection, kek, there, one, "cleared")
                if one.done or one.restricted or one.removed:
                    await _thank(desk, connection, kek, there, one)


async def lift(desk: Desk, connection: Connection, kek: Kek, there: Place, one: Standing, state: str) -> None:
    """Takes back all that the ladder did to somebody."""
    await standings.settle(connection, one, state)
    if one.restricted:
        await restricting.apply(desk, connection, kek, there, frozenset({one.user_id}))
    if one.removed:
        await _ask_in(desk, connection, kek, one)


async def _ask_in(desk: Desk, connection: Connection, kek: Kek, one: Standing) -> None:
    room = await desk.journal.room(connection, one.room)
    end = await links.endpoint_of(connection, room.homeserver, room.room_id) if room is not None else None
    if end is not None:
        bot: UserId = end.keeper or desk.customs.bot_on(end.homeserver)
        cause = f"identity:asked-in:{end.ref}:{one.user_id}:{one.since.timestamp():.6f}"
        if not await outbox.has(connection, f"{cause}#0"):
            await outbox.put(connection, kek, end.lane, cause, [SetMember(bot, one.user_id, "invite")])


async def _thank(desk: Desk, connection: Connection, kek: Kek, there: Place, one: Standing) -> None:
    room = await desk.journal.room(connection, one.room)
    if room is not None:
        cause = f"identity:restored:{there.ref}:{one.user_id}:{one.done}:{one.since.timestamp():.6f}"
        await letters.tell_once(desk, connection, kek, there, room, one.user_id, cause, "id-restored")
