"""The gate as a homeserver meets it: a listener with its routes, on a real database, and rooms with rules of a test."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bots.classification.ceiling import level
from bots.classification.engine import Engine
from bots.classification.gate import paths, serves, token
from bots.classification.gate.rule import Rule
from bots.classification.gate.settings import GateSettings
from bots.classification.verdict import Kind
from bridge.customs import Customs
from bridge.intake import bot_routes
from bridge.model import HomeserverName
from bridge.plugin import Host
from bridge.store.database import Connection, Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.tongues import tongues

SECRET = "a-secret-of-which-tokens-are-made"
HANGS = "!hangs:mha.lab"
"""A room about which the database never answers."""
CUSTOMS = Customs("setu", frozenset({"setu"}), "_setu_", "{name}", {"mha.lab": "Home Affairs", "nic.lab": "NIC"})


def rule(engine: Engine, **more: Any) -> Rule:
    """A room that is for RESTRICTED at most, and refuses markings and credentials."""
    kinds: frozenset[Kind] = frozenset({"marking", "portion", "credential"})
    made = {"ceiling": level(engine.grammar, "RESTRICTED", "IN"), "refuse_above": 1, "kinds": kinds, **more}
    return Rule(**made)


@dataclass
class Rooms:
    """The rules of rooms, as a test likes them."""

    rules: dict[str, Rule | Exception] = field(default_factory=dict)
    asked: int = 0

    async def rule_for(self, _connection: Connection, _homeserver: HomeserverName, room_id: str) -> Rule | None:
        self.asked += 1
        if room_id == HANGS:
            await asyncio.Event().wait()
        found = self.rules.get(room_id)
        if isinstance(found, Exception):
            raise found
        return found


@dataclass(frozen=True)
class Told:
    """An answer: its status and its JSON, or its text."""

    status: int
    content: Any

    @property
    def error(self) -> str:
        return str(self.content["error"])


@dataclass(frozen=True)
class Door:
    server: TestServer
    session: aiohttp.ClientSession
    rooms: Rooms

    async def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Told:
        async with self.session.post(self.server.make_url(path), data=BytesIO(body), headers=dict(headers)) as answer:
            text = await answer.text()
            return Told(answer.status, json.loads(text) if answer.content_type == "application/json" else text)

    async def asks(self, homeserver: HomeserverName, event: Mapping[str, Any]) -> Told:
        """The antispam module of a homeserver does."""
        return await self.asks_raw(json.dumps({"event": event}).encode(), homeserver)

    async def asks_raw(self, body: bytes, homeserver: HomeserverName = MHA) -> Told:
        headers = {"Authorization": f"Bearer {token.of(SECRET, homeserver)}"}
        return await self.post(f"{paths.ANTISPAM}/{paths.CALLBACK}", body, headers)

    async def says(self, body: str, room: str = CELL, sender: str = RAVI, **content: Any) -> Told:
        """Somebody of Home Affairs is about to say this."""
        return await self.asks(MHA, said(body, room, sender, **content))


def said(body: str, room: str = CELL, sender: str = RAVI, **content: Any) -> dict[str, Any]:
    """A message as the module hands it over."""
    whole = {"msgtype": "m.text", "body": body, **content}
    return {"type": "m.room.message", "event_id": "$1", "room_id": room, "sender": sender, "content": whole}


def host(pool: Pool, journal: Journal, keyring: Keyring) -> Host:
    """Home Affairs reads Hindi where nobody says otherwise."""
    return Host(pool, journal, keyring, CUSTOMS, tongues({"mha.lab": "hi"}), NIC, None)


@asynccontextmanager
async def opened(host: Host, engine: Engine, rooms: Rooms, settings: GateSettings) -> AsyncIterator[Door]:
    application = web.Application()
    bot_routes.add(application, "classification", serves.routes(settings, host, engine, rooms.rule_for))
    server = TestServer(application)
    await server.start_server()
    try:
        async with aiohttp.ClientSession() as session:
            yield Door(server, session, rooms)
    finally:
        await server.close()
