"""A records officer hands over what was said in a room, and a stranger verifies it without Setu."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA
from tests.store import exporting
from tests.store.exporting import Installation, lines, manifest, verified
from tests.store.talk import ASHA, GHOST, PICTURE, Talk, spoken

IST = ZoneInfo("Asia/Kolkata")
JANUARY = datetime(2025, 1, 31, 23, 40, tzinfo=IST)
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.fixture
async def office(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Installation:  # fmt: skip
    return await exporting.installation(pool, journal, keyring, master, url, tmp_path, capsys)


@pytest.fixture
async def talk(office: Installation) -> Talk:
    """A talk over midnight, on record, with one of its two files kept."""
    talk = spoken(office.archive, JANUARY)
    await office.archive.pool.execute(
        "insert into ghost (homeserver, user_id, person) values ($1, $2, $3)", MHA, GHOST, ASHA
    )
    await talk.recorded()
    await office.keeps(PICTURE, PNG)
    return talk


async def test_a_room_is_handed_over_whole_and_a_stranger_verifies_it(office: Installation, talk: Talk) -> None:
    said, _ = await office.export("--format", "jsonl,html,eml,csv")
    folder = office.path / "export"
    assert f"{len(talk.said)} records and 1 facts" in said
    code, told = verified(folder)
    assert code == 0, told
    assert f"{len(talk.said)} records: no faults" in told
