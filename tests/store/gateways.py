"""A gateway on a real outbox whose homeserver is played: it answers as the test says, and remembers who did what."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from bridge.actions import Send
from bridge.gateway.drain import Drain, Ground, Pace
from bridge.gateway.outcome import Done, Outcome
from bridge.gateway.perform import Performer
from bridge.model import UserId
from bridge.store import links, notify, outbox
from bridge.store.database import Pool
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.store.lane_locks import FILES, LaneLocks
from bridge.store.outbox import Lane, Order
from tests.deadline import until
from tests.people import MHA

GHOST = UserId("@_setu_nic.lab_asha:mha.lab")


class Stage(Performer):
    """Plays the homeserver's part."""

    def __init__(self) -> None:  # it needs nothing of what the real one stands on
        self.attempts: list[str] = []
        """What was tried, by cause, in order."""
        self.times: dict[str, list[float]] = defaultdict(list)
        self.answers: dict[str, list[Outcome | Exception]] = defaultdict(list)
        """What the next attempts of a cause lead to; after them, success."""
        self.gates: dict[str, asyncio.Event] = {}
        """Attempts that last until the test opens the gate."""
        self.now: Counter[Lane] = Counter()
        self.most_in_a_lane = self.most_at_once = 0

    async def perform(self, order: Order) -> Outcome:
        cause, lane = order.cause.removesuffix("#0"), order.lane
        self.attempts.append(cause)
        self.times[cause].append(asyncio.get_running_loop().time())
        self.now[lane] += 1
        self.most_in_a_lane = max(self.most_in_a_lane, self.now[lane])
        self.most_at_once = max(self.most_at_once, self.now.total())
        try:
            await (self.gates[cause].wait() if cause in self.gates else asyncio.sleep(0))
        finally:
            self.now[lane] -= 1
        answer = self.answers[cause].pop(0) if self.answers[cause] else Done(f"$copy-of-{cause}")
        if isinstance(answer, Exception):
            raise answer
        return answer

    def gate(self, *causes: str) -> None:
        self.gates |= {cause: asyncio.Event() for cause in causes}


@dataclass(frozen=True)
class Box:
    """An outbox, and what a gateway on it needs."""

    url: str
    pool: Pool
    keyring: Keyring

    async def lane(self) -> Lane:
        """A new lane to Home Affairs."""
        async with self.pool.acquire() as connection:
            end = await links.new_endpoint(connection, MHA)
            await links.set_room(connection, end.lane, f"!{end.ref}:mha.lab")
            return end.lane

    async def put(self, lane: Lane, *causes: str, needs: tuple[int, ...] = (), chain: bool = False) -> list[int]:
        """Lays orders down; in a chain each needs the one before it. The causes are then `cause`, `cause#1` …"""
        async with self.pool.acquire() as connection:
            kek = await self.keyring.current(connection, NO_ROOM)
            sends = [Send(GHOST, "m.room.message", {"body": f"what {cause} says"}) for cause in causes]
            if chain:
                return await outbox.put(connection, kek, lane, causes[0], sends, needs)
            return [
                (await outbox.put(connection, kek, lane, cause, [send], needs))[0]
                for cause, send in zip(causes, sends, strict=True)
            ]

    async def states(self) -> dict[str, str]:
        """The state of every order, by cause."""
        rows = await self.pool.fetch("select cause, state from outbox order by id")
        return {row["cause"].removesuffix("#0"): row["state"] for row in rows}

    async def settled(self) -> None:
        """Waits until nothing waits."""

        async def none_waiting() -> bool:
            return "waiting" not in (await self.states()).values()

        await until(none_waiting)

    @asynccontextmanager
    async def gateway(self, stage: Stage, in_flight: int = 4, poll: float = 0.05) -> AsyncIterator[Drain]:
        """A gateway at work: it sends messages, and fetches one file at a time beside."""
        locks, file_locks = LaneLocks(self.url), LaneLocks(self.url, FILES)
        pace = Pace(in_flight, timedelta(seconds=300), poll)
        drain = Drain(MHA, stage, Ground(self.pool, self.keyring, locks, pace))
        slow = Ground(self.pool, self.keyring, file_locks, replace(pace, in_flight=1))
        files = Drain(MHA, stage, slow, files=True)
        told = {notify.OUTBOX: [drain.told], notify.FILES: [files.told]}
        async with AsyncExitStack() as stack:
            stack.push_async_callback(locks.close)
            stack.push_async_callback(file_locks.close)
            for work in (drain.run(), files.run(), notify.listen(self.url, told, 0.05)):
                stack.push_async_callback(stopped, asyncio.create_task(work))
            yield drain


async def stopped(task: asyncio.Task[None]) -> None:
    """Ends a task, and tells if it had failed."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
