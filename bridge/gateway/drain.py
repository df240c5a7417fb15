"""Drains the outbox of one homeserver: several lanes at once, each lane one order at a time and in order. What passes
is waited for; what never will be is dead, and with it whatever needs it. Lanes of files have a drain of their own, so
that however many are slow, messages find somebody who sends them.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import assert_never

from bridge.actions import CreateRoom, FollowUpgrade
from bridge.gateway.outcome import Dead, Done, Outcome, Retry
from bridge.gateway.perform import Performer
from bridge.model import EndpointRef, HomeserverName
from bridge.saying import Saying
from bridge.store import alarms, outbox
from bridge.store.database import GROUND, Connection, Pool
from bridge.store.keyring import Keyring
from bridge.store.lane_locks import Hold, LaneLocks
from bridge.store.outbox import Lane, Order
from bridge.work import Backlog, kind

log = logging.getLogger(__name__)

BATCH = 32
MEMORY = timedelta(hours=12)
"""How long a homeserver surely knows a transaction id: half of Synapse's 24 hours."""

FIRST_PAUSE = timedelta(seconds=0.5)
NEEDS = "needs order"
MOVING = (CreateRoom, FollowUpgrade)
"""Actions after which the lane leads into another room than before."""

FOR_ANOTHER = timedelta(seconds=0.2)
"""How long to wait for an order of another lane that this one needs."""


@dataclass(frozen=True)
class Pace:
    """How hard one homeserver is worked."""

    in_flight: int
    longest_wait: timedelta
    poll_seconds: float


Mourn = Callable[[Connection, Order, str], Awaitable[None]]
"""Called in the transaction in which an order dies, with the reason: whoever must know is told."""


Arrived = Callable[[Connection, Order], Awaitable[None]]
"""Called in the transaction in which an order is done, where somebody wants to know."""


async def _nobody(_connection: Connection, _order: Order, _reason: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Ground:
    """What the drains of all homeservers stand on."""

    pool: Pool
    keyring: Keyring
    locks: LaneLocks
    pace: Pace
    mourn: Mourn = _nobody
    arrived: Arrived | None = None


class Drain:
    """Works on the lanes of one homeserver, or on those of its files."""

    def __init__(self, homeserver: HomeserverName, performer: Performer, ground: Ground, files: bool = False) -> None:
        self._homeserver = homeserver
        self._performer = performer
        self._ground = ground
        self._files = files
        self._backlog = Backlog()
        self._lanes: set[int] = set()
        self._others: set[int] = set()
        self._reachable: bool | None = None

    def told(self, lanes: frozenset[int] | None) -> None:
        """Lanes that have something new; None for "look everywhere"."""
        if lanes is None or not lanes <= self._lanes | self._others:
            self._backlog.look()
        else:
            self._backlog.add(lanes & self._lanes)

    async def run(self) -> None:
        """Works until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._backlog.poll(self._waiting, self._ground.pace.poll_seconds))
            for _ in range(self._ground.pace.in_flight):
                group.create_task(self._backlog.work(self._drain))

    async def _waiting(self) -> Sequence[int]:
        async with self._ground.pool.acquire() as connection:
            self._lanes, self._others = await outbox.lanes(connection, self._homeserver)
            return await outbox.waiting(connection, self._homeserver, self._files)

    async def _drain(self, number: int) -> None:
        lane = Lane(EndpointRef(number), self._homeserver, self._files)
        async with self._ground.locks.held(number) as hold:
            while hold is not None and (orders := await self._next(lane)):
                pause = await self._in_order(orders, hold)
                if pause is not None:
                    asyncio.get_running_loop().call_later(pause.total_seconds(), self._backlog.add, [number])
                    return

    async def _next(self, lane: Lane) -> Sequence[Order]:
        async with self._ground.pool.acquire() as connection:
            return await outbox.next_orders(connection, self._ground.keyring, lane, BATCH, MEMORY)

    async def _in_order(self, orders: Sequence[Order], hold: Hold) -> timedelta | None:
        """Does a batch; how long the lane must wait, if it must."""
        settled: dict[int, Outcome] = {}
        for order in orders:
            if hold.lost:
                return timedelta()
            if order.wait:
                return order.wait
            if any(needed not in settled for needed in order.needs_waiting):
                return FOR_ANOTHER
            outcome = settled[order.id] = await self._attempt(order, settled)
            if (pause := await self._write_down(order, outcome)) is not None:
                return pause
            if isinstance(order.action, MOVING):
                return None  # those that come after were read with another room, or with none
        return None

    async def _attempt(self, order: Order, settled: Mapping[int, Outcome]) -> Outcome:
        if order.needs_dead is not None:
            return _dead_with(*order.needs_dead)
        for needed in order.needs_waiting:
            if isinstance(before := settled[needed], Dead):
                return _dead_with(needed, before.reason)
        try:
            outcome = await self._performer.perform(order)
        except GROUND:
            raise
        except Exception as error:  # one bad order stops nothing else
            return Dead(f"this program failed: {kind(error)}")
        await self._note_reach(outcome)
        return outcome

    async def _note_reach(self, outcome: Outcome) -> None:
        """One alarm while the homeserver cannot be reached, taken back when it can."""
        reachable = not (isinstance(outcome, Retry) and outcome.unreachable)
        if reachable is self._reachable:
            return
        self._reachable = reachable
        cause = f"unreachable:{self._homeserver}"
        async with self._ground.pool.acquire() as connection:
            if reachable:
                await alarms.clear(connection, cause)
            else:
                what = Saying.of("unreachable", homeserver=self._homeserver)
                await alarms.raise_alarm(connection, cause, what)
        log.warning("%s %s", self._homeserver, "is reached" if reachable else "cannot be reached")

    async def _write_down(self, order: Order, outcome: Outcome) -> timedelta | None:
        """Settles an order; how long its lane must wait, if it must."""
        async with self._ground.pool.acquire() as connection:
            match outcome:
                case Done(what):
                    await self._done(connection, order, what)
                case Dead(reason):
                    log.error("%s: order %d is dead: %s", self._homeserver, order.id, reason)
                    async with connection.transaction():
                        await outbox.dead(connection, order, reason)
                        await self._ground.mourn(connection, order, reason)
                case Retry(reason, after):
                    pause = after or min(FIRST_PAUSE * 2 ** min(order.attempts, 20), self._ground.pace.longest_wait)
                    log.info(
                        "%s: order %d again in %.1f s: %s", self._homeserver, order.id, pause.total_seconds(), reason
                    )
                    await outbox.again(connection, order, pause)
                    return pause
                case _:
                    assert_never(outcome)
        return None

    async def _done(self, connection: Connection, order: Order, what: str) -> None:
        if self._ground.arrived is None:
            await outbox.done(connection, order, what)
            return
        async with connection.transaction():
            await outbox.done(connection, order, what)
            await self._ground.arrived(connection, order)


def _dead_with(needed: int, reason: str) -> Dead:
    """The first cause is told once, however long the chain."""
    return Dead(reason if NEEDS in reason else f"{NEEDS} {needed}, which is dead: {reason}")
