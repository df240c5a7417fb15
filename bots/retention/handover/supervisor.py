"""Has exports prepared that officers ask for: one at a time in each process of an installation, by a process of its own
(`worker`). What a process that died had begun, another one goes on with.
"""

import asyncio
import logging
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bots.retention.handover import book, claim
from bots.retention.handover.job import State, numbers_in
from bots.retention.handover.settings import HandoverSettings
from bridge.disk import DiskError, beside
from bridge.plugin import Host
from bridge.store.database import GROUND
from bridge.work import kind

log = logging.getLogger(__name__)

EVERY_SECONDS = 0.5
AGAIN_SECONDS = 5.0
"""After which something is tried again that failed here."""

LAST_WORDS = 3.0
"""Seconds that a process has to end when it is told to."""

_DUE = """
    select j.id from retention_export j join outbox o on o.cause = format('records-export:%s:limit#0', j.id)
    where j.state in ('waiting', 'preparing') and o.state <> 'waiting' order by j.id
"""
# How large a file may be must be known first; while that is not to be had, nothing could be handed over either.


@dataclass
class Supervisor:
    """In one process."""

    host: Host
    settings: HandoverSettings
    settings_file: Path
    _later: dict[int, float] = field(default_factory=dict)
    """When those are tried again that failed here."""

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                await self._tidy()
                while (number := await self._due()) is not None:
                    await self._prepare(number)
            except GROUND as error:
                log.warning("no export is prepared while the database is away (%s)", type(error).__name__)
            except DiskError as error:
                log.error("bots.retention.export.folder: %s", error)
            except Exception as error:  # one bad row must not end Setu
                log.error("exports could not be looked at: %s", kind(error))
            await asyncio.sleep(EVERY_SECONDS)

    async def _due(self) -> int | None:
        now = asyncio.get_running_loop().time()
        async with self.host.pool.acquire() as connection:
            for row in await connection.fetch(_DUE):
                if self._later.get(row["id"], now) <= now and await claim.is_free(connection, row["id"]):
                    return int(row["id"])
        return None

    async def _prepare(self, number: int) -> None:
        process = await self._begun(number)
        try:
            while process.returncode is None:
                with suppress(TimeoutError):
                    await asyncio.wait_for(process.wait(), EVERY_SECONDS)
                if process.returncode is None and not await self._wanted(number):
                    await _end(process)
        finally:
            await _end(process)
        if process.returncode != 0 or await self._wanted(number):
            self._later[number] = asyncio.get_running_loop().time() + AGAIN_SECONDS

    async def _begun(self, number: int) -> Process:
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bots.retention.handover.worker", str(self.settings_file), str(number), stdin=PIPE
        )

    async def _wanted(self, number: int) -> bool:
        """Or not known, while the database is away."""
        try:
            async with self.host.pool.acquire() as connection:
                return number in await book.among(connection, [number], State.WAITING, State.PREPARING)
        except GROUND:
            return True

    async def _tidy(self) -> None:
        """Removes folders of exports that nobody prepares any more: they are in clear."""
        found = numbers_in(await beside(_names, self.settings.folder))
        if not found:
            return
        async with self.host.pool.acquire() as connection:
            wanted = await book.among(connection, found, State.WAITING, State.PREPARING)
            free = [number for number in found if number not in wanted and await claim.is_free(connection, number)]
        for name in (name for number in free for name in found[number]):
            await beside(shutil.rmtree, self.settings.folder / name, ignore_errors=True)


async def _end(process: Process) -> None:
    """Ends it where it works."""
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), LAST_WORDS)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


def _names(folder: Path) -> list[str]:
    return [each.name for each in folder.iterdir()] if folder.is_dir() else []
