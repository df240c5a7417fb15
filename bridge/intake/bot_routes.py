"""The bots' own paths at the intake's listener. Whoever asks is known before a byte of the body is read, a body has a
limit, and where a bot fails to answer, nothing of what was asked is said or logged.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence

from aiohttp import web

from bridge.intake.body import read
from bridge.route import LARGEST_BODY, Answer, Request, Route
from bridge.store.database import Unfit

log = logging.getLogger(__name__)

NO_ANSWER = Answer(503, "no answer now; ask again")
"""Where a bot fails. It is no JSON: whoever asks can tell it from an answer of the bot's."""

Handler = Callable[[web.Request], Awaitable[web.Response]]


def add(application: web.Application, bot: str, routes: Sequence[Route]) -> None:
    """Adds the routes of one bot.

    Raises:
        Unfit: a path is not the bot's to serve.
    """
    for route in routes:
        if not route.path.startswith((f"/_setu/{bot}/", "/_matrix/policy/")):
            raise Unfit(f"the bot {bot} would answer at {route.path}, which is not below /_setu/{bot}/")
        application.router.add_route(route.method, route.path, _handler(route))


def _handler(route: Route) -> Handler:
    async def handle(request: web.Request) -> web.Response:
        authorization = request.headers.get("Authorization", "")
        asker = route.knows(authorization)
        if asker is None:
            return _response(route.stranger)
        body = await read(request, LARGEST_BODY)
        return _response(await _answer(route, Request(asker, authorization, request.method, request.raw_path, body)))

    return handle


async def _answer(route: Route, request: Request) -> Answer:
    try:
        return await route.answer(request)
    except Exception as error:  # its text may repeat what was asked
        log.error("no answer at %s (%s)", route.path, type(error).__name__)
        return NO_ANSWER


def _response(answer: Answer) -> web.Response:
    if isinstance(answer.content, str):
        return web.Response(text=answer.content, status=answer.status)
    return web.json_response(dict(answer.content), status=answer.status)
