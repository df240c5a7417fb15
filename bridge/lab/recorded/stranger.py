"""Somebody who has the exported folder, the key that signs the record and Python, but nothing of Setu, verifies it."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bridge.lab.checked import expect
from bridge.lab.recorded.byte import Filed
from bridge.lab.recorded.handed import Handed
from bridge.lab.recorded.verifying import Verifying
from bridge.lab.steps.step import Wrong, same

SECONDS = 30.0


@dataclass(frozen=True)
class Stranger:
    """What they have."""

    handed: Handed
    verifying: Verifying

    @property
    def folder(self) -> Path:
        return self.handed.folder

    @property
    def key(self) -> str:
        """As `setu records verify` tells it. Raises Wrong."""
        organisation = self.handed.talk.cell.here.homeserver.name
        if organisation not in self.verifying.keys:
            raise Wrong(f"no key of {organisation} was told")
        return self.verifying.keys[organisation]

    async def verify(self) -> tuple[int, str]:
        """The exit code of the folder's `verify.py` and what it says, in a Python that sees nothing of a checkout."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "verify.py", ".", "--key", self.key, cwd=self.folder,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        try:
            async with asyncio.timeout(SECONDS):
                output, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return process.returncode or 0, output.decode()


async def _stranger(one: Stranger) -> str:
    code, told = await one.verify()
    last = told.splitlines()[-1] if told else ""
    wanted = f"{one.handed.manifest['counts']['records']} records: no faults"
    same((code, last), (0, wanted), "what verify.py says")
    return last


async def _altered(one: Stranger) -> str:
    """One after the other, and each is turned back."""
    there = one.handed.manifest["files"]
    pages, photos = [[name for name in there if name.startswith(part)] for part in ("conversation/", "files/")]
    for path in [one.folder / name for name in ("records.jsonl", *pages[-1:], *photos)]:
        byte, name = Filed(path), path.relative_to(one.folder).as_posix()
        await byte.turn()
        try:
            code, told = await one.verify()
        finally:
            await byte.turn()
        named = any(line.startswith(name) for line in told.splitlines())
        expect(code != 0 and named, f"where {name} was changed it says: {told}")
    return ", ".join(["records.jsonl", *pages[-1:], *photos])


DEEDS: Mapping[str, tuple[str, Callable[[Stranger], Awaitable[str | None]]]] = {
    "stranger": ("a stranger verifies it, with plain Python and the key that signs the record", _stranger),
    "altered": ("a single byte that was changed in it is found, and where", _altered),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
