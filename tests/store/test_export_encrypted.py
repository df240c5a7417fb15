"""What was said encrypted is handed over with what it says, also where that could be read only later; and what could
not be read with why.
"""

import json
from pathlib import Path

import pytest

from bridge.reading import PATIENCE
from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, RAVI
from tests.store import exporting
from tests.store.exporting import Installation, lines, manifest, verified
from tests.store.handset import Handset, Pen
from tests.store.secret_cell import Cell, device
from tests.store.secret_journal import arrive, healing, key_comes, passes


@pytest.fixture
async def office(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Installation:  # fmt: skip
    return await exporting.installation(pool, journal, keyring, master, url, tmp_path, capsys)


def conversation(folder: Path) -> str:
    return "".join(path.read_text() for path in (folder / "conversation" / MHA).iterdir())


async def test_what_was_said_encrypted_is_told_and_proved_as_sent_and_as_read(office: Installation, cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    await key_comes(cell, pen)
    await arrive(cell, pen.writes("$1", "the convoy leaves at five"))
    await office.archive.reads()
    await office.export("--format", "jsonl,html,csv,eml")
    folder = office.path / "export"
    assert verified(folder)[0] == 0
    [line] = [line for line in lines(folder) if "clear" in line.get("parts", {})]
    assert json.loads(line["parts"]["event"]["plain"])["type"] == "m.room.encrypted"
    assert json.loads(line["parts"]["clear"]["plain"])["content"]["body"] == "the convoy leaves at five"
    assert "the convoy leaves at five" in conversation(folder)
    assert "the convoy leaves at five" in (folder / "mail" / f"{MHA}.mbox").read_text()


async def test_what_cannot_be_read_is_told_with_why_and_stands_among_the_gaps(office: Installation, cell: Cell) -> None:
    await arrive(cell, Pen(Handset.of(RAVI), CELL).writes("$1", "the convoy leaves at five"))
    await passes(cell, PATIENCE)
    await office.archive.reads()
    await office.export()
    folder = office.path / "export"
    assert verified(folder)[0] == 0
    assert manifest(folder)["counts"]["unreadable"] == manifest(folder)["counts"]["gaps"] == 1
    [gap] = [json.loads(line) for line in (folder / "gaps.jsonl").read_text().splitlines()]
    assert gap["event_id"] == "$1" and "room key was never given" in gap["reason"]
    assert "This cannot be read: it is encrypted, and the room key was never given" in conversation(folder)


async def test_what_could_be_read_only_later_stands_once_and_where_it_was_said(
    office: Installation, cell: Cell
) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    key = pen.key()
    await arrive(cell, pen.writes("$1", "the convoy leaves at five"))
    await passes(cell, PATIENCE)
    await office.archive.reads()
    bot = await cell.bot()
    await cell.hears(pen.handset.tells(device(bot), cell.one_time_key(bot), "m.room_key", key))
    assert await (await healing(cell)).heal() == 1
    await office.archive.reads()
    await office.export()
    folder = office.path / "export"
    assert verified(folder)[0] == 0 and manifest(folder)["counts"]["gaps"] == 0
    shown = conversation(folder)
    assert shown.count("the convoy leaves at five") == 1 and "This cannot be read" not in shown


async def test_what_a_query_finds_may_have_been_said_encrypted(office: Installation, cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    await key_comes(cell, pen)
    await arrive(cell, pen.writes("$1", "the convoy leaves at five"), pen.writes("$2", "and the boats at six"))
    await office.archive.reads()
    await office.export("--query", "boats")
    folder = office.path / "export"
    assert verified(folder)[0] == 0 and manifest(folder)["counts"]["records"] == 1
    assert "convoy" not in conversation(folder) + (folder / "records.jsonl").read_text()
