"""Clocks that lie: what says that it was sent in 1970, before the first year, in the year 9999 or tomorrow stays in its
place on record, is found and handed over with the rest, and keeps nothing else from it.
"""

import asyncio
import csv
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bridge.__main__ import main
from bridge.model import Event
from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, RAVI, event
from tests.store import exporting
from tests.store.exporting import Installation, lines, verified

TIMES: tuple[object, ...] = (
    0, 1, -1, -86_400_000, -62_135_596_800_000, -62_135_596_800_001, -(2**53), 86_400_000,
    int((datetime.now(UTC) + timedelta(days=1)).timestamp() * 1000), 4_102_444_800_000,
    253_402_214_400_000, 253_402_300_799_999, 253_402_300_800_000, 2**53 - 1, 2**63, 10**30, 1e300, 1.5, -0.0, True,
    "today", "1764000000000", None, [], {},
)  # fmt: skip
"""Milliseconds since 1970, or what stands in their place. Behind the last day of 9999 there is none."""


@pytest.fixture
async def office(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Installation:  # fmt: skip
    return await exporting.installation(pool, journal, keyring, master, url, tmp_path, capsys)


def sent(number: int, time: object) -> Event:
    """A message whose clock says this."""
    content = {"msgtype": "m.text", "body": f"prophecy {number}"}
    return event(f"$t{number}", CELL, RAVI, type="m.room.message", content=content, origin_server_ts=time)


async def asks(office: Installation, *command: str) -> str:
    """`setu records …`; what it prints."""
    code = await asyncio.to_thread(main, ["records", command[0], str(office.path / "setu.yaml"), *command[1:]])
    said = office.capture.readouterr()
    assert code == 0, said.err + said.out
    return said.out


async def test_whatever_a_clock_says_it_is_on_record_found_handed_over_and_verified(
    office: Installation,
) -> None:
    await office.archive.happens(*(sent(number, time) for number, time in enumerate(TIMES)))
    await office.archive.reads()
    everything = [f"prophecy {number}" for number in range(len(TIMES))]
    order = await office.archive.pool.fetch("select room_seq, event_id from record order by room_seq")
    assert [(row["room_seq"], row["event_id"]) for row in order] == [(n + 1, f"$t{n}") for n in range(len(TIMES))]
    assert await office.archive.pool.fetchval("select count(*) from gap") == 0

    read = await asks(office, "read", "--room", CELL, "--purpose", "a test")
    assert [line.rpartition("prophecy")[2].strip() for line in read.splitlines()] == [f"{n}" for n in range(len(TIMES))]
    found = await asks(office, "search", "prophecy", "--purpose", "a test", "--json")
    assert sorted(hit(line) for line in found.splitlines()) == sorted(everything)
    assert "prophecy 0" in await asks(office, "search", "prophecy to:1970-12-31", "--purpose", "a test")
    assert "no faults" in await asks(office, "verify")

    await office.export("--format", "jsonl,html,csv,eml")
    folder = office.path / "export"
    assert verified(folder)[0] == 0
    events = [json.loads(line["parts"]["event"]["plain"]) for line in lines(folder) if "parts" in line]
    assert [one["content"]["body"] for one in events] == everything
    for shown in (folder / "conversation", folder / "mail"):
        text = "".join(path.read_text() for path in shown.rglob("*") if path.is_file())
        assert [body for body in everything if body not in text] == []
    [table] = folder.rglob("*.csv")
    assert sum("prophecy" in " ".join(row) for row in csv.reader(table.read_text().splitlines())) == len(TIMES)


def hit(line: str) -> str:
    """What was said, of a line of JSON."""
    found = json.loads(line)
    return str(found.get("event", found).get("content", {}).get("body"))
