"""A homeserver that has much to say is answered a little later, so that it says more at a time: a transaction costs
Synapse several commits and Setu one, whether it holds one event or a hundred. What it said is journalled, and worked
on, before it is answered at all, so that nobody's words wait for this but those that come meanwhile.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable

from bridge.model import HomeserverName

WAITED = 0.02
"""Seconds after our answer within which only comes what had been waiting for it."""

BREATH = 0.1
"""Seconds between two answers to a homeserver that has always more."""


class Breath:
    """When each homeserver was last answered."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._answered: dict[HomeserverName, float] = {}

    def now(self) -> float:
        """By the clock, in seconds."""
        return self._clock()

    async def draw(self, homeserver: HomeserverName, came: float) -> None:
        """Returns when a transaction that came then is to be answered."""
        before = self._answered.get(homeserver)
        if before is not None and came - before < WAITED:
            await self._sleep(before + BREATH - self._clock())
        self._answered[homeserver] = self._clock()
