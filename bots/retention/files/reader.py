"""Reads what kept files say, so that it can be searched: opens a file as its message tells how, has it read by a
process of its own, and writes its words. A file that cannot be read is found by its message alone. Any number of
processes share the work; a file on which they die is given up in the end.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bots.retention.files import named, unread
from bots.retention.files.unread import Unread
from bots.retention.search.file_rows import FileRows
from bots.retention.search.file_text import FileText
from bridge.disk import DiskError, beside
from bridge.documents.limits import LIMITS
from bridge.documents.shop import PATIENCE, Gone, Shop, Unreadable
from bridge.e2ee.file_lock import OtherFile
from bridge.media_folder import MediaFolder
from bridge.model import Entry, Room
from bridge.plugin import Host
from bridge.seal import CannotOpen
from bridge.store import media_book
from bridge.store.database import GROUND
from bridge.work import kind

log = logging.getLogger(__name__)

WORKER = "bots.retention.files.worker"

LEASE = timedelta(seconds=2 * PATIENCE)
"""How long nobody else begins with a file with which somebody has begun."""

MOST_TRIES = 3
PAUSE = timedelta(seconds=5)
EVERY_SECONDS = 0.5
IDLE_SECONDS = 60.0
"""After which the process that reads is let go, until there is something to read again."""


class Unfit(Exception):
    """There is nothing in it to be searched."""


@dataclass(frozen=True)
class FileReader:
    """Fixed while Setu runs."""

    host: Host
    media: MediaFolder
    rows: FileRows

    async def run(self) -> None:
        """Works until cancelled."""
        shop, clock = Shop([WORKER]), asyncio.get_running_loop()
        last = clock.time()
        try:
            while True:
                try:
                    while await self.one(shop):
                        last = clock.time()
                except GROUND as error:
                    log.warning("no file is read while the database is away (%s)", type(error).__name__)
                except Exception as error:  # one bad row must not end Setu
                    log.error("a file could not be read: %s", kind(error))
                if clock.time() > last + IDLE_SECONDS:
                    await shop.close()
                await asyncio.sleep(EVERY_SECONDS)
        finally:
            await shop.close()

    async def one(self, shop: Shop) -> bool:
        """Reads one file; whether there was one."""
        async with self.host.pool.acquire() as connection:
            one = await unread.begin(connection, LEASE)
        if one is None:
            return False
        try:
            await self._read(one, shop)
        except (CannotOpen, IndexError):
            await self._leave(one)
        except (OtherFile, Unreadable, Unfit):
            await self._give_up(one)
        except (DiskError, Gone) as error:
            await self._again(one, PAUSE, counts=isinstance(error, Gone))
        except asyncio.CancelledError:
            with suppress(*GROUND):
                await self._again(one, timedelta(), counts=False)
            raise
        except GROUND:
            raise
        except Exception as error:  # one bad file stops nothing else
            log.error("a file of entry %d of room %d could not be read: %s", one.pos, one.room, kind(error))
            await self._again(one, PAUSE, counts=True)
        return True

    async def _read(self, one: Unread, shop: Shop) -> None:
        if one.tries > MOST_TRIES:
            raise Unfit
        room, entry = await self._entry(one)
        texts = await self._texts(room, entry, one.n, shop)
        async with self.host.pool.acquire() as connection, connection.transaction():
            if texts:
                await self.rows.write(connection, room, entry, FileText(one.n, texts))
            await unread.done(connection, one)

    async def _texts(self, room: Room, entry: Entry, n: int, shop: Shop) -> Sequence[str]:
        file = named.of(entry)[n]
        async with self.host.pool.acquire() as connection:
            medium = (await media_book.of(connection, self.host.keyring, room.ref, [file.mxc])).get(file.mxc)
        if medium is None or medium.kept is None or medium.kept.size > LIMITS.size:
            raise Unfit
        data = await self.media.whole(medium.kept.name, medium.kept.key)
        if file.lock is not None:
            data = await beside(file.lock.opened, data)
        told = await shop.told({}, data)
        return [text for text in told["texts"] if isinstance(text, str)]

    async def _entry(self, one: Unread) -> tuple[Room, Entry]:
        async with self.host.pool.acquire() as connection:
            room = await self.host.journal.room(connection, one.room)
            assert room is not None, "a room is never deleted"
            [entry] = await self.host.journal.read_at(connection, room, [one.pos])
        return room, entry

    async def _leave(self, one: Unread) -> None:
        async with self.host.pool.acquire() as connection:
            await unread.done(connection, one)

    async def _give_up(self, one: Unread) -> None:
        async with self.host.pool.acquire() as connection:
            await unread.give_up(connection, one)

    async def _again(self, one: Unread, after: timedelta, counts: bool) -> None:
        async with self.host.pool.acquire() as connection:
            await unread.again(connection, one, after, counts)
