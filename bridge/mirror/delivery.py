"""Delivery states, where they are configured: the sender's client is told what became of each message, in the events
that mautrix bridges send and some clients show (`com.beeper.message_send_status`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge import notices
from bridge.actions import Send
from bridge.customs import Customs
from bridge.model import UserId
from bridge.store import copies, links, outbox
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.outbox import Order
from bridge.tongues import Tongues
from bridge.voice import Voice

STATUS = "com.beeper.message_send_status"


@dataclass(frozen=True)
class Delivery:
    """Tells senders' clients what arrived and what never will; a link with several ends tells it of each."""

    customs: Customs
    keyring: Keyring
    journal: Journal
    tongues: Tongues

    async def arrived(self, connection: Connection, order: Order) -> None:
        """In the transaction in which the copy is known to be there."""
        await self._tell(connection, order, None)

    async def failed(self, connection: Connection, order: Order, reason: str) -> None:
        """In the transaction in which the order dies."""
        await self._tell(connection, order, reason)

    async def _tell(self, connection: Connection, order: Order, reason: str | None) -> None:
        origin = order.action.origin if isinstance(order.action, Send) else None
        room = await self.journal.room(connection, origin.room) if origin is not None else None
        if origin is None or room is None:
            return
        here = await links.endpoint_of(connection, room.homeserver, room.room_id)
        sender = await copies.original_sender(connection, origin.room, origin.event_id)
        if here is None or sender is None or self.customs.ours(UserId(sender), room.homeserver):
            return
        voice = await self.tongues.to_person(connection, UserId(sender), here.ref)
        said = _failure(voice, reason) if reason is not None else {"status": "SUCCESS"}
        relation = {"rel_type": "m.reference", "event_id": origin.event_id}
        content = {"m.relates_to": relation, "network": order.lane.homeserver, **said}
        bot = here.keeper or self.customs.bot_on(room.homeserver)
        kek = await self.keyring.current(connection, room.ref)
        await outbox.put(
            connection, kek, here.lane, f"delivery:{said['status']}:{order.cause}", [Send(bot, STATUS, content)]
        )


def _failure(voice: Voice, reason: str) -> Mapping[str, str]:
    """The reason twice: as it is, and as a person is told it."""
    told = voice.words(notices.why(reason))
    return {"status": "FAIL_PERMANENT", "reason": "m.event_not_handled", "error": reason, "message": told}
