"""Setu itself, as an administrator runs it: the real `setu` command on a settings file, each call a process of its own.
The command is given, so that a test can run a Setu with a planted fault in its place.
"""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
from ruamel.yaml import YAML

from bridge.lab.child import Child, LabError
from bridge.lab.status import Status

CALL_SECONDS = 60.0
READY = b"bridge.run: ready"
"""What its log says when it is at work."""

STOP_SECONDS = 10.0
"""Within which Setu ends when it is asked to."""
HEAD = "# Written by the lab, as an administrator would write it by hand.\n"


@dataclass(frozen=True)
class Ended:
    """How Setu ended: its exit code (negative: by that signal), and how long it took after it was asked to."""

    code: int | None
    seconds: float


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    output: str
    errors: str


class Setu:
    """One installation in one folder: its settings file, its log, and its process."""

    def __init__(self, folder: Path, address: str, run_command: Sequence[str], roles: Sequence[str] = ()) -> None:
        """`address` is the URL that it will listen on; `run_command` is the program, before its first argument; `roles`
        are those of this process, all when none is named. Several may share one folder, each with roles of its own.
        """
        self.folder = folder
        self.settings_file = folder / "setu.yaml"
        self._address = address
        self._run_command = tuple(run_command)
        self._listens = not roles or "intake" in roles
        command = (*self._run_command, "run", str(self.settings_file), *(("--roles", ",".join(roles)) if roles else ()))
        self._child = Child("Setu", command, folder / f"{'-'.join(('setu', *roles))}.log")

    @property
    def log(self) -> Path:
        """What `setu run` printed."""
        return self._child.log

    @property
    def pid(self) -> int | None:
        return self._child.pid

    def write(self, settings: Mapping[str, object]) -> None:
        """Writes the settings file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        yaml = YAML(pure=True)
        yaml.default_flow_style = False
        with self.settings_file.open("w", encoding="utf-8") as file:
            file.write(HEAD)
            yaml.dump(dict(settings), file)

    async def registration(self, server_name: str, output: Path) -> None:
        """Makes the registration for one homeserver, with its tokens."""
        await self.call("registration", str(self.settings_file), server_name, "--output", str(output))

    async def antispam(self, server_name: str) -> Mapping[str, object]:
        """What `setu antispam` prints for homeserver.yaml of one homeserver, with its token."""
        printed = await self.call("antispam", str(self.settings_file), server_name)
        block: Mapping[str, object] = YAML(typ="safe", pure=True).load(printed)
        return block

    async def migrate(self) -> None:
        await self.call("migrate", str(self.settings_file))

    async def status(self) -> Status:
        """What `setu status` says now."""
        printed = await self.call("status", str(self.settings_file), "--json")
        return Status.read(json.loads(printed))

    async def start(self, deadline_seconds: float = 60.0) -> None:
        """Starts it and waits until it is at work.

        Raises:
            LabError: it did not; with the end of its log.
        """
        before = self.log.stat().st_size if self.log.exists() else 0
        await self._child.start()

        async def says_ready() -> bool:
            return READY in self.log.read_bytes()[before:]

        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            await self._child.ready(says_ready, deadline_seconds)
            if self._listens:
                await self._child.ready(lambda: _lives(session, self._address), deadline_seconds)

    async def stop(self, deadline_seconds: float = STOP_SECONDS) -> Ended:
        """Asks it to end (SIGTERM); kills it after the deadline."""
        asked = time.monotonic()
        code = await self._child.stop(deadline_seconds)
        return Ended(code, time.monotonic() - asked)

    async def kill(self) -> None:
        """Ends it as a power cut would."""
        await self._child.kill()

    async def call(self, *arguments: str) -> str:
        """Runs one command to its end and gives what it printed.

        Raises:
            LabError: it failed, with its own words.
        """
        answer = await self.ask(*arguments)
        if answer.code:
            said = (answer.errors or answer.output).strip()
            raise LabError(f"`setu {' '.join(arguments)}` ended with code {answer.code}: {said}")
        return answer.output

    async def ask(self, *arguments: str) -> Answer:
        """Runs one command to its end, whichever it is."""
        process = await asyncio.create_subprocess_exec(
            *self._run_command,
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(CALL_SECONDS):
                output, errors = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return Answer(process.returncode or 0, output.decode(), errors.decode(errors="replace"))


async def _lives(session: aiohttp.ClientSession, address: str) -> bool:
    try:
        async with session.get(f"{address}/_setu/live") as answer:
            return answer.status == 200
    except aiohttp.ClientError:
        return False
