"""Prepares one export from its beginning, or from where a process that died had got, and packs it. What hinders it is
told to the officer with the mend.
"""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

from bots.retention.export import pdf
from bots.retention.export.bounds import Within
from bots.retention.export.folder import Folder, State
from bots.retention.export.office import Office
from bots.retention.export.request import Form
from bots.retention.handover import book, shown
from bots.retention.handover.hindrance import AWAY, HINDRANCES, told
from bots.retention.handover.job import Job, Packed
from bots.retention.handover.job import State as JobState
from bots.retention.handover.letters import Letters
from bots.retention.handover.packing import pack
from bots.retention.handover.settings import HandoverSettings
from bridge.media_folder import MediaFolder
from bridge.saying import Saying
from bridge.store import outbox
from bridge.store.database import GROUND, Connection

MOST_TRIES = 5
"""So often an export is begun without getting on; then something in it kills whoever prepares it."""

COUNT_SECONDS = 0.5


class Unwanted(Exception):
    """Its asker wants it no more."""


@dataclass
class Making:
    """One job at work, claimed by `connection`."""

    office: Office
    media: MediaFolder
    settings: HandoverSettings
    connection: Connection
    job: Job
    _counts: tuple[int, int] | None = field(default=None, init=False)

    @property
    def folder(self) -> Folder:
        return Folder(self.settings.folder / self.job.folder)

    async def make(self) -> None:
        """Makes it; whatever hinders it, but that the database is away or this program fails, is told."""
        if not await book.begin(self.connection, self.job.number):
            return
        self.job = replace(self.job, state=JobState.PREPARING, tries=self.job.tries + 1)
        try:
            await self._made()
        except Unwanted:
            self._clear()
        except HINDRANCES as error:
            if isinstance(error, AWAY):  # not the disk
                raise
            await self._fail(told(error))
            self._clear()

    async def _made(self) -> None:
        if self.job.tries > MOST_TRIES:
            await self._fail(Saying.of("records-export-crashed"))
            self._clear()
            return
        await self._begun()
        if Form.PDF in self.job.request.forms:
            pdf.browser()
        async with self._counting():
            manifest = await self._exported()
            await self._pack(manifest)
        self._clear()

    async def _begun(self) -> None:
        async with self.connection.transaction():
            begun = Saying.of("records-export-begun", export=str(self.job.number), room=self.job.request.selection.room)
            await Letters(self.office.host).tell(self.connection, self.job, "begun", [begun])

    async def _exported(self) -> dict[str, Any]:
        """The manifest of what is in the folder now."""
        self.settings.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.folder.state() is State.FINISHED:  # and whoever finished it died before it was packed
            return self.folder.manifest()
        within = Within(self.job.scope(self.office.host.hub), self.settings.most, self._count)
        request = self.job.request
        return dict(await self.office.export(self.connection, request, self.folder, False, _nobody, within))

    async def _pack(self, manifest: dict[str, Any]) -> None:
        limit = await _limit(self.connection, self.job)
        parts = await pack(self.media, self.folder.path, f"export-{self.job.number}", self.job.files, limit)
        packed = Packed(manifest["export"], manifest["counts"], tuple(manifest["forms"]), parts)
        if not await book.pack(self.connection, self.office.host.keyring, self.job.number, packed):
            raise Unwanted

    async def _fail(self, why: Saying) -> None:
        async with self.connection.transaction():
            if await book.fail(self.connection, self.job.number, why, JobState.PREPARING):
                lines = shown.failure(self.job, why)
                await Letters(self.office.host).tell(self.connection, self.job, "failed", lines)

    def _clear(self) -> None:
        shutil.rmtree(self.folder.path, ignore_errors=True)

    def _count(self, written: int, selected: int) -> None:
        self._counts = written, selected

    @asynccontextmanager
    async def _counting(self) -> AsyncIterator[None]:
        """Keeps what is counted meanwhile, for whoever asks how far it is."""
        task = asyncio.create_task(self._keep_counts())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep_counts(self) -> None:
        kept = None
        while True:
            await asyncio.sleep(COUNT_SECONDS)
            if self._counts is not None and self._counts != kept:
                with suppress(*GROUND):  # nobody learns of it for a moment
                    async with self.office.host.pool.acquire() as connection:
                        await book.count(connection, self.job.number, *self._counts)
                    kept = self._counts


async def _limit(connection: Connection, job: Job) -> int | None:
    """How large a file may be on the officer's homeserver, as that said when the export was asked for."""
    said = await outbox.outcome_of(connection, f"{job.cause}:limit#0")
    return int(said) if said else None


def _nobody(_: str) -> None:
    """Nobody waits at a terminal."""
