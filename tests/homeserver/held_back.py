"""A homeserver that holds something back, played by somebody who stands before Setu: passes on whatever comes, but what
holds certain words, and to that says 200, so that it is never sent again.
"""

import asyncio
from typing import Self

import aiohttp
from aiohttp import web

from tests.deadline import PATIENCE_SECONDS

PASSED_ON = ("Authorization", "Content-Type")


class Holder:
    """Listens where the homeservers send to, in front of a Setu that listens elsewhere."""

    def __init__(self, port: int, setu: str, words: str) -> None:
        """`setu` is the address of Setu; `words` are those that never reach it."""
        self._port = port
        self._setu = setu
        self._words = words.encode()
        self._held = asyncio.Event()
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        self._session = aiohttp.ClientSession()

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self._port).start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()
        await self._session.close()

    async def has_them(self) -> None:
        """Waits until the words are held back."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._held.wait()

    async def _pass_on(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self._words in body:
            self._held.set()
            return web.json_response({})
        headers = {name: request.headers[name] for name in PASSED_ON if name in request.headers}
        try:
            async with self._session.request(
                request.method, self._setu + request.path_qs, data=body, headers=headers
            ) as answer:
                return web.Response(status=answer.status, body=await answer.read(), content_type="application/json")
        except aiohttp.ClientError:
            return web.Response(status=502)
