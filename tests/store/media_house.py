"""A homeserver of which only the files are played, over real HTTP; and the gateways that fetch them into a real folder,
as many processes as a test wants.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp
from aiohttp import web

from bridge import media_folder
from bridge.actions import FetchMedia
from bridge.gateway.fetching import Fetching
from bridge.gateway.homeserver import Acting, Homeserver
from bridge.gateway.media import File
from bridge.gateway.outcome import Done, Outcome
from bridge.media_folder import MediaFolder
from bridge.model import RoomRef, UserId
from bridge.seal import MasterKey
from bridge.store import links, media_book, outbox
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.media_book import Medium
from bridge.store.outbox import Order
from tests.keyrings import keyring_of
from tests.people import CELL, MHA

BOT = UserId("@classification:mha.lab")
LARGEST = 1 << 20
PIECE = bytes(range(256)) * 256
"""Of what a large file is made."""


@dataclass
class Shelf:
    """The files of the homeserver, by the media id."""

    files: dict[str, bytes] = field(default_factory=dict)
    refusals: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    """What it says instead."""
    asked: Counter[str] = field(default_factory=Counter)
    readers: set[str] = field(default_factory=set)
    unsized: bool = False
    """Whether it does not say how large a file is."""
    breaks_off: bool = False
    silent: set[str] = field(default_factory=set)
    """What it does not answer about, until there is no house any more."""
    torn_down: asyncio.Event = field(default_factory=asyncio.Event)
    large: dict[str, int] = field(default_factory=dict)
    """Files of so many bytes, which it gives piece by piece."""

    async def give(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        self.asked[name] += 1
        self.readers.add(f"{request.query['user_id']} {request.headers['Authorization']}")
        if name in self.silent:
            await self.torn_down.wait()
        if name in self.large:
            return await self._give_large(request, self.large[name])
        if name in self.refusals:
            status, said = self.refusals[name]
            return web.json_response(said, status=status)
        if name not in self.files:
            return web.json_response({"errcode": "M_NOT_FOUND", "error": name}, status=404)
        answer = web.StreamResponse()
        if not self.unsized:
            answer.content_length = len(self.files[name])
        await answer.prepare(request)
        half = len(self.files[name]) // 2
        await answer.write(self.files[name][:half])
        if self.breaks_off:
            assert request.transport is not None
            request.transport.close()
            return answer
        await answer.write(self.files[name][half:])
        return answer

    async def _give_large(self, request: web.Request, size: int) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.content_length = size
        await answer.prepare(request)
        for _ in range(size // len(PIECE)):
            await answer.write(PIECE)
        return answer


@dataclass
class House:
    """The homeserver, a room there, a folder and a database."""

    shelf: Shelf
    homeserver: Homeserver
    pool: Pool
    master: MasterKey
    path: Path
    room: RoomRef
    lane: outbox.Lane

    @property
    def keyring(self) -> Keyring:
        """As in another process, with nothing remembered."""
        return keyring_of(self.master)

    def folder(self, may_begin: bool = True) -> MediaFolder:
        return media_folder.opened(self.path, self.master.fingerprint.hex(), may_begin)

    def fetching(self, largest: int = LARGEST) -> Fetching:
        """As in another process."""
        return Fetching(self.pool, self.keyring, self.folder(), largest)

    async def want(self, *mxcs: str, most: int = LARGEST, room: RoomRef | None = None) -> None:
        async with self.pool.acquire() as connection, connection.transaction():
            for mxc in mxcs:
                await media_book.want(connection, self.keyring, self.lane, BOT, room or self.room, mxc, most)

    async def orders(self) -> Sequence[Order]:
        """What the gateway is to do."""
        async with self.pool.acquire() as connection:
            memory = timedelta(hours=12)
            return await outbox.next_orders(connection, self.keyring, self.lane.of_files, 99, memory)

    async def fetch(self, mxc: str, by: Fetching | None = None, tries: int = 0, room: RoomRef | None = None) -> Outcome:
        """One attempt."""
        file = File(self.homeserver, Acting(BOT), mxc)
        return await (by or self.fetching()).fetch(file, room or self.room, tries)

    async def works(self) -> None:
        """The gateway does all that is to be done."""
        for order in await self.orders():
            outcome = await self.fetch(action(order).mxc, room=action(order).room)
            assert outcome == Done()
            async with self.pool.acquire() as connection:
                await outbox.done(connection, order, "")

    async def of(self, mxc: str, room: RoomRef | None = None) -> Medium:
        """What is known of it."""
        async with self.pool.acquire() as connection:
            return (await media_book.of(connection, self.keyring, room or self.room, [mxc]))[mxc]

    async def read(self, mxc: str, room: RoomRef | None = None) -> bytes:
        """The file as it is kept."""
        kept = (await self.of(mxc, room)).kept
        assert kept is not None
        return await self.folder().whole(kept.name, kept.key)

    def on_disk(self) -> list[Path]:
        """The files that are kept."""
        kept = [path for path in self.path.rglob("*") if path.is_file() and path.name != media_folder.OWNER]
        return sorted(kept)

    async def another_room(self, room_id: str) -> RoomRef:
        async with self.pool.acquire() as connection:
            return (await Journal(self.pool, self.keyring).rooms(connection, MHA, [room_id]))[room_id]


@asynccontextmanager
async def house(pool: Pool, journal: Journal, master: MasterKey, path: Path) -> AsyncIterator[House]:
    """With an empty shelf and an empty folder."""
    shelf, application = Shelf(), web.Application()
    application.router.add_get("/_matrix/client/v1/media/download/mha.lab/{name}", shelf.give)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    async with pool.acquire() as connection, aiohttp.ClientSession() as session:
        room = (await journal.rooms(connection, MHA, [CELL]))[CELL]
        end = await links.declare_endpoint(connection, MHA, CELL)
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        homeserver = Homeserver(MHA, address, "token", session)
        yield House(shelf, homeserver, pool, master, path, room, end.lane)
    shelf.torn_down.set()
    await runner.cleanup()


def action(order: Order) -> FetchMedia:
    assert isinstance(order.action, FetchMedia)
    return order.action
