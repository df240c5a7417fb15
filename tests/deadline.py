"""Waiting for what will come, with a deadline."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 90.0
"""For what should be there in a moment. Only a fault is waited for so long, and a machine with much else to do; that
something comes soon is claimed by the tests that say so, and by nobody's patience.
"""


SOON_SECONDS, SELDOM_SECONDS = 0.01, 0.5
"""Between two questions: the longer it takes, the more seldom is asked, since an answer costs somebody something."""


async def until(came: Callable[[], Awaitable[bool]], seconds: float = PATIENCE_SECONDS) -> None:
    """Returns as soon as it came.

    Raises:
        TimeoutError: it did not come in time.
    """
    begun = asyncio.get_running_loop().time()
    async with asyncio.timeout(seconds):
        while not await came():
            waited = asyncio.get_running_loop().time() - begun
            await asyncio.sleep(min(max(SOON_SECONDS, waited / 5), SELDOM_SECONDS))


async def as_answer(value: bool) -> bool:
    """What can be known at once, in the form of a question to a database."""
    return value
