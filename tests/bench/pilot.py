"""The pilot as it is taken in: processes of Setu beside each other, and how long they take until all that was said is
on record, sealed, in its log and searchable. What is said is made before each round, which alone is measured.
"""

import asyncio
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psutil

from bridge.store import links
from bridge.store.database import Pool
from tests.bench import town

ROUND = 500_000
LOOK = 0.02
"""Seconds between two looks whether all is on record."""


@dataclass
class Pilot:
    """The processes, and what they did."""

    pool: Pool
    processes: list[Process]
    messages: int = 0
    seconds: float = 0.0
    busy: Counter[str] = field(default_factory=Counter)
    """Seconds of a core."""

    async def take_in(self, messages: int) -> None:
        """So many messages more, round by round."""
        end = self.messages + messages
        while self.messages < end:
            await self._round(min(ROUND, end - self.messages))
            print(f"{self.messages:,} on record: {self.messages / self.seconds:,.0f} a second", flush=True)

    async def _round(self, messages: int) -> None:
        each = messages // len(self.processes)
        await self._tell(f"make {each}")
        began, busy = time.perf_counter(), await self._busy()
        await self._tell("take")
        self.messages += each * len(self.processes)
        everything = "select sum(room_seq) = $1 from record_head"
        await looked(lambda: self.pool.fetchval(everything, self.messages), LOOK)
        self.seconds += time.perf_counter() - began
        self.busy.update({what: seconds - busy[what] for what, seconds in (await self._busy()).items()})

    async def _tell(self, order: str) -> None:
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(f"{order}\n".encode())
        for process in self.processes:
            assert process.stdout is not None
            assert await process.stdout.readline() == b"done\n", "it works"

    async def _busy(self) -> Counter[str]:
        """Seconds of a core, of ours and of the database's processes."""
        pids = [row["pid"] for row in await self.pool.fetch("select pid from pg_stat_activity")]
        ours = [process.pid for process in self.processes]
        return Counter({"setu": sum(map(_seconds, ours)), "database": sum(map(_seconds, pids))})


def _seconds(pid: int) -> float:
    try:
        return sum(psutil.Process(pid).cpu_times()[:2])
    except psutil.NoSuchProcess:
        return 0.0


async def looked(is_so: Callable[[], Awaitable[bool]], seconds: float) -> None:
    """Returns when it is so; looks again after so many seconds."""
    while not await is_so():  # noqa: ASYNC110 - it is looked at from outside
        await asyncio.sleep(seconds)


@asynccontextmanager
async def running(pool: Pool, url: str, processes: int) -> AsyncIterator[Pilot]:
    """So many processes at work."""
    async with pool.acquire() as connection:
        for homeserver, room_id in town.rooms():
            await links.declare_endpoint(connection, homeserver, room_id)
    command = [sys.executable, "-m", "tests.bench.taking_in", url]
    started = [
        await asyncio.create_subprocess_exec(*command, str(part), str(processes), stdin=PIPE, stdout=PIPE)
        for part in range(processes)
    ]
    try:
        yield Pilot(pool, started)
    finally:
        for process in started:
            assert process.stdin is not None
            process.stdin.close()
            await process.wait()
