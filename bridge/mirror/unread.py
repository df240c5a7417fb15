"""A room whose messages cannot be read for longer than a key may take is told so, once, plainly: those messages are on
record only as what nobody could read, and nobody at the other end sees them.
"""

from datetime import timedelta

from bridge.actions import Send
from bridge.customs import Customs
from bridge.model import HomeserverName
from bridge.store import clear_text, links, outbox
from bridge.store.database import Connection
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.tongues import Tongues

PERSISTS = timedelta(seconds=60)
"""How long a message stays unread before its room is told."""


class Unread:
    """Tells rooms what of them could not be read."""

    def __init__(self, customs: Customs, keyring: Keyring, tongues: Tongues) -> None:
        self._customs = customs
        self._keyring = keyring
        self._tongues = tongues

    async def tell(self, connection: Connection) -> None:
        """Lays the notices into the outbox. What was said before the bot had keys is told with the rest."""
        for one in await clear_text.persisting(connection, PERSISTS):
            here = await links.endpoint_of(connection, one.room.homeserver, one.room.room_id)
            if here is None or here.state != "open":
                continue
            cause = f"unread:{here.ref}:{one.month}"  # once, until it may have been forgotten
            if await outbox.has(connection, f"{cause}#0"):
                continue
            bot = here.keeper or self._customs.bot_on(HomeserverName(here.homeserver))
            kek = await self._keyring.current(connection, NO_ROOM)
            said = (await self._tongues.in_room(connection, here.ref)).notice("unreadable", bot=bot)
            await outbox.put(connection, kek, here.lane, cause, [Send(bot, "m.room.message", said)])
