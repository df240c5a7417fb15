"""A terminal in which a person runs `setu lab`: what it prints, line by line, and what it leaves behind."""

import asyncio
from pathlib import Path

import psutil

from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.sites import SETU


class Terminal:
    """One run of `setu lab`, and what it has printed so far."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.printed = ""

    @classmethod
    async def lab(cls, folder: Path, *arguments: str) -> "Terminal":
        """Starts a lab in this folder."""
        process = await asyncio.create_subprocess_exec(
            *SETU, "lab", "--folder", str(folder), *arguments,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        return cls(process, folder)

    async def until(self, wanted: str) -> str:
        """Reads until a line holds what is wanted; gives that line.

        Raises:
            AssertionError: it ended before.
        """
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while line := (await self.process.stdout.readline()).decode():
                self.printed += line
                if wanted in line:
                    return line
        raise AssertionError(f"it ended without printing {wanted!r}:\n{self.printed}")

    async def end(self) -> int:
        """Reads to the end; the exit code."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            self.printed += (await self.process.stdout.read()).decode()
            return await self.process.wait()

    async def close(self) -> None:
        """Ends it where it still runs."""
        if self.process.returncode is None:
            self.process.terminate()
        await self.end()

    def left_over(self) -> list[str]:
        """The command lines of processes that still work in its folder."""
        lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
        return [line for line in lines if str(self.folder) in line]
