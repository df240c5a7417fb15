"""An export that was killed, or met a full disk, goes on where it was, and is then what it would have been."""

import asyncio
import errno
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bots.retention.export import writing
from bots.retention.export.folder import Growing
from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.deadline import within
from tests.people import CELL
from tests.store import exporting
from tests.store.exporting import Installation, lines, manifest, verified
from tests.store.talk import Talk

NOON = datetime(2025, 1, 31, 12, tzinfo=ZoneInfo("Asia/Kolkata"))
SAID = 3_000


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
    await journal.append("mha.lab", exporting.pushed(*talk.said))  # type: ignore[arg-type]
    await made.archive.reads(500)
    return made


def command(office: Installation) -> list[str]:
    return [
        sys.executable, "-m", "bridge", "records", "export", str(office.path / "setu.yaml"), "--room", CELL, "--purpose",
        "an inquiry", "--output", str(office.path / "export"), "--format", "jsonl,html,csv,eml",
    ]  # fmt: skip
