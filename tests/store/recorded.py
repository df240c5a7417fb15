"""Rooms of Home Affairs and of the hub that are on record, on a real database: what happens in them is journalled, and
the retention bot reads it.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.retention import audit, log, sealed_words, work
from bots.retention.archived import Archived
from bots.retention.files.named import Naming
from bots.retention.follower import Retention
from bots.retention.holds.asked import fields
from bots.retention.holds.desk import Desk
from bots.retention.holds.hold import Officer
from bots.retention.merkle import Frontier, grown
from bots.retention.search.finding import SEARCH
from bots.retention.search.rows import Rows
from bots.retention.settings import RetentionSettings
from bridge.model import Event, HomeserverName, RoomRef
from bridge.reading import Reader
from bridge.store import bookmarks, links
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI, event
from tests.store.bureau import CUSTOMS

HALL = "!hall:nic.lab"
YARD = "!yard:mha.lab"
"""Another room of Home Affairs."""


@dataclass
class Archive:
    """The rooms, and the bot that keeps their record."""

    pool: Pool
    journal: Journal
    keyring: Keyring
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    rows: Rows | None = None
    """Makes what is said searchable, where a test searches."""

    async def link(self, *room_ids: str) -> None:
        """From now on the rooms are recorded: each is linked with one of the hub that nobody hears."""
        async with self.pool.acquire() as connection:
            for room_id in room_ids:
                end = await links.declare_endpoint(connection, home(room_id), room_id)
                far = await links.declare_endpoint(connection, NIC, f"!far-{room_id[1:]}")
                await links.declare(connection, f"link-{end.ref}", end, far, "closed")

    def says(self, room_id: str, body: str = "namaste", relates_to: object = None) -> Event:
        """Ravi writes a message."""
        said: dict[str, Any] = {"msgtype": "m.text", "body": body}
        said |= {"m.relates_to": relates_to} if relates_to is not None else {}
        return event(f"${next(self.numbers)}", room_id, RAVI, type="m.room.message", content=said)

    async def happens(self, *events: Event) -> None:
        """It is journalled, and not read yet."""
        for what in events:
            await self.journal.append(home(str(what.room_id)), [Arrival(what, "push")])

    async def reads(self, batch: int = 25) -> None:
        """The bot reads what is journalled."""
        follower = retention(self.journal, self.rows, naming=Naming(self.keyring))
        reader = Reader(self.journal, self.keyring)
        async with self.pool.acquire() as connection:
            while waiting := await bookmarks.waiting(connection, follower.name, ()):
                for room in waiting:
                    async with connection.transaction():
                        claim = await bookmarks.claim(connection, follower.name, (), RoomRef(room))
                        assert claim is not None
                        up_to = min(claim.up_to, claim.pos + batch)
                        reading = await reader.read(connection, claim.room, claim.pos, up_to)
                        await follower.step(connection, claim.room, reading.entries)
                        await bookmarks.advance(connection, follower.name, RoomRef(room), reading.up_to)

    async def talks(self, room_id: str, messages: int, batch: int = 25) -> None:
        """So much is said in a room, and recorded."""
        await self.journal.append(home(room_id), [Arrival(self.says(room_id), "push") for _ in range(messages)])
        await self.reads(batch)

    async def is_read(self, homeserver: HomeserverName = MHA, actor: str = "asha", purpose: str = "an inquiry") -> None:
        """Somebody reads the record of Ravi's room."""
        async with self.pool.acquire() as connection, connection.transaction():
            await audit.note(connection, homeserver, actor, "read", room_id=CELL, purpose=purpose, records=1)

    async def is_searched(self, homeserver: HomeserverName = MHA, actor: str = "asha", words: str = "culvert") -> None:
        """Somebody searches it."""
        async with self.pool.acquire() as connection, connection.transaction():
            await sealed_words.note(connection, self.keyring, homeserver, actor, SEARCH, words, purpose="RTI 12/2026")

    async def is_held(self) -> None:
        """What Ravi says is held, three times; of two holds the release is asked, agreed to and taken back."""
        desk = Desk(self.keyring, NIC, timedelta(days=30), lambda: datetime.now(UTC))
        asha, ravi = Officer("asha", "@asha:nic.lab"), Officer(RAVI, RAVI)
        given = {"matter": "m", "authority": "a", "reason": "r", "persons": RAVI, "rooms": CELL, "words": "culvert"}
        held = fields({**given, "from": "2026-01-31", "to": "2026-02-28"}, UTC)
        for organisation in (NIC, MHA, NIC):
            async with self.pool.acquire() as connection, connection.transaction():
                number = await desk.add(connection, organisation, asha, held)
                if number < 3:
                    await desk.release(connection, number, asha, "r")
                    await desk.release(connection, number, ravi, "r")
                    await desk.take_back(connection, number, asha, "r")
                    await desk.release(connection, number, ravi, "r")

    async def leaves(self, organisation: str = MHA) -> list[bytes]:
        """The leaves of a log as its rows have them, in order; their numbers are 0, 1, 2 …"""
        rows = await self.pool.fetch(
            "select seq, leaf from record where organisation = $1"
            " union all select seq, leaf from record_audit where organisation = $1 order by seq",
            organisation,
        )
        assert [row["seq"] for row in rows] == list(range(len(rows)))
        return [row["leaf"] for row in rows]

    async def edge(self, organisation: str = MHA) -> Frontier:
        async with self.pool.acquire() as connection:
            return await log.frontier(connection, organisation)


def retention(
    journal: Journal,
    rows: Rows | None = None,
    beside: frozenset[tuple[str, str]] = frozenset(),
    rooms: Sequence[str] = (),
    naming: Naming | None = None,
) -> Retention:
    """The bot, without what it tells people; `rows` make the record searchable, `naming` has files kept."""
    facts = work.facts_of(RetentionSettings(), journal, CUSTOMS)
    return Retention(journal, Archived(rooms, beside), facts, rows, naming=naming)


def home(room_id: str) -> HomeserverName:
    """Through which homeserver a room is seen: the one in its id."""
    return HomeserverName(room_id.partition(":")[2])


def edge_of(leaves: list[bytes]) -> Frontier:
    """The right edge over these leaves."""
    return grown(Frontier(), leaves, log.STEP).frontier


async def opened(pool: Pool, journal: Journal, keyring: Keyring) -> Archive:
    """Ravi's room and the hall are on record, and nothing was said yet."""
    made = Archive(pool, journal, keyring)
    await made.link(CELL, HALL)
    return made


__all__ = ["CELL", "HALL", "MHA", "NIC", "YARD", "Archive", "edge_of", "home", "opened"]
