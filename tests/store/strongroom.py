"""Linked rooms on record, in which officers order holds, and a disposal that asks what it may dispose of. The clock is
the test's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.retention.holds.asked import fields
from bots.retention.holds.desk import Desk
from bots.retention.holds.hold import Act, HoldNumber, Officer
from bots.retention.holds.holds import Holds
from bots.retention.holds.release import Refused
from bots.retention.search.month_key import MonthKeys
from bridge.model import HomeserverName, Room, server_of
from bridge.store.database import Connection
from tests.people import NIC
from tests.store.archive import IST, Archive

ORDER = {"matter": "the bridge", "authority": "High Court, W.P. 117/2026", "reason": "ordered on 2 March"}
KAMALA, MEENA, FARID = (Officer(f"@{name}:nic.lab", f"@{name}:nic.lab") for name in ("kamala", "meena", "farid"))
"""Records officers of the hub."""
MONTH = timedelta(days=30)


@dataclass
class Strongroom:
    """The rooms, the officers' desk, and the time."""

    archive: Archive
    now: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def desk(self) -> Desk:
        """As in another process."""
        return Desk(self.archive.keyring, NIC, MONTH, lambda: self.now)

    @property
    def holds(self) -> Holds:
        return Holds(self.archive.keyring, MonthKeys(self.archive.keyring), lambda: self.now)

    def passes(self, time: timedelta) -> None:
        self.now += time

    async def hold(self, by: Officer = KAMALA, organisation: str = NIC, **criteria: str) -> HoldNumber:
        """An officer orders a hold; `since` stands for from."""
        given = {("from" if key == "since" else key): text for key, text in criteria.items()}
        async with self.archive.pool.acquire() as connection, connection.transaction():
            return await self.desk.add(connection, organisation, by, fields({**ORDER, **given}, IST))

    async def releases(self, number: int, by: Officer, of: str | None = None) -> Act | Refused:
        async with self.archive.pool.acquire() as connection, connection.transaction():
            return await self.desk.release(connection, number, by, "it is settled", of)

    async def takes_back(self, number: int, by: Officer) -> Act | Refused:
        async with self.archive.pool.acquire() as connection, connection.transaction():
            return await self.desk.take_back(connection, number, by, "an appeal")

    async def room(self, connection: Connection, room_id: str) -> Room:
        homeserver = HomeserverName(server_of(room_id))
        refs = await self.archive.journal.rooms(connection, homeserver, [room_id])
        return Room(refs[room_id], homeserver, room_id)

    async def held(self, room_id: str) -> list[str]:
        """The messages of a room that a disposal may not touch."""
        async with self.archive.pool.acquire() as connection, connection.transaction():
            return await self.held_in(connection, room_id)

    async def held_in(self, connection: Connection, room_id: str) -> list[str]:
        """The same, in a transaction that is open."""
        room = await self.room(connection, room_id)
        rows = await connection.fetch("select pos from record where room = $1 order by pos", room.ref)
        found = await self.holds.covering(connection, room, [row["pos"] for row in rows])
        entries = await self.archive.journal.read_at(connection, room, list(found))
        return [str(entry.event.text("body") or entry.type) for entry in entries]

    async def acts(self) -> Sequence[tuple[str, str]]:
        """What the logs tell of holds: what was done, and by whom."""
        rows = await self.archive.pool.fetch("select action, actor from record_audit order by at, seq")
        return [(row["action"], row["actor"]) for row in rows if row["action"].startswith("hold")]


def why(done: Any) -> str:
    """The text that says why something was refused."""
    assert isinstance(done, Refused)
    return done.why.message
