"""Work with files that may take a while, done beside the event loop. What the disk refuses is an error of its own:
an `OSError` is taken for one of the database (`bridge.store.database.GROUND`).
"""

import asyncio
import os
from collections.abc import Callable
from errno import EDQUOT, ENOSPC
from pathlib import Path
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Made = TypeVar("Made")


class DiskError(Exception):
    """Something could not be written or read for reasons of the disk, not of what is written. Its text tells why."""

    def __init__(self, error: OSError) -> None:
        full = error.errno in (ENOSPC, EDQUOT)
        super().__init__("its disk is full" if full else f"it cannot be used ({error.strerror})")


async def beside(work: Callable[Given, Made], *given: Given.args, **named: Given.kwargs) -> Made:
    """Does it in a thread. Whoever cancels waits for its end: what it uses may be closed after that.

    Raises:
        DiskError: in place of any OSError.
    """
    working = asyncio.ensure_future(asyncio.to_thread(work, *given, **named))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        await asyncio.wait([working])
        raise
    except OSError as error:
        raise DiskError(error) from None


def sync_folder(folder: Path) -> None:
    """What was named in it is so on the disk when this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
