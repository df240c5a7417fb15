"""What security officers are told: in the security room, where there is one and our bot is in it, else as an alarm of
the admin room. Numbers, rooms, levels and rules; never what was said.
"""

from bots.classification.account import ACCOUNT
from bots.classification.room.desk import Desk
from bridge import private
from bridge.actions import Send
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import alarms, links, outbox
from bridge.store.database import Connection


async def tell(desk: Desk, connection: Connection, kek: Kek, cause: str, what: Saying) -> None:
    """Once for this cause."""
    room = desk.settings.security_room
    end = await links.endpoint_of(connection, desk.host.hub, room) if room is not None else None
    if end is None or end.state != "open":
        await alarms.raise_alarm(connection, f"classification:{what.message}", what)
        return
    voice = await desk.tongues.in_room(connection, end.ref)
    bot = await private.voice(connection, desk.customs, ACCOUNT.localpart, end)
    await outbox.put(connection, kek, end.lane, cause, [Send(bot, "m.room.message", voice.notice(what))])
