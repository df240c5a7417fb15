"""Waiting for what will come, with a deadline."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 90.0
"""For what should be there in a moment. Only a fault is waited for so long, and a machine with much else to do; that
something comes soon is claimed by the tests that say so, and by nobody's patience.
"""


SOON_SECONDS = 0.01


async def until(came: Callable[[], Awaitable[bool]], seconds: float = PATIENCE_SECONDS) -> None:
    """Returns as soon as it came. Between two questions it leaves as much time as the answer took: one that costs a
    process or a homeserver something is asked for more seldom.

    Raises:
        TimeoutError: it did not come in time.
    """
    clock = asyncio.get_running_loop().time
    async with asyncio.timeout(seconds):
        asked = clock()
        while not await came():
            await asyncio.sleep(max(SOON_SECONDS, clock() - asked))
            asked = clock()


async def as_answer(value: bool) -> bool:
    """What can be known at once, in the form of a question to a database."""
    return value
