"""A PostgreSQL for the tests: one cluster a session, in it a template with Setu's schema, and a fresh database from
that for each test. The cluster is the embedded one, or the server that SETU_TEST_POSTGRES_URL names (a superuser's).
"""

import itertools
import os
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from bridge.plugin import installed
from bridge.store import migrate
from bridge.store.embedded import EmbeddedPostgres

BOTS: Mapping[str, Path] = {bot.name: bot.migrations for bot in installed() if bot.migrations is not None}
SERVER = "SETU_TEST_POSTGRES_URL"
FAST = ("fsync = off", "full_page_writes = off", "synchronous_commit = off", "max_connections = 200")


class Cluster:
    """A running server on which databases come and go."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._prefix = f"setu_test_{os.getpid()}"
        self._numbers = itertools.count(1)

    def url(self, database: str) -> str:
        """The URL of a database of this server."""
        parts = urlsplit(self._url)
        named = urlunsplit(parts._replace(path=f"/{database}", netloc=parts.netloc or "@"))
        return named.replace("://@/", ":///") if not parts.netloc else named

    async def say(self, statement: str) -> None:
        """Runs one statement of an administrator."""
        connection = await asyncpg.connect(self._url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()

    async def make_fast(self) -> None:
        """It need not survive the machine."""
        for setting in FAST:
            await self.say(f"alter system set {setting}")
        await self.say("select pg_reload_conf()")

    @asynccontextmanager
    async def database(self, template: str = "template0") -> AsyncIterator[str]:
        """The name of a new database, dropped afterwards."""
        name = f"{self._prefix}_{next(self._numbers)}"
        kind = "encoding 'UTF8' locale 'C.UTF-8' strategy file_copy"
        await self.say(f"create database {name} template {template} {kind}")
        try:
            yield name
        finally:
            await self.say(f"drop database {name} with (force)")

    @asynccontextmanager
    async def migrated(self) -> AsyncIterator[str]:
        """The name of a new database with Setu's schema."""
        async with self.database() as name:
            connection = await asyncpg.connect(self.url(name))
            try:
                await migrate.migrate(connection, BOTS)
            finally:
                await connection.close()
            yield name


@asynccontextmanager
async def running(folder: Path, *, durable: bool = False) -> AsyncIterator[Cluster]:
    """The server for this session. One that is durable waits for the disk, as at work; tests need not."""
    if url := os.environ.get(SERVER):
        yield Cluster(url)
        return
    postgres = EmbeddedPostgres(folder)
    await postgres.start("postgres")
    try:
        cluster = Cluster(postgres.url("postgres"))
        if not durable:
            await cluster.make_fast()
        yield cluster
    finally:
        await postgres.stop()
        shutil.rmtree(folder)
