"""An export that was killed, or met a full disk, goes on where it was, and is then what it would have been."""

import asyncio
import errno
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bots.retention.export.folder import Growing
from bots.retention.export.html_page import Conversation
from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.deadline import as_answer, until
from tests.people import CELL, MHA, pushed
from tests.store import exporting
from tests.store.exporting import Installation, lines, manifest, verified
from tests.store.talk import Talk

NOON = datetime(2025, 1, 31, 12, tzinfo=ZoneInfo("Asia/Kolkata"))
SAID = 4_000
ALL = ("--format", "jsonl,html,csv,eml")
STEPS = {"records": 500_000, "table": 100_000, "conversation": 100_000}
"""Files while which it is killed, and how large they are by then."""


@pytest.fixture
async def office(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Installation:  # fmt: skip
    """Much was said there."""
    made = await exporting.installation(pool, journal, keyring, master, url, tmp_path, capsys)
    talk = Talk(made.archive, NOON)
    for number in range(SAID):
        talk.say(f"line {number} of the report")
    await journal.append(MHA, pushed(*talk.said))
    await made.archive.reads(500)
    return made


def size(folder: Path, name: str) -> int:
    """Of the file, or of all in the folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and name in str(path))


async def killed(office: Installation, name: str, at: int) -> None:
    """It is exported by a process that is killed when so much is written."""
    given = ["--room", CELL, "--purpose", "an inquiry", "--output", str(office.path / "export"), *ALL]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bridge", "records", "export", str(office.path / "setu.yaml"), *given,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    folder = office.path / "export"
    await until(lambda: as_answer(size(folder, name) >= at or process.returncode is not None), 60)
    assert process.returncode is None, "it was faster than whoever kills it"
    process.kill()
    await process.wait()


async def actions(office: Installation) -> list[str]:
    rows = await office.archive.pool.fetch("select detail from record_audit where action = 'export' order by seq")
    return [row["detail"] for row in rows]


@pytest.mark.parametrize("step", STEPS)
async def test_an_export_that_was_killed_goes_on_where_it_was(office: Installation, step: str) -> None:
    await killed(office, step, STEPS[step])
    assert not (office.path / "export" / "manifest.json").exists()
    _, said = await office.export(*ALL)
    assert "going on" in said
    await office.export(*ALL, to="other")
    folder, other = office.path / "export", office.path / "other"
    assert verified(folder)[0] == 0
    assert told(folder) == told(other)
    begun, again, _ = await actions(office)
    assert f'"goes_on":"{manifest(folder)["export"]}"' in again and manifest(folder)["export"] in begun


def told(folder: Path) -> Mapping[str, object]:
    """What two exports of the same have in common."""
    pages = {path.name: path.read_text() for path in (folder / "conversation").rglob("*.html")}
    leaves = [line["seq"] for line in lines(folder)][:SAID]
    table, mail = ((folder / name).read_text() for name in (f"table/{MHA}.csv", f"mail/{MHA}.mbox"))
    return {"pages": pages, "leaves": leaves, "table": table, "mail": mail}


async def test_killed_again_and_again_it_is_whole_in_the_end(office: Installation) -> None:
    written = 0
    for _ in range(4):
        await killed(office, "records.jsonl", written + 1_500_000)
        written = size(office.path / "export", "records.jsonl")
    await office.export(*ALL)
    assert verified(office.path / "export")[0] == 0
    assert manifest(office.path / "export")["counts"]["records"] == SAID


@pytest.mark.parametrize("place", [Growing.sync, Conversation.html], ids=["records", "pages"])
async def test_when_the_disk_is_full_it_says_so_and_goes_on_when_there_is_room(
    office: Installation, monkeypatch: pytest.MonkeyPatch, place: object
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    of = Growing if place is Growing.sync else Conversation
    with monkeypatch.context() as disk:
        disk.setattr(of, "sync" if of is Growing else "html", full)
        _, said = await office.export(*ALL, code=1)
    assert "its disk is full; make room, and give the same command again" in said
    await office.export(*ALL)
    assert verified(office.path / "export")[0] == 0


async def test_what_was_begun_is_not_mixed_with_something_else(office: Installation) -> None:
    await killed(office, "records", STEPS["records"])
    _, said = await office.export("--format", "jsonl", code=1)
    assert "another export was begun there" in said
    await office.export("--format", "jsonl", "--force")
    assert verified(office.path / "export")[0] == 0


async def test_two_do_not_export_into_one_folder_at_once(office: Installation) -> None:
    first = asyncio.create_task(office.export(*ALL))
    work = office.path / "export" / ".work" / "progress.sqlite"
    await until(lambda: as_answer(work.exists()))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bridge", "records", "export", str(office.path / "setu.yaml"), "--room", CELL,
        "--purpose", "an inquiry", "--output", str(office.path / "export"), stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    _, said = await process.communicate()
    await first
    assert process.returncode == 1 and b"export" in said
    assert verified(office.path / "export")[0] == 0
