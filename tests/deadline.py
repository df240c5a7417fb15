"""Waiting for what will come, with a deadline."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(came: Callable[[], Awaitable[bool]], seconds: float = 15.0) -> None:
    """Returns as soon as it came.

    Raises:
        TimeoutError: it did not come in time.
    """
    async with asyncio.timeout(seconds):
        while not await came():  # noqa: ASYNC110, a row in a database sets no event
            await asyncio.sleep(0.01)


async def as_answer(value: bool) -> bool:
    """What can be known at once, in the form of a question to a database."""
    return value
