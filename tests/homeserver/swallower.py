"""Somebody who listens where Setu should, says 200 to everything, and keeps nothing: what it was told is lost."""

import asyncio
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from aiohttp import web


class Swallower:
    """Takes the transactions of all homeservers while it is open."""

    def __init__(self, address: str) -> None:
        self._port = urlsplit(address).port
        self._events: list[dict[str, Any]] = []
        self._news = asyncio.Condition()
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._swallow)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._runner.cleanup()

    async def swallowed(self, event_id: str, within: float) -> None:
        """Waits until an event has been told and lost."""
        async with asyncio.timeout(within), self._news:
            await self._news.wait_for(lambda: any(event["event_id"] == event_id for event in self._events))

    async def _swallow(self, request: web.Request) -> web.Response:
        told = await request.json() if request.can_read_body else {}
        async with self._news:
            self._events += told.get("events", [])
            self._news.notify_all()
        return web.json_response({})
