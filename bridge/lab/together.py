"""Several things at once, which all succeed or of which the first to fail speaks."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def together(*parts: Coroutine[Any, Any, object]) -> None:
    """Runs them beside each other; when one fails, the others are cancelled and its own error is raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for part in parts:
                group.create_task(part)
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None
