"""A reverse proxy with TLS before a homeserver, as an administrator sets one up: what is below `/_matrix/policy/` goes
to the policy server, all else to the homeserver.
"""

import ssl
from collections.abc import Sequence
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler
from yarl import URL

from bridge.intake import bot_routes
from bridge.route import Route

LARGEST = 64 * 1024 * 1024


class ReverseProxy:
    """Listens where other homeservers look for this one."""

    def __init__(self, folder: Path, port: int, behind: int) -> None:
        """`folder` holds the certificate that the lab makes; `behind` is the homeserver's own port for federation."""
        self.policy_server_is_away = False
        self._folder = folder
        self._port = port
        self._behind = f"http://127.0.0.1:{behind}"
        self._runner: web.AppRunner | None = None
        self._session: aiohttp.ClientSession | None = None

    async def start(self, routes: Sequence[Route]) -> None:
        """With these routes as the policy server."""
        self._session = aiohttp.ClientSession(auto_decompress=False)
        application = web.Application(client_max_size=LARGEST, middlewares=[self._may_be_away])
        bot_routes.add(application, "classification", routes)
        application.router.add_route("*", "/{path:.*}", self._pass_on)
        self._runner = web.AppRunner(application, access_log=None)
        await self._runner.setup()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(self._folder / "tls.crt", self._folder / "tls.key")
        await web.TCPSite(self._runner, "127.0.0.1", self._port, ssl_context=tls).start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    @web.middleware
    async def _may_be_away(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if self.policy_server_is_away and request.path.startswith("/_matrix/policy/"):
            return web.Response(status=502, text="nobody answers")
        return await handler(request)

    async def _pass_on(self, request: web.Request) -> web.Response:
        assert self._session is not None, "it is started before anybody asks"
        url = URL(self._behind + request.raw_path, encoded=True)
        headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
        async with self._session.request(request.method, url, data=await request.read(), headers=headers) as answer:
            kept = {"Content-Type": answer.headers.get("Content-Type", "application/json")}
            return web.Response(status=answer.status, body=await answer.read(), headers=kept)
