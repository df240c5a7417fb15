"""What could not be read, and now can: it comes into the journal as a late entry that cites the encrypted one, and goes
its way from there. What still lacks its key is asked for, again and again, ever more seldom.
"""

import json
import logging
from typing import Any

from mautrix.api import Method

from bridge.e2ee.algorithms import MEGOLM
from bridge.gateway.e2ee.olm import Olm
from bridge.gateway.e2ee.own_devices import Ready
from bridge.gateway.homeserver import Homeserver, Refused, path
from bridge.model import Event
from bridge.reading import REPLAYED, Failed, Reader
from bridge.seal import CannotOpen
from bridge.store import clear_text, key_requests
from bridge.store.clear_text import FINAL, Missing
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring

log = logging.getLogger(__name__)

AT_ONCE = 100


class Healing:
    """Heals the rooms of one homeserver."""

    def __init__(
        self, homeserver: Homeserver, ours: Ready, olm: Olm, pool: Pool, keyring: Keyring, journal: Journal
    ) -> None:
        self._homeserver = homeserver
        self._ours = ours
        self._olm = olm
        self._pool = pool
        self._journal = journal
        self._keyring = keyring
        self._reader = Reader(journal, keyring)

    async def heal(self) -> int:
        """Journals what can be read now, and says how many entries that were. Raises as `Homeserver.call`."""
        healed = 0
        more = True
        while more:
            now = [await self._heal(one) for one in await self._readable()]
            healed += sum(now)
            more = any(now)
        return healed

    async def ask(self) -> None:
        """Asks the devices of whoever wrote it for each key that is missing. Raises as `Homeserver.call`."""
        async with self._pool.acquire() as connection, connection.transaction():
            due = await key_requests.due(connection, self._homeserver.name, AT_ONCE)
        for one in due:
            body = {"algorithm": MEGOLM, "room_id": one.room_id, "session_id": one.session_id}
            if one.sender_key is not None:
                body["sender_key"] = one.sender_key
            content = {
                "action": "request",
                "body": body,
                "request_id": one.request_id,
                "requesting_device_id": self._ours.device.device_id,
            }
            await self._olm.send(
                self._ours, "m.room_key_request", {one.sender: {"*": content}}, f"{one.request_id}.{one.times}"
            )

    async def _readable(self) -> list[Missing]:
        async with self._pool.acquire() as connection:
            return list(await clear_text.readable(connection, self._homeserver.name, AT_ONCE))

    async def _heal(self, missing: Missing) -> bool:
        room, pos = missing.room, missing.pos
        async with self._pool.acquire() as connection, connection.transaction():
            try:
                read = await self._reader.read_again(connection, room, pos)
            except CannotOpen:
                read = Failed("its key was destroyed", FINAL)
            if isinstance(read, Failed):
                await clear_text.try_no_more(connection, room.ref, pos, read.why, read.tried)
                return False
        event = await self._as_it_is(room.room_id, Event.read(read.raw))
        async with self._pool.acquire() as connection:
            await self._keyring.current(connection, room.ref)  # made before the transaction that seals with it
            async with connection.transaction():
                if not await clear_text.heal(connection, room.ref, pos, read.index):
                    await clear_text.try_no_more(connection, room.ref, pos, REPLAYED, FINAL)
                    return False
                arrival = Arrival(event, "decrypted", late=True, cites=pos)
                await self._journal.append_here(connection, room.homeserver, {room.room_id: [arrival]})
        log.info("entry %d of room %d was read after all", pos, room.ref)
        return True

    async def _as_it_is(self, room_id: str, event: Event) -> Event:
        """The event, taken back where it was taken back meanwhile: nobody is shown it then."""
        try:
            address = path("v3", "rooms", room_id, "event", event.id or "")
            now = await self._homeserver.call(Method.GET, address, self._ours.acting)
        except Refused as refused:
            if refused.status >= 500 or refused.status == 429:
                raise
            return event  # it cannot be seen any more; a redaction that comes is heeded when it does
        if not Event(b"", now).taken_back:
            return event
        fields: dict[str, Any] = {**event.fields, "unsigned": now["unsigned"]}
        return Event.read(json.dumps(fields).encode())
