"""What the administrator sees when all is said: whether the files are kept, whether anything is amiss, and whether
any of what was said lies about in clear.
"""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import asyncpg

from bridge.lab import at_rest
from bridge.lab.checked import expect
from bridge.lab.child import until
from bridge.lab.recorded.rules import MEDIA
from bridge.lab.recorded.talk import HINDI, Talk
from bridge.lab.settled import settled
from bridge.lab.steps.step import same

FILES = 2
"""The photo, in both rooms."""


async def all_kept(talk: Talk) -> None:
    """Waits until nothing is left to do, and the photo is kept; or until patience ends."""
    site = talk.cell.site
    connection = await asyncpg.connect(site.database_url)

    async def kept() -> bool:
        return bool(await connection.fetchval("select count(*) from record_media where state = 'kept'") >= FILES)

    try:
        await until(kept, site.patience_seconds)
    finally:
        await connection.close()
    await settled(site, talk.cell.link)


async def _calm(talk: Talk) -> None:
    same((await talk.cell.site.setu.status()).alarms, (), "what there is of alarms")


async def _database(talk: Talk) -> None:
    same(await at_rest.found(talk.cell.site.database_url, _said(talk)), [], "where it stands")


async def _folder(talk: Talk) -> str:
    """The photo bears words as well."""
    folder = talk.cell.site.setu.folder / MEDIA
    files = [path for path in folder.rglob("*") if path.is_file()]
    expect(len(files) >= FILES, f"there are {len(files)} files")
    same([path.name for path in files if _holds(path, talk)], [], "where it stands")
    return f"{len(files)} files"


async def _log(talk: Talk) -> None:
    expect(not _holds(talk.cell.site.setu.log, talk), "it stands there")


def _holds(path: Path, talk: Talk) -> bool:
    data = path.read_bytes()
    return any(word.encode() in data for word in _said(talk))


def _said(talk: Talk) -> list[str]:
    return [*talk.cell.words.marks, HINDI]


DEEDS: Mapping[str, tuple[str, Callable[[Talk], Awaitable[str | None]]]] = {
    "calm": ("no alarm stands: nothing that was decided was refused", _calm),
    "database": ("what was said stands nowhere in clear in the database", _database),
    "folder": ("nor in the folder of files", _folder),
    "log": ("nor in Setu's log", _log),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
