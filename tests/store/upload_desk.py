"""A homeserver of which only what takes files is played, over real HTTP, and the real gateway before it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import aiohttp
from aiohttp import web

from bridge import media_folder
from bridge.actions import Action
from bridge.gateway.accounts import Accounts
from bridge.gateway.fetching import Fetching
from bridge.gateway.homeserver import Homeserver
from bridge.gateway.outcome import Outcome
from bridge.gateway.perform import Performer, Side
from bridge.media_folder import MediaFolder
from bridge.model import UserId
from bridge.seal import MasterKey
from bridge.store import links, outbox
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import NO_ROOM
from bridge.store.outbox import Order
from tests.keyrings import keyring_of
from tests.people import MHA

BOT = UserId("@records:mha.lab")


@dataclass
class Counter:
    """What the homeserver took."""

    files: dict[str, bytes] = field(default_factory=dict)
    """By their places."""
    lengths: dict[str, str | None] = field(default_factory=dict)
    places: int = 0
    limit: int | None = None
    refusals: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """What it says to the next files instead."""
    forgets: bool = False
    """Whether it takes the next file and its answer is lost."""

    def application(self) -> web.Application:
        application = web.Application(client_max_size=1 << 30)
        application.router.add_post("/_matrix/client/v3/register", self.agree)
        application.router.add_put("/_matrix/client/v3/devices/{device}", self.agree)
        application.router.add_get("/_matrix/client/v1/media/config", self.tell)
        application.router.add_post("/_matrix/media/v1/create", self.reserve)
        application.router.add_put("/_matrix/media/v3/upload/mha.lab/{place}", self.take)
        return application

    async def agree(self, _: web.Request) -> web.Response:
        return web.json_response({})

    async def tell(self, _: web.Request) -> web.Response:
        return web.json_response({"m.upload.size": self.limit} if self.limit is not None else {})

    async def reserve(self, _: web.Request) -> web.Response:
        self.places += 1
        return web.json_response({"content_uri": f"mxc://mha.lab/place{self.places}"})

    async def take(self, request: web.Request) -> web.Response:
        place = request.match_info["place"]
        if self.refusals:
            await request.read()
            status, said = self.refusals.pop(0)
            return web.json_response(said, status=status) if said else web.Response(status=status)
        if place in self.files:
            return web.json_response({"errcode": "M_CANNOT_OVERWRITE_MEDIA"}, status=409)
        data = await request.read()
        self.files[place], self.lengths[place] = data, request.headers.get("Content-Length")
        if self.forgets:
            self.forgets = False
            return web.Response(status=502)
        return web.json_response({})


@dataclass
class Desk:
    """The gateway and what it stands on."""

    counter: Counter
    homeserver: Homeserver
    pool: Pool
    master: MasterKey
    path: Path
    lane: outbox.Lane

    @property
    def folder(self) -> MediaFolder:
        return media_folder.opened(self.path, self.master.fingerprint.hex(), True)

    def performer(self, folder: bool = True) -> Performer:
        """As in another process."""
        keyring = keyring_of(self.master)
        side = Side(self.homeserver, Accounts(self.homeserver, self.pool), BOT, cast(Any, None))
        fetching = Fetching(self.pool, keyring, self.folder if folder else None, 0)
        return Performer(side, {MHA: side}, self.pool, Journal(self.pool, keyring), fetching)

    async def order(self, action: Action) -> None:
        async with self.pool.acquire() as connection:
            kek = await keyring_of(self.master).current(connection, NO_ROOM)
            await outbox.put(connection, kek, self.lane.of_files, "an order", [action])

    async def next(self) -> Order:
        """What is to be done, as the next attempt reads it."""
        async with self.pool.acquire() as connection:
            lane, memory = self.lane.of_files, timedelta(hours=12)
            [order] = await outbox.next_orders(connection, keyring_of(self.master), lane, 9, memory)
        return order

    async def attempts(self, folder: bool = True) -> Outcome:
        """One attempt, by a gateway that remembers nothing."""
        return await self.performer(folder).perform(await self.next())


@asynccontextmanager
async def desk(pool: Pool, master: MasterKey, path: Path) -> AsyncIterator[Desk]:
    """Nothing was uploaded yet."""
    counter = Counter()
    runner = web.AppRunner(counter.application())
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with pool.acquire() as connection:
        end = await links.new_endpoint(connection, MHA)
    async with aiohttp.ClientSession() as session:
        homeserver = Homeserver(MHA, f"http://127.0.0.1:{runner.addresses[0][1]}", "token", session)
        yield Desk(counter, homeserver, pool, master, path, end.lane)
    await runner.cleanup()
