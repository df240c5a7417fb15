"""A backlog of numbered things (rooms, lanes) that want work: each is worked on by one worker at a time, is remembered
when it is named again meanwhile, and is found again by looking when nobody names it.
"""

import asyncio
import logging
import math
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import timedelta

import asyncpg

from bridge.store.database import GROUND

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 10.0
"""Seconds between attempts while the database is away: doubled each time, up to the longest."""

GATHER, GATHER_MOST = 0.5, 2.0
"""Seconds for which numbers that can wait are gathered: longer and longer where they keep coming."""


class Backlog:
    """Hands each waiting number to one worker at a time."""

    def __init__(self) -> None:
        self._waiting: dict[int, None] = {}  # in the order of their coming
        self._running: set[int] = set()
        self._again: set[int] = set()
        self._later: set[int] = set()
        self._gather, self._gathered = GATHER, -math.inf
        self._pauses: dict[int, asyncio.TimerHandle] = {}
        self._something = asyncio.Event()
        self._look = asyncio.Event()

    def add(self, numbers: Iterable[int]) -> None:
        """These want work; one that is being worked on now will be worked on again."""
        for number in numbers:
            if number in self._running:
                self._again.add(number)
            else:
                self._waiting[number] = None
        if self._waiting:
            self._something.set()

    def add_later(self, numbers: Iterable[int]) -> None:
        """These want work, but not at once: those that are named within `GATHER`, or soon more, come together."""
        if not self._later:
            loop = asyncio.get_running_loop()
            again = loop.time() - self._gathered < GATHER
            self._gather = min(2 * self._gather, GATHER_MOST) if again else GATHER
            loop.call_later(self._gather, self._add_gathered)
        self._later.update(numbers)

    def add_after(self, pause: timedelta, number: int) -> None:
        """This one wants work after a pause. However often that is said, it comes once, at the soonest of the times."""
        loop = asyncio.get_running_loop()
        when, pending = loop.time() + pause.total_seconds(), self._pauses.get(number)
        if pending is not None:
            if pending.when() <= when:
                return
            pending.cancel()
        self._pauses[number] = loop.call_at(when, self._add_paused, number)

    def look(self) -> None:
        """Asks the poll to look now."""
        self._look.set()

    async def poll(self, find: Callable[[], Awaitable[Sequence[int]]], seconds: float) -> None:
        """Looks for waiting numbers when asked, and every so many seconds in any case."""
        while True:
            self._look.clear()
            try:
                self.add(await find())
            except GROUND as error:
                log.warning("the database does not answer (%s)", type(error).__name__)
            try:
                async with asyncio.timeout(seconds):
                    await self._look.wait()
            except TimeoutError:
                pass

    async def work(self, do: Callable[[int], Awaitable[None]]) -> None:
        """Takes one number after the other, for ever. When the ground fails, the number is tried again later."""
        pause = FIRST_PAUSE
        while True:
            number = await self._take()
            try:
                await do(number)
                pause = FIRST_PAUSE
            except GROUND as error:
                log.warning("waiting %.1f s for the database (%s)", pause, type(error).__name__)
                self._again.add(number)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as error:  # one bad room or lane stops nothing else
                log.error("number %d failed and is tried again later: %s", number, kind(error))
                asyncio.get_running_loop().call_later(LONGEST_PAUSE, self.add, [number])
            finally:
                self._release(number)

    def _add_gathered(self) -> None:
        gathered, self._later, self._gathered = self._later, set(), asyncio.get_running_loop().time()
        self.add(gathered)

    def _add_paused(self, number: int) -> None:
        del self._pauses[number]
        self.add([number])

    async def _take(self) -> int:
        while not self._waiting:
            self._something.clear()
            await self._something.wait()
        number = next(iter(self._waiting))
        del self._waiting[number]
        self._running.add(number)
        return number

    def _release(self, number: int) -> None:
        self._running.discard(number)
        if number in self._again:
            self._again.discard(number)
            self.add([number])


def kind(error: Exception) -> str:
    """An error's kind and place, without its text, which could hold content."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    ours = [frame for frame in frames if frame.f_globals.get("__name__", "").startswith(("bridge", "bots"))]
    where = f" in {ours[-1].f_globals['__name__']}.{ours[-1].f_code.co_name}" if ours else ""
    code = f" {error.sqlstate}" if isinstance(error, asyncpg.PostgresError) else ""
    return f"{type(error).__name__}{code}{where}"
