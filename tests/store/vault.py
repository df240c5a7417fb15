"""An installation on record whose operator changes its master key, and what a process that starts there finds."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bridge import config_file, ground
from bridge.__main__ import main
from bridge.config import Settings
from bridge.ground import Ground
from bridge.model import Room
from bridge.plugin import installed
from bridge.store import site
from bridge.store.database import Connection, Pool
from bridge.store.journal import Journal
from tests.people import CELL, MHA
from tests.store.exporting import Installation

SEALED = ("journal", "event_key", "clear_text", "record", "search_row", "media")
"""Tables that no rotation touches."""


@dataclass
class Vault:
    """The installation, and its keys."""

    installation: Installation

    @property
    def config(self) -> Path:
        return self.installation.path / "setu.yaml"

    @property
    def key(self) -> Path:
        return self.installation.path / "keys" / "master.key"

    @property
    def pool(self) -> Pool:
        return self.installation.archive.pool

    def settings(self) -> Settings:
        return config_file.load(self.config, {bot.name: bot.settings for bot in installed()})

    async def keys(self, command: str, *more: str) -> tuple[int, str, str]:
        """`setu keys …`: its exit status and what it prints."""
        code = await asyncio.to_thread(main, ["keys", command, *more, str(self.config)])
        said = self.installation.capture.readouterr()
        return code, said.out, said.err

    async def rotates(self, *more: str) -> str:
        """The master key is changed; what the operator is told."""
        code, said, complaint = await self.keys("rotate", *more)
        assert code == 0, complaint
        return said

    async def verifies(self) -> str:
        """`setu records verify`: its last line."""
        code = await asyncio.to_thread(main, ["records", "verify", str(self.config)])
        said = self.installation.capture.readouterr().out
        assert code == 0, said
        return str(said.splitlines()[-1])

    @asynccontextmanager
    async def started(self) -> AsyncIterator[Ground]:
        """A process that starts here, as every command does."""
        async with ground.opened(self.settings(), installed()) as stood:
            await ground.media(self.settings().media, stood)
            yield stood

    async def said(self) -> list[str]:
        """The texts of Ravi's room, as a process that starts now reads them."""
        async with self.started() as stood, stood.pool.acquire() as connection:
            return await texts(stood, connection)

    async def standing(self) -> bytes:
        async with self.pool.acquire() as connection:
            found = await site.standing(connection)
            assert found is not None
            return found

    async def sealed(self) -> Mapping[str, str]:
        """A sum of each table that is to stay as it is, by its name."""
        sums = {name: f"select md5(string_agg(t::text, '' order by t::text)) from {name} t" for name in SEALED}
        return {name: await self.pool.fetchval(query) for name, query in sums.items()}

    async def wraps(self) -> Mapping[int, bytes]:
        return {row["id"]: row["wrapped"] for row in await self.pool.fetch("select id, wrapped from kek")}

    async def deeds(self) -> list[tuple[str, str]]:
        rows = await self.pool.fetch("select organisation, action from record_audit order by organisation, seq")
        return [(row["organisation"], row["action"]) for row in rows]


async def texts(stood: Ground, connection: Connection) -> list[str]:
    """The texts of Ravi's room, oldest first."""
    journal = Journal(stood.pool, stood.keyring)
    room = Room((await journal.rooms(connection, MHA, [CELL]))[CELL], MHA, CELL)
    last = await connection.fetchval("select head from room where id = $1", room.ref)
    return [str(entry.event.text("body")) for entry in await journal.read(connection, room, 0, last)]
