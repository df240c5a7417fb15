"""An installation whose record is exported by the command, and what a stranger makes of the folder."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bots.retention.search.month_key import MonthKeys
from bots.retention.search.rows import Rows
from bridge import media_folder
from bridge.__main__ import main
from bridge.media_folder import MediaFolder
from bridge.seal import MasterKey
from bridge.store import media_book
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA
from tests.store import recorded
from tests.store.recorded import Archive
from tests.store.test_roles import settings_file


@dataclass
class Installation:
    """Its database, its folders, and the commands."""

    archive: Archive
    path: Path
    master: MasterKey
    capture: pytest.CaptureFixture[str]

    async def export(self, *more: str, to: str = "export", code: int = 0) -> tuple[str, str]:
        """`setu records export` of Ravi's room; what it prints."""
        given = ["--room", CELL, "--purpose", "an inquiry", "--output", str(self.path / to), *more]
        found = await asyncio.to_thread(main, ["records", "export", str(self.path / "setu.yaml"), *given])
        said = self.capture.readouterr()
        assert found == code, said.err
        return said.out, said.err

    @property
    def media(self) -> MediaFolder:
        return media_folder.opened(self.path / "media", self.master.fingerprint.hex(), True)

    async def keeps(self, mxc: str, data: bytes) -> None:
        """A file of Ravi's room is kept, as the gateway keeps it."""
        archive, keyring = self.archive, self.archive.keyring
        async with archive.pool.acquire() as connection, self.media.writing() as draft:
            room = (await archive.journal.rooms(connection, MHA, [CELL]))[CELL]
            kek = await keyring.current(connection, room)
            await draft.write(data)
            written = await draft.finish()
            async with connection.transaction():
                await connection.execute(
                    "insert into media (room, mxc, most) values ($1, $2, 1000000)",
                    room,
                    media_book.address(keyring, mxc),
                )
                name = await media_book.put(connection, keyring, kek, room, "0" * 31 + "1", written)
                await draft.keep(name)
                await media_book.settle(connection, keyring, room, mxc, written)


async def installation(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, path: Path,
    capture: pytest.CaptureFixture[str],
) -> Installation:  # fmt: skip
    """Nothing was said there yet."""
    archive = await recorded.opened(pool, journal, keyring)
    archive.rows = Rows(journal, MonthKeys(keyring))
    (path / "setu.url").write_text(url)
    settings_file(path)
    with (path / "setu.yaml").open("a") as file:
        file.write("media: {folder: media}\n")
    (path / "keys").mkdir()
    (path / "keys" / "master.key").write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    await pool.execute("update site set master_fingerprint = $1", master.fingerprint)
    return Installation(archive, path, master, capture)


def verified(folder: Path, *arguments: str) -> tuple[int, str]:
    """What the program in the folder says of it, run as a stranger runs it: without Setu in sight."""
    ran = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder), *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert not ran.stderr
    return ran.returncode, ran.stdout


def lines(folder: Path) -> Sequence[dict[str, Any]]:
    """Of the records."""
    return [json.loads(line) for line in (folder / "records.jsonl").read_text().splitlines()]


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found
