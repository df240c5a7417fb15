"""Files of rooms fetched to be kept: streamed from the homeserver into the media folder, sealed as they come, never
held whole. What is not to be had is written down as that, and is no dead letter; what could not be kept for reasons
of the folder is one, under an alarm, so that it is fetched when somebody has mended it and says `setu retry`.
"""

import secrets
from dataclasses import dataclass

from aiohttp import ClientResponse

from bridge import mxc
from bridge.actions import FetchMedia
from bridge.disk import DiskError
from bridge.gateway import media, outcome
from bridge.gateway.media import MOST_ATTEMPTS, Chunks, File, TooLarge
from bridge.gateway.outcome import Dead, Done, Outcome, Retry
from bridge.media_draft import Draft
from bridge.media_folder import MediaFolder
from bridge.model import RoomRef
from bridge.saying import Saying
from bridge.store import alarms, media_book
from bridge.store.database import Connection, Pool
from bridge.store.keyring import Keyring
from bridge.store.media_book import Medium
from bridge.store.outbox import Order

ALARM = "media-folder"
NOT_KEPT = "no files are kept here: media.folder is not set"


@dataclass(frozen=True)
class Fetching:
    """Fetches files into the folder, where there is one."""

    pool: Pool
    keyring: Keyring
    folder: MediaFolder | None
    largest: int
    """Bytes; what is larger is not kept."""

    async def fetch(self, file: File, room: RoomRef, tries: int) -> Outcome:
        """One attempt; `tries` were made before. Repeated, it keeps nothing twice.

        Raises:
            What `outcome.PASSING` names: the homeserver could not be reached.
        """
        if self.folder is None:
            return Dead(NOT_KEPT)
        async with self.pool.acquire() as connection:
            known = (await media_book.of(connection, self.keyring, room, [file.mxc])).get(file.mxc)
        if known is None or (known.kept is not None and self.folder.has(known.kept.name)):
            return Done()
        if mxc.path(file.mxc) is None:
            return await self._missed(file, room, known, "its address is not an mxc address")
        opened = await media.ask(file, tries)
        match opened:
            case ClientResponse():
                async with opened:
                    return await self._take(file, room, known, opened, tries)
            case Dead(why):
                return await self._missed(file, room, known, why)
            case _:
                return opened

    async def missed(self, connection: Connection, order: Order, reason: str) -> None:
        """What is known of a file whose order died. Call it in the transaction in which it does."""
        if isinstance(order.action, FetchMedia):
            await media_book.miss(connection, self.keyring, order.action.room, order.action.mxc, reason)

    async def _take(self, file: File, room: RoomRef, known: Medium, opened: ClientResponse, tries: int) -> Outcome:
        limit = min(known.most, self.largest)
        too_large = f"it is larger than {limit} bytes"
        if opened.content_length is not None and opened.content_length > limit:
            return await self._missed(file, room, known, too_large)
        try:
            await self._keep(file, room, Chunks(opened, limit))
        except TooLarge:
            return await self._missed(file, room, known, too_large)
        except DiskError as error:
            return await self._not_kept(str(error))
        except outcome.PASSING as failure:
            if tries + 1 < MOST_ATTEMPTS:
                raise
            why = f"{file.source.name} breaks off giving it: {type(failure).__name__}"
            return await self._missed(file, room, known, why)
        return Done()

    async def _keep(self, file: File, room: RoomRef, chunks: Chunks) -> None:
        assert self.folder is not None
        async with self.folder.writing() as draft:
            async for chunk in chunks.read():
                await draft.write(chunk)
            await self._note(self.folder, file, room, draft)

    async def _note(self, folder: MediaFolder, file: File, room: RoomRef, draft: Draft) -> None:
        """Kept on the disk before the database says so. Who is killed between leaves a file that nobody knows; who
        keeps the same bytes at once waits here, and finds them kept.
        """
        written = await draft.finish()
        async with self.pool.acquire() as connection:
            kek = await self.keyring.current(connection, room)
            content = media_book.content_mac(self.keyring, room, written.digest)
            name = f"{content.hex()}-{secrets.token_hex(8)}"
            async with connection.transaction():
                found = await media_book.put(connection, self.keyring, kek, room, name, written)
                if found != name and not folder.has(found):
                    await media_book.put_anew(connection, self.keyring, kek, room, name, written)
                    found = name
                if found == name:
                    await draft.keep(name)
                await media_book.settle(connection, self.keyring, room, file.mxc, written)
            await alarms.clear(connection, ALARM)

    async def _missed(self, file: File, room: RoomRef, known: Medium, why: str) -> Outcome:
        async with self.pool.acquire() as connection, connection.transaction():
            if await media_book.miss(connection, self.keyring, room, file.mxc, why, known.most):
                return Done()
        return Retry("somebody wants more of it by now")

    async def _not_kept(self, why: str) -> Outcome:
        async with self.pool.acquire() as connection:
            await alarms.raise_alarm(connection, ALARM, Saying.of(ALARM, why=why))
        return Dead(f"it is not kept in media.folder: {why}")
