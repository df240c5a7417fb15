"""Two real processes of Setu take in what is said at once, and one of them is killed in the middle of it: the record is
one, without a hole, and verified.
"""

import asyncio
import sys
from collections import Counter
from pathlib import Path

import pytest

from bridge.__main__ import main
from bridge.lab.child import Child
from bridge.lab.setu import READY
from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.deadline import until
from tests.store import exporting
from tests.store.exporting import Installation

ROOMS = [f"!{number}:mha.lab" for number in range(8)]
WITHIN = 90.0
WRITERS = """
    create table written (by text, room bigint, room_seq bigint);
    create function note_writer() returns trigger language plpgsql as $$ begin
        insert into written values (current_setting('application_name'), new.room, new.room_seq);
        return null;
    end $$;
    create trigger note_writer after insert on record for each row execute function note_writer();
"""


@pytest.fixture
async def office(
    pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey, url: str, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Installation:  # fmt: skip
    made = await exporting.installation(pool, journal, keyring, master, url, tmp_path, capsys)
    await made.archive.link(*ROOMS)
    await pool.execute(WRITERS)
    return made


def process(office: Installation, name: str, url: str) -> Child:
    """One more, which the database knows by its name."""
    (office.path / f"{name}.url").write_text(f"{url}{'&' if '?' in url else '?'}application_name={name}")
    config = office.path / f"{name}.yaml"
    config.write_text((office.path / "setu.yaml").read_text().replace("setu.url", f"{name}.url"))
    command = (sys.executable, "-m", "bridge", "run", str(config), "--roles", "followers")
    return Child(name, command, office.path / f"{name}.log")


async def starts(child: Child) -> None:
    before = child.log.stat().st_size if child.log.exists() else 0
    await child.start()

    async def is_ready() -> bool:
        return READY in child.log.read_bytes()[before:]

    await child.ready(is_ready, WITHIN)


async def test_two_processes_that_take_in_at_once_make_one_record_though_one_is_killed(
    office: Installation, url: str
) -> None:
    archive, [first, second] = office.archive, [process(office, name, url) for name in ("first", "second")]
    recorded = "select count(*) from record r join room on room.id = r.room where room.room_id = any($1)"

    async def has(count: int) -> None:
        async def there() -> bool:
            return int(await archive.pool.fetchval(recorded, ROOMS)) >= count

        await until(there, WITHIN)

    async def talk(messages: int) -> None:
        for _ in range(messages):
            await archive.happens(*(archive.says(room) for room in ROOMS))

    try:
        await asyncio.gather(starts(first), starts(second))
        talking = asyncio.create_task(talk(40))
        await has(60)
        await first.kill()
        await has(120)
        await starts(first)
        await talking
        await has(320)
    finally:
        await asyncio.gather(first.stop(10), second.stop(10))
    for room in ROOMS:
        found = "select room_seq, pos from record r join room on room.id = r.room where room_id = $1 order by seq"
        rows = await archive.pool.fetch(found, room)
        assert [tuple(row) for row in rows] == [(n, n) for n in range(1, 41)]
    by = Counter(row["by"] for row in await archive.pool.fetch("select by from written"))
    assert set(by) == {"first", "second"} and min(by.values()) >= 10, by
    assert await archive.pool.fetchval("select count(*) from gap") == 0
    code = await asyncio.to_thread(main, ["records", "verify", str(office.path / "setu.yaml")])
    assert (code, "no faults" in office.capture.readouterr().out) == (0, True)
