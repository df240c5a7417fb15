"""A recorded room of Home Affairs in which all sorts of things happen, at times that the test chooses; what is on
record of them is read as an officer's tools do. No homeserver is there.
"""

import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.retention import record, work
from bots.retention.archived import Archived
from bots.retention.facts import audience
from bots.retention.facts.audience import Audience
from bots.retention.follower import Retention
from bots.retention.settings import RetentionSettings
from bridge.model import Entry, Event, Room, RoomRef
from bridge.reading import Reader
from bridge.store import bookmarks, links
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.store.bureau import CUSTOMS

MEERA = "@meera:mha.lab"
"""Moderates the room."""
BRIDGE = "@whatsappbot:mha.lab"
SETTINGS = RetentionSettings.model_validate({"bridges": {"accounts": ["@whatsapp*:mha.lab"]}})


@dataclass
class Chamber:
    """The room."""

    pool: Pool
    journal: Journal
    keyring: Keyring
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @classmethod
    async def of(cls, pool: Pool, journal: Journal, keyring: Keyring) -> "Chamber":
        async with pool.acquire() as connection:
            here = await links.declare_endpoint(connection, MHA, CELL)
            far = await links.declare_endpoint(connection, NIC, "!far:nic.lab")
            await links.declare(connection, "cell", here, far, "closed")
        return cls(pool, journal, keyring)

    def event(self, kind: str, sender: str = RAVI, content: object = None, ago: float = 0.0, **fields: Any) -> Event:
        """Something that was done so many seconds ago."""
        at = int((self.now - timedelta(seconds=ago)).timestamp() * 1000)
        known = {"event_id": f"$e{next(self.numbers)}", "room_id": CELL, "sender": sender, "origin_server_ts": at}
        return Event.read(json.dumps({**known, "type": kind, "content": content or {}, **fields}).encode())

    def message(
        self, body: str = "namaste", sender: str = RAVI, ago: float = 0.0, more: Mapping[str, Any] | None = None
    ) -> Event:
        """Somebody writes; `more` goes into the content."""
        return self.event("m.room.message", sender, {"msgtype": "m.text", "body": body, **(more or {})}, ago)

    def membership(self, user: str, membership: str, ago: float = 0.0, sender: str | None = None) -> Event:
        return self.event("m.room.member", sender or user, {"membership": membership}, ago, state_key=user)

    def redaction(self, of: Event, sender: str = RAVI, reason: str | None = None, ago: float = 0.0) -> Event:
        content = {"redacts": of.id} | ({"reason": reason} if reason is not None else {})
        return self.event("m.room.redaction", sender, content, ago)

    async def comes(self, *events: Event, source: str = "push", late: bool = False) -> None:
        """It is journalled and recorded."""
        await self.journal.append(MHA, [Arrival(what, source, late) for what in events])
        await self.reads()

    async def reads(self) -> None:
        """The bot reads what is journalled."""
        follower = Retention(self.journal, Archived(), work.facts_of(SETTINGS, self.journal, CUSTOMS))
        async with self.pool.acquire() as connection:
            while waiting := await bookmarks.waiting(connection, follower.name, ()):
                for room in waiting:
                    async with connection.transaction():
                        claim = await bookmarks.claim(connection, follower.name, (), RoomRef(room))
                        assert claim is not None
                        up_to = min(claim.up_to, claim.pos + 7)
                        reading = await Reader(self.journal, self.keyring).read(
                            connection, claim.room, claim.pos, up_to
                        )
                        await follower.step(connection, claim.room, reading.entries)
                        await bookmarks.advance(connection, follower.name, RoomRef(room), reading.up_to)

    async def room(self) -> Room:
        async with self.pool.acquire() as connection:
            [room] = await record.rooms(connection, CELL)
        return room

    async def entry(self, event: Event) -> Entry:
        """The entry that an event is."""
        room = await self.room()
        pos = await self.pool.fetchval("select pos from seen where room = $1 and event_id = $2", room.ref, event.id)
        async with self.pool.acquire() as connection:
            [entry] = await self.journal.read_at(connection, room, [pos])
        return entry

    async def deletions(self) -> list[tuple[str, str, str]]:
        """What was deleted, by whom, and why, in the order in which it was learned."""
        rows = await self.pool.fetch("select event_id, by, cause from record_deletion order by seq")
        return [(row["event_id"], row["by"], row["cause"]) for row in rows]

    async def cause(self, of: Event) -> str:
        """Why an event was deleted."""
        [cause] = [cause for event_id, _, cause in await self.deletions() if event_id == of.id]
        return cause

    async def timers(self) -> list[tuple[str, str, int | None]]:
        rows = await self.pool.fetch("select what, change, milliseconds from record_timer order by seq")
        return [(row["what"], row["change"], row["milliseconds"]) for row in rows]

    async def audience(self, event: Event) -> Audience:
        """Who could see an event."""
        room, entry = await self.room(), await self.entry(event)
        async with self.pool.acquire() as connection:
            return await audience.of(connection, room, entry)

    async def saw(self, event: Event) -> list[str]:
        """Their ids."""
        return [str(one.user_id) for one in (await self.audience(event)).present]

    async def beside(self, known_of: Any, *events: Event) -> list[Mapping[str, Any]]:
        """What a bot knows of these events."""
        room, entries = await self.room(), [await self.entry(event) for event in events]
        async with self.pool.acquire() as connection:
            told = await known_of(connection, self.keyring, room, entries)
        return [told.get(entry.pos, {}) for entry in entries]
