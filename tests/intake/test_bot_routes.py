"""A bot answers at the intake's listener: whoever asks is known first, and what goes wrong tells nobody anything."""

import asyncio
import logging
from collections.abc import AsyncIterator
from io import BytesIO

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bridge.intake import bot_routes
from bridge.route import LARGEST_BODY, Answer, Request, Route
from bridge.store.database import Unfit

PATH = "/_setu/test/ask"
STRANGER = Answer(401, "who are you")
SECRET_WORDS = "the convoy leaves at five"


class Asked(Exception):
    """Holds what it should not."""


async def _answer(request: Request) -> Answer:
    if request.body == SECRET_WORDS.encode():
        raise Asked(SECRET_WORDS)
    size = len(request.body) if request.body is not None else None
    return Answer(200, {"asker": request.asker, "target": request.target, "size": size})


def _knows(authorization: str) -> str | None:
    return "mha" if authorization == "Bearer right" else None


@pytest.fixture
async def server() -> AsyncIterator[TestServer]:
    application = web.Application()
    bot_routes.add(application, "test", [Route("POST", PATH, _knows, STRANGER, _answer)])
    server = TestServer(application)
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer right"}) as session:
        yield session


async def test_who_is_known_is_answered(server: TestServer, session: aiohttp.ClientSession) -> None:
    async with session.post(server.make_url(f"{PATH}?a=b"), data=b"four") as answer:
        assert (answer.status, await answer.json()) == (200, {"asker": "mha", "target": f"{PATH}?a=b", "size": 4})


async def test_a_stranger_is_refused_before_what_they_send_is_read(server: TestServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    request = f"POST {PATH} HTTP/1.1\r\nHost: setu\r\nContent-Length: 1000000\r\nAuthorization: Bearer wrong\r\n\r\n"
    writer.write(request.encode())
    async with asyncio.timeout(5):
        said = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    assert said.startswith(b"HTTP/1.1 401")


async def test_more_than_a_body_may_be_is_not_kept(server: TestServer, session: aiohttp.ClientSession) -> None:
    for size, told in ((LARGEST_BODY, LARGEST_BODY), (LARGEST_BODY + 1, None)):
        async with session.post(server.make_url(PATH), data=BytesIO(bytes(size))) as answer:
            assert (await answer.json())["size"] == told


async def test_what_fails_says_nothing_of_what_was_asked(
    server: TestServer, session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        async with session.post(server.make_url(PATH), data=SECRET_WORDS.encode()) as answer:
            assert (answer.status, answer.content_type) == (503, "text/plain")
            assert SECRET_WORDS not in await answer.text()
    assert "Asked" in caplog.text and SECRET_WORDS not in caplog.text


@pytest.mark.parametrize("path", ["/_matrix/app/v1/ping", "/_setu/other/ask", "/_setu/live", "/"])
def test_a_bot_does_not_answer_where_others_do(path: str) -> None:
    with pytest.raises(Unfit):
        bot_routes.add(web.Application(), "test", [Route("POST", path, _knows, STRANGER, _answer)])
