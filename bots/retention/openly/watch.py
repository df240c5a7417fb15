"""A timer after which messages vanish is told to the moderators of the room, and a room's timer is set back to what was
before where the settings say so: once for each time that it is set, and only so often a day, lest a program and a
moderator fight. The record keeps everything all the same.
"""

from collections.abc import Sequence
from datetime import timedelta

from bots.retention.facts.timers import Noticed
from bots.retention.openly.desk import Desk
from bots.retention.openly.moderators import moderators
from bridge import powers_in
from bridge.actions import SetState
from bridge.model import Room
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import alarms, outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint

DAY = timedelta(days=1)


async def heed(desk: Desk, connection: Connection, room: Room, end: Endpoint, noticed: Sequence[Noticed]) -> None:
    """Of what was just noticed; what we set ourselves is left alone."""
    others = [one for one in noticed if (who := one.entry.event.sender) and not desk.ours(who, room.homeserver)]
    if not others:
        return
    kek = await desk.host.keyring.current(connection, room.ref)
    for one in others:
        if one.change == "message":
            await _tell_of_message(desk, connection, kek, room, end)
        elif one.change == "removed":
            await alarms.clear(connection, _alarm(room))
        else:
            await _tell_of_room(desk, connection, kek, room, end, one)


async def _tell_of_message(desk: Desk, connection: Connection, kek: Kek, room: Room, end: Endpoint) -> None:
    """Once a day and room: in a chat that vanishes each message bears one."""
    cause = f"records:timed:{end.ref}:{desk.clock():%Y-%m-%d}"
    if not await outbox.has(connection, f"{cause}#0"):
        await _say(desk, connection, kek, room, end, cause, Saying.of("records-timer-message"))


async def _tell_of_room(desk: Desk, connection: Connection, kek: Kek, room: Room, end: Endpoint, one: Noticed) -> None:
    cause = f"records:timer:{end.ref}:{one.entry.event.id}"
    if await outbox.has(connection, f"{cause}#0"):
        return
    what = await _answer(desk, connection, kek, room, end, one) if desk.settings.timers.set_back else "records-timer"
    await _say(desk, connection, kek, room, end, cause, Saying.of(what))


async def _answer(desk: Desk, connection: Connection, kek: Kek, room: Room, end: Endpoint, one: Noticed) -> str:
    """Sets it back where that may be; gives what is said of it."""
    bot = end.keeper or desk.host.customs.bot_on(end.homeserver)
    powers = await powers_in.of_end(connection, desk.host.journal, end)
    if powers is None or powers.of(bot) < powers.needed(one.what):
        return "records-timer-no-power"
    prefix = f"records:timer-back:{end.ref}:"
    since = desk.clock() - DAY
    times = await connection.fetchval(
        "select count(*) from outbox where lane = $1 and kind = $2 and starts_with(cause, $3) and created_at > $4",
        end.ref, SetState.__name__, prefix, since,
    )  # fmt: skip
    if times >= desk.settings.timers.times_a_day:
        told = Saying.of("records-timer-fight", room=room.room_id, homeserver=room.homeserver, times=times)
        await alarms.raise_alarm(connection, _alarm(room), told)
        return "records-timer-stays"
    back = SetState(bot, one.what, "", one.before)
    await outbox.put(connection, kek, end.lane, f"{prefix}{one.entry.event.id}", [back])
    return "records-timer-back"


async def _say(
    desk: Desk, connection: Connection, kek: Kek, room: Room, end: Endpoint, cause: str, what: Saying
) -> None:
    """In the room, with a mention of its moderators."""
    mentioned = {"m.mentions": {"user_ids": await moderators(desk, connection, room, end)}}
    await desk.letters.tell_room(connection, kek, end, cause, what, mentioned)


def _alarm(room: Room) -> str:
    return f"records-timer:{room.homeserver}:{room.room_id}"
