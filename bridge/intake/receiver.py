"""The HTTP side of the intake (Matrix Application Service API, v1): knows a homeserver by its token, takes its
transactions, and answers 200 only when what it sent is on disk.
"""

import hmac
import logging
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bridge.intake.body import read
from bridge.intake.transaction import Intake
from bridge.model import HomeserverName, UserId, user_id
from bridge.store.database import GROUND

log = logging.getLogger(__name__)

LARGEST_BODY = 64 * 1024 * 1024
"""Bytes of one transaction."""

_Answer = Callable[[web.Request, HomeserverName], Awaitable[web.Response]]
KnowsGhost = Callable[[HomeserverName, UserId], Awaitable[bool]]
Hear = Callable[[HomeserverName, bytes], None]


def error(status: int, errcode: str, text: str) -> web.Response:
    """An error as Matrix clients and servers expect it (Client-Server API, "Standard error response")."""
    return web.json_response({"errcode": errcode, "error": text}, status=status)


class Receiver:
    """The routes under `/_matrix/app/v1`, for any number of homeservers."""

    def __init__(
        self, tokens: Mapping[HomeserverName, str], intake: Intake, knows_ghost: KnowsGhost, hear: Hear | None = None
    ) -> None:
        """`hear` is given each transaction that is on disk, for what in it is not to be kept."""
        self._tokens = {homeserver: token.encode() for homeserver, token in tokens.items()}
        self._intake = intake
        self._knows_ghost = knows_ghost
        self._hear = hear

    def application(self) -> web.Application:
        """The web application that serves them."""
        app = web.Application(client_max_size=LARGEST_BODY)
        app.router.add_get("/_setu/live", self._live)
        app.router.add_put("/_matrix/app/v1/transactions/{txn_id}", self._for(self._transaction))
        app.router.add_get("/_matrix/app/v1/users/{user_id}", self._for(self._user))
        app.router.add_get("/_matrix/app/v1/rooms/{alias}", self._for(self._room))
        app.router.add_post("/_matrix/app/v1/ping", self._for(self._ping))
        return app

    def _for(self, answer: _Answer) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer_known(request: web.Request) -> web.Response:
            homeserver = self._homeserver(request.headers.get("Authorization", ""))
            if homeserver is None:  # before a byte of the body is read
                return error(403, "M_FORBIDDEN", "unknown token: compare hs_token_file with the registration")
            return await answer(request, homeserver)

        return answer_known

    def _homeserver(self, authorization: str) -> HomeserverName | None:
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer":
            return None
        given = token.strip().encode("utf-8", "surrogateescape")
        # Every token is compared, each in constant time, so that the time taken tells nothing.
        matches = [name for name, known in self._tokens.items() if hmac.compare_digest(known, given)]
        return matches[0] if matches else None

    async def _transaction(self, request: web.Request, homeserver: HomeserverName) -> web.Response:
        txn_id = request.match_info["txn_id"]
        body = await read(request, LARGEST_BODY)
        try:
            understood = await self._intake.take(homeserver, txn_id, body)
        except GROUND as failure:
            log.warning("transaction from %s not taken: the database is away (%s)", homeserver, type(failure).__name__)
            return error(503, "M_UNKNOWN", "the database is away; send it again")
        if not understood:
            return error(400, "M_NOT_JSON", "the body is not a transaction in JSON")
        if self._hear is not None and body is not None:
            self._hear(homeserver, body)
        return web.json_response({})

    async def _user(self, request: web.Request, homeserver: HomeserverName) -> web.Response:
        asked = user_id(request.match_info["user_id"])
        try:
            known = asked is not None and await self._knows_ghost(homeserver, asked)
        except GROUND:
            return error(503, "M_UNKNOWN", "the database is away; ask again")
        return web.json_response({}) if known else error(404, "M_NOT_FOUND", "no such ghost")

    async def _room(self, _request: web.Request, _homeserver: HomeserverName) -> web.Response:
        return error(404, "M_NOT_FOUND", "rooms are made when they are linked, not on request")

    async def _ping(self, _request: web.Request, homeserver: HomeserverName) -> web.Response:
        log.info("%s reaches us", homeserver)
        return web.json_response({})

    async def _live(self, _request: web.Request) -> web.Response:
        return web.json_response({"live": True})
