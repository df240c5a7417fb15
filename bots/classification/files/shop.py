"""Where files are handed in to be judged: keeps the process that reads them, and begins it anew when it is gone.
Whatever fails there is a verdict that says "not scanned", never one that says "clean".
"""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bots.classification.files.limits import LIMITS
from bots.classification.verdict import Verdict, unpacked

PATIENCE = LIMITS.hard_seconds + 20
"""Seconds that an answer may take; the process breaks off before."""
LONGEST_ANSWER = 64 << 20
GONE = Verdict(not_scanned=("the process that reads files is gone",))
"""What is said of a file that may be judged by the next process."""


@dataclass
class Shop:
    """Judges files, one at a time."""

    home: str = "IN"
    schemes: Sequence[Path] = ()
    _worker: Process | None = None
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def judge(self, name: str, data: bytes, home: str | None = None) -> Verdict:
        """The verdict on a file. Raises nothing that lies in the file."""
        if len(data) > LIMITS.size:
            return Verdict(not_scanned=(f"larger than {LIMITS.size >> 20} MiB",))
        async with self._one:
            try:
                async with asyncio.timeout(PATIENCE):
                    told = await self._asked({"name": name, "size": len(data), "home": home}, data)
            except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
                await self.close()
                return GONE
            except BaseException:
                await self.close()  # whose answer comes next would not be known
                raise
        return unpacked(told) if "failed" not in told else Verdict(not_scanned=(told["failed"],))

    async def _asked(self, job: dict[str, Any], data: bytes) -> dict[str, Any]:
        worker = await self._begun()
        assert worker.stdin is not None and worker.stdout is not None  # both are pipes
        worker.stdin.write(json.dumps(job).encode() + b"\n" + data)
        await worker.stdin.drain()
        return _object(await worker.stdout.readline())

    async def _begun(self) -> Process:
        if self._worker is None or self._worker.returncode is not None:
            self._worker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bots.classification.files.worker", self.home, *map(str, self.schemes),
                stdin=PIPE, stdout=PIPE, limit=LONGEST_ANSWER,
            )  # fmt: skip
            assert self._worker.stdout is not None  # it is a pipe
            _object(await self._worker.stdout.readline())
        return self._worker

    async def close(self) -> None:
        """Ends the process."""
        worker, self._worker = self._worker, None
        if worker is not None and worker.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()


def _object(line: bytes) -> dict[str, Any]:
    told = json.loads(line)
    if not isinstance(told, dict):
        raise ValueError("no answer")
    return told


@contextlib.asynccontextmanager
async def opened(home: str = "IN", schemes: Sequence[Path] = ()) -> AsyncIterator[Shop]:
    """A shop while it is needed."""
    shop = Shop(home, schemes)
    try:
        yield shop
    finally:
        await shop.close()


async def judged_once(name: str, data: bytes, schemes: Sequence[Path] = (), home: str = "IN") -> Verdict:
    """The verdict on one file, by a process begun for it."""
    async with opened(home, schemes) as shop:
        return await shop.judge(name, data)
