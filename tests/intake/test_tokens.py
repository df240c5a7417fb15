"""A homeserver is known by the token in its header, before a byte of what it sends is read."""

import asyncio
import hmac
from types import SimpleNamespace

import pytest

from bridge.store.database import Pool
from tests.intake.door import TOKENS, TRANSACTIONS, Answer, Door, authorised
from tests.people import MHA, message, transaction

FORBIDDEN = Answer(403, "M_FORBIDDEN")


@pytest.mark.parametrize(
    "authorization",
    [None, "", "Bearer", "Bearer ", "Bearer wrong", "Basic token-of-mha", "token-of-mha", "Bearer token-of-mh",
     "Bearer token-of-mhaa", "Bearer TOKEN-OF-MHA", "Bearer t\u00f6ken", "Bearer token-of-mha token-of-nic"],
)  # fmt: skip
async def test_without_the_right_token_nobody_comes_in(door: Door, pool: Pool, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization is not None else {}
    assert await door.ask("PUT", TRANSACTIONS + "1", headers, transaction(message("$1"))) == FORBIDDEN
    for method, path in (("GET", "users/@x:y"), ("GET", "rooms/x"), ("POST", "ping")):
        assert await door.ask(method, f"/_matrix/app/v1/{path}", headers) == FORBIDDEN
    assert await pool.fetchval("select count(*) from journal") == 0


async def test_a_token_in_the_address_counts_for_nothing(door: Door) -> None:
    assert await door.ask("PUT", f"{TRANSACTIONS}1?access_token={TOKENS[MHA]}", {}, b"{}") == FORBIDDEN


async def test_the_scheme_may_be_written_in_any_case(door: Door) -> None:
    headers = {"Authorization": f"bearer {TOKENS[MHA]}"}
    assert (await door.ask("PUT", TRANSACTIONS + "1", headers, b'{"events":[]}')).status == 200


async def test_each_token_is_compared_in_constant_time(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append(one)
        return hmac.compare_digest(one, other)

    monkeypatch.setattr("bridge.intake.receiver.hmac", SimpleNamespace(compare_digest=compare))
    await door.ask("POST", "/_matrix/app/v1/ping", authorised(MHA), b"{}")
    assert compared == [token.encode() for token in TOKENS.values()]


@pytest.mark.parametrize("expect", ["", "Expect: 100-continue\r\n"])
async def test_a_stranger_is_refused_before_his_sixty_megabytes_are_read(door: Door, expect: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.server.port)
    request = f"PUT {TRANSACTIONS}1 HTTP/1.1\r\nHost: setu\r\nContent-Length: {60 << 20}\r\n{expect}"
    writer.write((request + "Authorization: Bearer wrong\r\n\r\n").encode())
    async with asyncio.timeout(5):
        said = await reader.readuntil(b"\r\n\r\n")
        while b" 100 " in said:
            said = await reader.readuntil(b"\r\n\r\n")
    writer.close()
    await writer.wait_closed()
    assert said.startswith(b"HTTP/1.1 403")


@pytest.mark.parametrize("user_id", ["@nobody:mha.lab", "%00", "%ff", "@%00:x", "%ED%A0%80", "@" + "x" * 2000, "%20"])
async def test_whoever_is_asked_for_and_no_ghost_is_not_found(door: Door, user_id: str) -> None:
    asked = await door.ask("GET", f"/_matrix/app/v1/users/{user_id}", authorised(MHA))
    assert asked == Answer(404, "M_NOT_FOUND")


async def test_a_ghost_is_found_on_its_own_homeserver(door: Door, pool: Pool) -> None:
    await pool.execute("insert into ghost (homeserver, user_id, person) values ('mha.lab', '@_setu_x:mha.lab', '@x:y')")
    assert (await door.ask("GET", "/_matrix/app/v1/users/@_setu_x:mha.lab", authorised(MHA))).status == 200


async def test_a_homeserver_that_pings_is_answered(door: Door) -> None:
    asked = await door.ask("POST", "/_matrix/app/v1/ping", authorised(MHA), b'{"transaction_id":"x"}')
    assert asked.status == 200
