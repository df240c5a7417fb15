"""A tap on the wire: passes HTTP requests on to a port and notes when each began, so Setu is timed from outside."""

import re
import time
from collections.abc import Callable

import aiohttp
from aiohttp import web
from yarl import URL

Note = Callable[[str, bytes, float], None]
"""Called with a request's path, its body, and when its first byte was read (seconds, `time.monotonic`)."""


class Tap:
    """Listens on one port and passes on to another address."""

    def __init__(self, port: int, target: str, note: Note) -> None:
        self._port = port
        self._target = target
        self._note = note
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        self._session = aiohttp.ClientSession(auto_decompress=False)
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def _pass_on(self, request: web.Request) -> web.Response:
        began = time.monotonic()
        body = await request.read()
        self._note(request.raw_path, body, began)
        assert self._session is not None, "a tap is started before it is used"
        headers = {
            name: value for name, value in request.headers.items() if not re.match("host$|content-length$", name, re.I)
        }
        url = URL(self._target + request.raw_path, encoded=True)
        async with self._session.request(request.method, url, data=body, headers=headers) as answer:
            kept = {"Content-Type": answer.headers.get("Content-Type", "application/json")}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)
