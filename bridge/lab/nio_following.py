"""Following `/sync` so that it can be interrupted and taken up again: what is cut short is only the waiting for an
answer. An answer that has come is handled to its end, since the keys in it are delivered once.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from bridge.lab.client import AFTER_TROUBLE_SECONDS


class Following:
    """Asks and takes, again and again, between `start` and `stop`."""

    def __init__(self, ask: Callable[[], Awaitable[Any]], take: Callable[[Any], Awaitable[None]]) -> None:
        self.trouble: Exception | None = None
        """The last failure; it goes on after one, and whoever waits for something has a deadline."""
        self._ask = ask
        self._take = take
        self._wanted = False
        self._question: asyncio.Future[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self._task is None:
            self._wanted = True
            self._task = asyncio.create_task(self._follow())

    async def stop(self) -> None:
        """Returns when the last answer has been handled."""
        self._wanted = False
        if self._question is not None:
            self._question.cancel()
        if self._task is not None:
            await self._task
            self._task = None

    async def _follow(self) -> None:
        while self._wanted:
            self._question = asyncio.ensure_future(self._ask())
            await asyncio.wait([self._question])
            if self._question.cancelled():
                return
            try:
                await self._take(self._question.result())
            except Exception as error:
                self.trouble = error
                await asyncio.sleep(AFTER_TROUBLE_SECONDS)
