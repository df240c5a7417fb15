"""What every command that touches the database stands on: the pool, the schema as expected, the master key that the
database was sealed with.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bridge import masters, media_folder, secret_file
from bridge.catalogues import Catalogues
from bridge.config import Database, Media, Settings
from bridge.media_folder import MediaFolder
from bridge.plugin import Bot
from bridge.store import database, keyring, media_book, migrate, site
from bridge.store.database import Pool
from bridge.store.embedded import EmbeddedPostgres
from bridge.store.keyring import Keyring


@dataclass(frozen=True)
class Ground:
    """An open database and the keys to it."""

    url: str
    pool: Pool
    keyring: Keyring


def migrations(bots: Sequence[Bot]) -> dict[str, Path]:
    """The folders of the bots' own migrations, by the bots' names."""
    return {bot.name: bot.migrations for bot in bots if bot.migrations is not None}


def catalogues(bots: Sequence[Bot]) -> Catalogues:
    """The texts of the bridge and of the bots."""
    return Catalogues([bot.texts for bot in bots if bot.texts is not None])


@asynccontextmanager
async def url(settings: Database) -> AsyncIterator[str]:
    """The database's URL; an embedded PostgreSQL runs as long as this is open.

    Raises:
        bridge.secret_file.SecretError: the file that holds the URL cannot be read.
        bridge.store.embedded.EmbeddedUnavailable: the embedded PostgreSQL does not start.
    """
    if settings.url is not None:
        yield settings.url
    elif settings.url_file is not None:
        yield secret_file.read(settings.url_file)
    else:
        assert settings.embedded is not None, "a configuration names exactly one database"
        postgres = EmbeddedPostgres(settings.embedded)
        try:
            yield await postgres.start()
        finally:
            await postgres.stop()


async def media(settings: Media, stood: Ground) -> MediaFolder | None:
    """The folder of files, where there is one.

    Raises:
        bridge.media_folder.MediaFolderError: it cannot be used, or is not the one in which files lie.
    """
    if settings.folder is None:
        return None
    async with stood.pool.acquire() as connection:
        may_begin = not await media_book.any_kept(connection)
        [first, *_] = await site.history(connection)  # the folder knows the one with which it was begun
    return media_folder.opened(settings.folder, first.fingerprint.hex(), may_begin)


@asynccontextmanager
async def connected(settings: Settings, bots: Sequence[Bot]) -> AsyncIterator[tuple[str, Pool]]:
    """A pool on a database whose schema is what this program expects. Raises what `opened` and `url` raise."""
    async with url(settings.database) as address, database.opened(address, settings.database.pool) as pool:
        async with pool.acquire() as connection:
            await migrate.assert_current(connection, migrations(bots))
        yield address, pool


@asynccontextmanager
async def opened(settings: Settings, bots: Sequence[Bot]) -> AsyncIterator[Ground]:
    """The whole ground.

    Raises:
        bridge.store.database.Unfit: the schema or the master key is not the right one.
        bridge.keys.KeyFileError: a key file is missing or wrong.
        bridge.seal.MasterAway: the service that keeps the master key does not answer.
    """
    async with connected(settings, bots) as (address, pool):
        async with pool.acquire() as connection:
            master = masters.named(settings.keys, await site.standing(connection))
            keys = await keyring.stand_on(connection, master, partial(masters.named, settings.keys))
        yield Ground(address, pool, keys)
