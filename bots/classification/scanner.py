"""Judges the files of messages when they have been fetched: reads what is kept, decrypts what is encrypted, and hands
it to the process that reads files. Any number of processes share the work; what one that died had begun is begun
again, and a file on which they die is in the end told as not scanned.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bots.classification import file_book
from bots.classification.file_book import Waiting
from bots.classification.files.shop import GONE, PATIENCE, Shop, opened
from bots.classification.scanning import A_FILE, not_scanned
from bots.classification.verdict import Verdict
from bridge.attachments import Attachment, files_of
from bridge.disk import DiskError, beside
from bridge.documents.limits import LIMITS
from bridge.e2ee.file_lock import OtherFile
from bridge.media_folder import MediaFolder
from bridge.model import RoomRef
from bridge.seal import CannotOpen
from bridge.store import media_book
from bridge.store.database import GROUND, Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.work import kind

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=2 * PATIENCE)
"""How long nobody else begins with a file with which somebody has begun."""

MOST_TRIES = 3
PAUSE = timedelta(seconds=5)
"""Until a file is tried again with which something failed."""

FAILED = "judging it failed"
NOT_OPEN = "it, or its message, does not open"


class TryAgain(Exception):
    """Something failed, and may not fail the next time."""


@dataclass(frozen=True)
class Scanner:
    """Looks for files that can be judged, for ever."""

    pool: Pool
    keyring: Keyring
    journal: Journal
    media: MediaFolder
    home: str = "IN"
    """The scheme of levels that name none."""
    schemes: Sequence[Path] = ()
    every_seconds: float = 0.5

    async def run(self) -> None:
        """Works until cancelled."""
        async with opened(self.home, self.schemes) as shop:
            while True:
                try:
                    while await self.one(shop):
                        pass
                except GROUND as error:
                    log.warning("no file is judged while the database is away (%s)", type(error).__name__)
                except Exception as error:  # one bad row must not end Setu
                    log.error("a file could not be judged: %s", kind(error))
                await asyncio.sleep(self.every_seconds)

    async def one(self, shop: Shop) -> bool:
        """Judges one file; whether there was one."""
        async with self.pool.acquire() as connection:
            waiting = await file_book.begin(connection, LEASE)
        if waiting is None:
            return False
        try:
            await self._settle(waiting, await self._verdict(waiting, shop))
        except (TryAgain, DiskError) as error:
            log.warning("a file of entry %d of room %d is tried again (%s)", waiting.pos, waiting.room, error)
            await self._again(waiting, PAUSE, counts=isinstance(error, TryAgain))
        except asyncio.CancelledError:
            with suppress(*GROUND):
                await self._again(waiting, timedelta(), counts=False)
            raise
        return True

    async def _verdict(self, waiting: Waiting, shop: Shop) -> Verdict:
        """Raises TryAgain; DiskError where the folder cannot be read."""
        if waiting.tries > MOST_TRIES:
            return not_scanned(FAILED)
        try:
            return await self._judged(waiting, shop)
        except CannotOpen:
            return not_scanned(NOT_OPEN)
        except OtherFile:
            return not_scanned("it is not the file that was sent: its hash is another")
        except (*GROUND, DiskError, TryAgain):
            raise
        except Exception as error:  # one bad file stops nothing else
            raise TryAgain(kind(error)) from None

    async def _judged(self, waiting: Waiting, shop: Shop) -> Verdict:
        file = await self._file(waiting)
        async with self.pool.acquire() as connection:
            medium = (await media_book.of(connection, self.keyring, waiting.room, [file.mxc]))[file.mxc]
        if medium.kept is None:
            return not_scanned(medium.why or FAILED)
        if medium.kept.size > LIMITS.size:
            return not_scanned(f"it is larger than {LIMITS.size >> 20} MiB")
        data = await self.media.whole(medium.kept.name, medium.kept.key)
        if file.lock is not None:
            data = await beside(file.lock.opened, data)
        # Its name is judged with the words of its message.
        verdict = await shop.judge("", data)
        if verdict == GONE:
            raise TryAgain("the process that reads files is gone")
        return Verdict(verdict.findings, verdict.dismissed, tuple(dict.fromkeys(map(_nameless, verdict.not_scanned))))

    async def _file(self, waiting: Waiting) -> Attachment:
        """The file as its message tells of it, its key included."""
        async with self.pool.acquire() as connection:
            room = await self.journal.room(connection, waiting.room)
            assert room is not None, "a room is never deleted"
            [entry] = await self.journal.read_at(connection, room, [waiting.pos])
        return files_of(entry.event)[waiting.n]

    async def _settle(self, waiting: Waiting, verdict: Verdict) -> None:
        async with self.pool.acquire() as connection:
            kek = await self.keyring.current(connection, RoomRef(waiting.room))
            async with connection.transaction():
                await file_book.judged(connection, kek, waiting, verdict)

    async def _again(self, waiting: Waiting, after: timedelta, counts: bool) -> None:
        async with self.pool.acquire() as connection:
            await file_book.again(connection, waiting, after, counts)


def _nameless(unread: str) -> str:
    """Without the names of files inside of the file."""
    return f"{A_FILE}{unread.rpartition(': ')[2]}"
