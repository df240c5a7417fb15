"""Followers that note what they read in a table of their own, in the transaction of their step, and that fail where the
test wants them to.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from bridge.follower import Follower, Ground, Loop
from bridge.model import Entry, Room
from bridge.reading import Reader as JournalReader
from bridge.seal import MasterKey
from bridge.store import notify
from bridge.store.database import Connection, Pool
from bridge.store.journal import Journal
from tests.deadline import until
from tests.keyrings import keyring_of
from tests.store.gateways import stopped

NOTES = "create table if not exists note (n bigserial, follower text, room bigint, pos bigint)"
Fault = Callable[[Connection, Room, Entry], object]


def number(room_id: str) -> int:
    """The 3 of `!3:mha.lab`: PostgreSQL's own numbers have holes."""
    return int(room_id[1:].partition(":")[0])


@dataclass
class Reader:
    """Notes each entry. `fault` is called first, and may raise or do harm; at what is in `waits` it waits."""

    name: str
    after: tuple[str, ...] = ()
    fault: Fault | None = None
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    gate: asyncio.Event | None = None
    waits: set[tuple[int, int]] = field(default_factory=set)
    """Rooms and positions."""
    looks: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How often it came to each of them."""

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> int | None:
        self.entered.set()
        if self.gate is not None:
            await self.gate.wait()
        for entry in entries:
            here = number(room.room_id), entry.pos
            self.looks[here] += 1
            if here in self.waits:
                return entry.pos - 1
            if self.fault is not None:
                harm = self.fault(connection, room, entry)
                if asyncio.iscoroutine(harm):
                    await harm
            note = "insert into note (follower, room, pos) values ($1, $2, $3)"
            await connection.execute(note, self.name, number(room.room_id), entry.pos)
        return None


@dataclass(frozen=True)
class Desk:
    """A journal and who reads it."""

    url: str
    pool: Pool
    journal: Journal
    master: MasterKey

    @asynccontextmanager
    async def reading(
        self, *readers: Follower, workers: int = 3, batch: int = 7, poll: float = 0.2, listening: bool = True
    ) -> AsyncIterator[list[Loop]]:
        """Followers at work."""
        await self.pool.execute(NOTES)
        gone_before = frozenset(name for reader in readers for name in reader.after)
        keyring = keyring_of(self.master)
        ground = Ground(self.pool, JournalReader(self.journal, keyring), keyring, batch, poll, gone_before)
        loops = [Loop(reader, ground) for reader in readers]
        works = [loop.run(workers) for loop in loops]
        if listening:
            told = {
                notify.JOURNAL: [loop.told for loop in loops],
                notify.ECHOES: [loop.told_of_echoes for loop in loops],
            }
            works.append(notify.listen(self.url, told, 0.05))
        async with AsyncExitStack() as stack:
            for work in works:
                stack.push_async_callback(stopped, asyncio.create_task(work))
            yield loops

    async def has_read(self, name: str, entries: int, seconds: float = 30.0) -> None:
        """Waits until a follower's bookmarks have passed so many entries."""

        async def passed() -> bool:
            found = "select coalesce(sum(pos), 0) from bookmark where follower = $1"
            return int(await self.pool.fetchval(found, name)) >= entries

        await until(passed, seconds)

    async def notes(self, name: str) -> dict[int, list[int]]:
        """What a follower noted, by room, in the order of noting."""
        found: dict[int, list[int]] = {}
        for row in await self.pool.fetch("select room, pos from note where follower = $1 order by n", name):
            found.setdefault(row["room"], []).append(row["pos"])
        return found
