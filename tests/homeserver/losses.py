"""How a journal comes to lack something: somebody listens in Setu's place, takes what is sent, and loses it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from tests.deadline import PATIENCE_SECONDS


class Thief:
    """Answers 200 to every transaction, and keeps nothing but the ids of the events."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._news = asyncio.Condition()

    async def has(self, *event_ids: str) -> None:
        """Waits until these events are taken, and so will never be sent again."""
        async with asyncio.timeout(PATIENCE_SECONDS), self._news:
            await self._news.wait_for(lambda: self._taken.issuperset(event_ids))

    async def take(self, request: web.Request) -> web.Response:
        events = json.loads(await request.read()).get("events", [])
        async with self._news:
            self._taken |= {event["event_id"] for event in events}
            self._news.notify_all()
        return web.json_response({})


@asynccontextmanager
async def in_place_of_setu(port: int) -> AsyncIterator[Thief]:
    """Listens on Setu's port, while Setu does not run."""
    thief = Thief()
    app = web.Application(client_max_size=2**26)
    app.router.add_put("/_matrix/app/v1/transactions/{txn_id}", thief.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield thief
    finally:
        await runner.cleanup()
