"""The Node process that the tests' Element clients live in: its verbs are called and what its clients see is heard over
its standard streams, a line of JSON each. One process bears any number of clients; it ends when its input is closed, so
it never outlives the tests; a Ctrl-C reaches them alone, which then end it.
"""

import asyncio
import itertools
import json
import os
import shutil
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from bridge.lab.child import LabError

HERE = Path(__file__).parent
CALL_SECONDS = 60.0
END_SECONDS = 10.0
LONGEST_LINE = 64 * 2**20
LAST_WORDS = 20

Hearer = Callable[[Mapping[str, Any] | None], None]
"""Is given each thing that a client sees, and None when Node has ended."""


def missing() -> str | None:
    """What is not installed, and what to do; None where nothing is missing."""
    if shutil.which("node") is None:
        return "Node.js 18 or newer is not installed. On Debian: apt-get install nodejs npm"
    if not (HERE / "node_modules" / "matrix-js-sdk").is_dir():
        return "matrix-js-sdk is not installed: make node"
    return None


class Node:
    """Started once, stopped once."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._hearers: dict[int, Hearer] = {}
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._numbers = itertools.count(1)
        self._stderr: deque[str] = deque(maxlen=LAST_WORDS)
        self._listening: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        running = self._process is not None and self._process.returncode is None
        return self._process.pid if running and self._process else None

    async def start(self) -> None:
        """Starts it and waits until the SDK is loaded.

        Raises:
            LabError: it is not installed, or ended instead.
        """
        if lacks := missing():
            raise LabError(lacks)
        self._process = await asyncio.create_subprocess_exec(
            "node", str(HERE / "driver.mjs"),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE, env=_environment(), start_new_session=True,
        )  # fmt: skip
        ready = self._calls[0] = asyncio.get_running_loop().create_future()
        self._listening = asyncio.create_task(self._listen(self._process))
        await self._answer(ready, "start")

    async def stop(self) -> None:
        """Closes its input, upon which it ends."""
        if self._process is None or self._listening is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            await asyncio.wait_for(asyncio.shield(self._listening), END_SECONDS)
        except TimeoutError:
            self._process.kill()
            await self._listening

    def enrol(self, hear: Hearer) -> int:
        """Gives a new client its number."""
        number = next(self._numbers)
        self._hearers[number] = hear
        return number

    async def call(self, client: int, verb: str, **given: object) -> Any:
        """What a verb of a client gives.

        Raises:
            LabError: it failed, took too long, or Node has ended; with Node's last words.
        """
        if self.pid is None or self._process is None or self._process.stdin is None:
            raise LabError(self.obituary(verb))
        number = next(self._numbers)
        answer = self._calls[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "client": client, "verb": verb, "given": given})
        self._process.stdin.write(f"{line}\n".encode())
        try:
            return await self._answer(answer, verb)
        finally:
            self._calls.pop(number, None)

    def obituary(self, verb: str) -> str:
        """That it runs no longer, with what it said last."""
        code = None if self._process is None else self._process.returncode
        return f"Node does not run (exit code {code}), so there is no {verb}. {self._last_words()}"

    async def _answer(self, answer: asyncio.Future[Any], verb: str) -> Any:
        try:
            return await asyncio.wait_for(answer, CALL_SECONDS)
        except TimeoutError:
            raise LabError(f"Node did not {verb} within {CALL_SECONDS:g} s. {self._last_words()}") from None

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None and process.stderr is not None
        errors = asyncio.create_task(self._hear_errors(process.stderr))
        try:
            async for line in process.stdout:
                self._take(json.loads(line))
        except ValueError:  # Something else wrote to standard output, or a line is too long: no answer can be trusted.
            process.kill()
            raise
        finally:
            await errors
            await process.wait()
            self._bury()

    def _bury(self) -> None:
        for answer in self._calls.values():
            if not answer.done():
                answer.set_exception(LabError(self.obituary("answer")))
        for hear in self._hearers.values():
            hear(None)

    async def _hear_errors(self, stderr: asyncio.StreamReader) -> None:
        async for line in stderr:
            self._stderr.append(line.decode(errors="replace").rstrip())

    def _take(self, line: Mapping[str, Any]) -> None:
        if "seen" in line:
            self._hearers[line["client"]](line["seen"])
        elif (answer := self._calls.get(line["id"])) is not None and not answer.done():
            if "error" in line:
                answer.set_exception(LabError(line["error"]))
            else:
                answer.set_result(line["result"])

    def _last_words(self) -> str:
        tail = "\n".join(f"    {line}" for line in self._stderr)
        return f"The last that it said:\n{tail}" if tail else "It said nothing."


def _environment() -> dict[str, str]:
    """What an outer Node would have it do otherwise, such as a debugger's options, is left out."""
    return {key: value for key, value in os.environ.items() if not key.startswith("NODE_")}
