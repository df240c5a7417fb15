"""The intake as a homeserver sees it: an address, and the token that it shows there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bridge.intake.absence import Absences
from bridge.intake.echoes import Echoes
from bridge.intake.receiver import Receiver
from bridge.intake.transaction import Intake
from bridge.model import HomeserverName, UserId
from bridge.store import people
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import MHA, NIC

TOKENS = {MHA: "token-of-mha", NIC: "token-of-nic"}
TRANSACTIONS = "/_matrix/app/v1/transactions/"


@dataclass(frozen=True)
class Answer:
    status: int
    errcode: str | None


@dataclass(frozen=True)
class Door:
    """Where homeservers knock."""

    server: TestServer
    session: aiohttp.ClientSession

    async def put(self, txn_id: str, body: bytes, homeserver: HomeserverName = MHA) -> Answer:
        """Sends a transaction."""
        return await self.ask("PUT", TRANSACTIONS + txn_id, authorised(homeserver), BytesIO(body))

    async def ask(self, method: str, path: str, headers: dict[str, str], body: Any = None) -> Answer:
        address = str(self.server.make_url("")).rstrip("/") + path
        async with self.session.request(method, address, data=body, headers=headers) as answer:
            said = await answer.json()
            return Answer(answer.status, said.get("errcode"))


def authorised(homeserver: HomeserverName) -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKENS[homeserver]}"}


def application(pool: Pool, journal: Journal, keyring: Keyring, absences: Absences | None = None) -> web.Application:
    """As `bridge.roles` makes it."""

    async def knows_ghost(homeserver: HomeserverName, user_id: UserId) -> bool:
        async with pool.acquire() as connection:
            return await people.is_known_ghost(connection, homeserver, user_id)

    intake = Intake(pool, journal, keyring, Echoes(ours), absences or Absences(TOKENS, now), "setu")
    return Receiver(TOKENS, intake, knows_ghost).application()


def now() -> datetime:
    return datetime.now(UTC)


def ours(user_id: UserId, homeserver: HomeserverName) -> bool:
    """As `bridge.customs.Customs.ours`, with one account."""
    return user_id == f"@setu:{homeserver}"


@asynccontextmanager
async def opened(
    pool: Pool, journal: Journal, keyring: Keyring, absences: Absences | None = None
) -> AsyncIterator[Door]:
    server = TestServer(application(pool, journal, keyring, absences))
    await server.start_server()
    try:
        async with aiohttp.ClientSession() as session:
            yield Door(server, session)
    finally:
        await server.close()
