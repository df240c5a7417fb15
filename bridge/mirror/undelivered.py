"""The sender knows: when the order that carried a message is dead, its sender is told why, in the room where it was
written and as privately as a room allows: a reply that mentions only them. More of the same counts in the same notice.
"""

from collections.abc import Mapping

from bridge import notices, references
from bridge.actions import CopyOf, Send
from bridge.customs import Customs
from bridge.mirror.names import Names
from bridge.mirror.speaker import readable
from bridge.model import Room, UserId
from bridge.notices import Content
from bridge.saying import Saying, Word
from bridge.store import copies, history, links, outbox, told
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.links import Endpoint
from bridge.store.outbox import Order
from bridge.store.told import Told
from bridge.tongues import Tongues
from bridge.voice import Voice


class Undelivered:
    """Tells senders what did not arrive."""

    def __init__(self, customs: Customs, keyring: Keyring, journal: Journal, tongues: Tongues) -> None:
        self._customs = customs
        self._keyring = keyring
        self._journal = journal
        self._tongues = tongues

    async def tell(self, connection: Connection, order: Order, reason: str) -> None:
        """Lays the notice into the outbox, in the transaction in which the order dies; nothing for what is no copy, nor
        for what was said before the link was made: that it is missing is for administrators to know.
        """
        if not isinstance(order.action, Send) or order.action.origin is None:
            return
        origin = order.action.origin
        room = await self._journal.room(connection, origin.room)
        here = await links.endpoint_of(connection, room.homeserver, room.room_id) if room is not None else None
        sender = await copies.original_sender(connection, origin.room, origin.event_id)
        if room is None or here is None or sender is None or self._customs.ours(UserId(sender), room.homeserver):
            return
        if await history.has(connection, origin.room, origin.event_id):
            return
        await self._tell(connection, order, origin, room, here, UserId(sender), notices.why(reason))

    async def _tell(
        self, connection: Connection, order: Order, origin: CopyOf, room: Room, here: Endpoint, sender: UserId,
        why: Saying,
    ) -> None:  # fmt: skip
        cause = f"undelivered:{order.cause}"
        said = await told.count(connection, here.ref, sender, str(why), f"{cause}#0")
        name = readable(sender, await Names(self._journal, room).of(connection, sender))
        words: dict[str, Word] = {
            "name": name, "organisation": self._customs.called(order.lane.homeserver), "why": why
        }  # fmt: skip
        voice = await self._tongues.to_person(connection, sender, here.ref)
        content = _content(voice, said, f"{cause}#0", origin, sender, words)
        bot = here.keeper or self._customs.bot_on(room.homeserver)
        kek = await self._keyring.current(connection, room.ref)
        await outbox.put(connection, kek, here.lane, cause, [Send(bot, "m.room.message", content)])


def _content(voice: Voice, said: Told, own: str, origin: CopyOf, sender: UserId, words: Mapping[str, Word]) -> Content:
    mention = {"m.mentions": {"user_ids": [sender]}}
    if said.notice != own:
        again = voice.notice("not-carried-again", times=said.times, **words)
        return notices.edit({**again, **mention}, references.sent(said.notice))
    first = voice.notice("not-carried", **words)
    return {**first, **mention, "m.relates_to": {"m.in_reply_to": {"event_id": origin.event_id}}}
