"""Where files are handed in to be read: keeps the process that reads them, and begins it anew when it is gone. Whatever
fails there is told as that; nothing that lies in a file is raised here.
"""

import asyncio
import contextlib
import json
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.documents.limits import LIMITS

PATIENCE = LIMITS.hard_seconds + 20
"""Seconds that an answer may take; the process breaks off before."""
LONGEST_ANSWER = 64 << 20


class Gone(Exception):
    """The process that reads files is gone; the next one may read this file."""


class Unreadable(Exception):
    """The file cannot be read: why, in words that hold nothing of it."""


@dataclass
class Shop:
    """Has files read, one at a time."""

    command: Sequence[str]
    """The module that serves, and its arguments: after `python -m`."""
    _worker: Process | None = None
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def told(self, job: Mapping[str, Any], data: bytes) -> Mapping[str, Any]:
        """What is told of a file. Raises Gone, Unreadable."""
        if len(data) > LIMITS.size:
            raise Unreadable(f"larger than {LIMITS.size >> 20} MiB")
        async with self._one:
            try:
                async with asyncio.timeout(PATIENCE):
                    told = await self._asked({**job, "size": len(data)}, data)
            except (OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
                await self.close()
                raise Gone from None
            except BaseException:
                await self.close()  # whose answer comes next would not be known
                raise
        if "failed" in told:
            raise Unreadable(told["failed"])
        return told

    async def _asked(self, job: Mapping[str, Any], data: bytes) -> Mapping[str, Any]:
        worker = await self._begun()
        assert worker.stdin is not None and worker.stdout is not None  # both are pipes
        worker.stdin.write(json.dumps(job).encode() + b"\n" + data)
        await worker.stdin.drain()
        return _object(await worker.stdout.readline())

    async def _begun(self) -> Process:
        if self._worker is None or self._worker.returncode is not None:
            self._worker = await asyncio.create_subprocess_exec(
                sys.executable, "-m", *self.command, stdin=PIPE, stdout=PIPE, limit=LONGEST_ANSWER
            )
            assert self._worker.stdout is not None  # it is a pipe
            _object(await self._worker.stdout.readline())
        return self._worker

    async def close(self) -> None:
        """Ends the process; the next file begins another."""
        worker, self._worker = self._worker, None
        if worker is not None and worker.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()


def _object(line: bytes) -> Mapping[str, Any]:
    told = json.loads(line)
    if not isinstance(told, dict):
        raise ValueError("no answer")
    return told
