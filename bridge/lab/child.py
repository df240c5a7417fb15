"""A process that the lab started: a homeserver or Setu itself. It has a session of its own, so that a Ctrl-C on the
terminal reaches the lab alone, which then ends its children in order; it is leashed, so that it never outlives the lab;
and what it prints is in one file.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

from bridge.lab import leash

POLL_SECONDS = 0.05


class LabError(Exception):
    """The lab cannot go on; the text says what, where, and what to do."""


async def until(ready: Callable[[], Awaitable[bool]], deadline_seconds: float) -> bool:
    """Asks until it is so (True) or the deadline has passed (False). Between two questions it leaves as much time as
    the answer took: one that costs a process or a homeserver something is asked for more seldom.
    """
    begun = asked = time.monotonic()
    while not await ready():
        answered = time.monotonic()
        if answered - begun > deadline_seconds:
            return False
        await asyncio.sleep(max(POLL_SECONDS, answered - asked))
        asked = time.monotonic()
    return True


class Child:
    """One process: started, stopped, killed, and started again, any number of times."""

    def __init__(self, name: str, command: Sequence[str], log: Path) -> None:
        self.name = name
        self.log = log
        self._command = tuple(command)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    async def start(self) -> None:
        """Starts it and does not wait for more than that."""
        if self.pid is not None:
            raise LabError(f"{self.name} runs already (pid {self.pid}); stop it first")
        leashed = (sys.executable, "-I", "-S", leash.__file__, str(os.getpid()), *self._command)
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *leashed,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    async def ready(self, answers: Callable[[], Awaitable[bool]], deadline_seconds: float) -> None:
        """Waits until it answers.

        Raises:
            LabError: it ended instead, or did not answer in time; the end of what it printed is in the text.
        """

        async def answered_or_ended() -> bool:
            return self.pid is None or await answers()

        in_time = await until(answered_or_ended, deadline_seconds)
        if self.pid is None:
            raise LabError(f"{self.name} ended with code {self._code()} while starting. {self.last_words()}")
        if not in_time:
            raise LabError(f"{self.name} did not answer within {deadline_seconds:g} s. {self.last_words()}")

    async def stop(self, deadline_seconds: float = 10.0) -> int | None:
        """Asks it to end (SIGTERM), and kills it after the deadline.

        Returns:
            Its exit code; negative when a signal ended it; None when it was not started.
        """
        if self._process is None or self.pid is None:
            return self._code()
        self._process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self._process.wait(), deadline_seconds)
        except TimeoutError:
            await self.kill()
        return self._code()

    async def kill(self) -> None:
        """Ends it as a power cut would (SIGKILL)."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def last_words(self, lines: int = 20) -> str:
        """The end of its log, for a person who has to find out why."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        tail = "\n".join(f"    {line}" for line in text.splitlines()[-lines:])
        return f"The end of {self.log}:\n{tail}" if tail else f"It printed nothing into {self.log}."

    def _code(self) -> int | None:
        return None if self._process is None else self._process.returncode
