"""It is signed what each log is, in the database and outside of it, and nothing is signed that does not go on from what
was signed before.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bots.retention import announcing, checkpoint, note
from bots.retention.ledger import Ledger
from bots.retention.notary import Notary, signing_key
from bots.retention.note import Signer, Verifier
from bots.retention.settings import Checkpoints
from bridge.actions import Enter, Join, Send
from bridge.keys import KeyFileError
from bridge.model import EndpointRef
from bridge.plugin import Host
from bridge.store import links
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.deadline import until
from tests.full_disk import full_at
from tests.store import recorded as archives
from tests.store.bureau import CUSTOMS
from tests.store.chat import Chat
from tests.store.recorded import CELL, HALL, MHA, NIC, Archive
from tests.tongues import tongues

BOARD = "!board:nic.lab"
"""The room into which checkpoints are posted."""


@dataclass
class Bench:
    """The record, and who signs for it."""

    archive: Archive
    notary: Notary

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.notary.settings.folder)

    async def look(self, notary: Notary | None = None) -> None:
        """The notary looks once."""
        one = notary or self.notary
        async with self.archive.pool.acquire() as connection:
            key = await signing_key(connection, one.settings, NIC)
            await one.look(connection, key)

    async def key(self, organisation: str = MHA) -> Verifier:
        async with self.archive.pool.acquire() as connection:
            key = await signing_key(connection, self.notary.settings, NIC)
        return Signer(checkpoint.origin(NIC, organisation), key).verifier

    async def sizes(self, organisation: str = MHA) -> list[int]:
        """Of the checkpoints in the database, which are those of the file, and are what the leaves make of them."""
        rows = await self.archive.pool.fetch(
            "select size, note, at from record_checkpoint where organisation = $1 order by size", organisation
        )
        kept, leaves, key = (
            self.ledger.all(organisation),
            await self.archive.leaves(organisation),
            await self.key(organisation),
        )
        assert [(row["size"], row["note"], row["at"]) for row in rows] == [
            (size, one.note, one.at) for size, one in sorted(kept.signed.items())
        ]
        for row in rows:
            told = checkpoint.read(note.opened(row["note"], key))
            assert (told.size, told.root) == (row["size"], archives.edge_of(leaves[: row["size"]]).root())
        return [row["size"] for row in rows]

    def has_signed_for(self, size: int) -> Callable[[], Awaitable[bool]]:
        async def signed() -> bool:
            found = "select count(*) from record_checkpoint where size = $1"
            return bool(await self.archive.pool.fetchval(found, size))

        return signed

    async def alarms(self) -> list[str]:
        rows = await self.archive.pool.fetch("select cause from alarm where over_at is null")
        return [row["cause"] for row in rows]


Make = Callable[..., Bench]


@pytest.fixture
async def make(pool: Pool, journal: Journal, keyring: Keyring, tmp_path: Path) -> Make:
    archive = await archives.opened(pool, journal, keyring)
    host = Host(pool, journal, keyring, CUSTOMS, tongues(), NIC, None)

    def bench(**settings: object) -> Bench:
        where = {"folder": tmp_path / "checkpoints", "key_file": tmp_path / "keys" / "checkpoint.key"}
        return Bench(archive, Notary(host, Checkpoints.model_validate({**where, "seconds": 3600, **settings})))

    return bench


async def test_the_first_that_is_recorded_is_signed_and_then_nothing_until_more_comes(make: Make) -> None:
    bench = make(leaves=5)
    await bench.look()
    assert await bench.sizes() == []
    await bench.archive.talks(CELL, 3)
    await bench.look()
    await bench.look()
    assert await bench.sizes() == [3]


async def test_it_is_signed_again_after_so_many_leaves(make: Make) -> None:
    bench = make(leaves=5)
    for count in (3, 4, 1, 2):
        await bench.archive.talks(CELL, count)
        await bench.look()
    assert await bench.sizes() == [3, 8]


async def test_it_is_signed_again_after_so_long_where_anything_came(make: Make) -> None:
    bench = make(seconds=0.01)
    for _ in range(3):
        await bench.archive.talks(CELL, 2)
        await bench.look()
        await bench.archive.pool.execute("select pg_sleep(0.02)")
        await bench.look()
    assert await bench.sizes() == [2, 4, 6]


async def test_each_organisations_log_is_signed_under_its_own_name(make: Make) -> None:
    bench = make()
    await bench.archive.talks(CELL, 2)
    await bench.archive.talks(HALL, 1)
    await bench.look()
    notes = [row["note"] for row in await bench.archive.pool.fetch("select note from record_checkpoint order by size")]
    assert [one.split("\n")[0] for one in notes] == ["nic.lab/setu/record/nic.lab", "nic.lab/setu/record/mha.lab"]


async def test_what_a_crash_left_in_the_file_alone_is_taken_from_there(make: Make) -> None:
    bench = make(leaves=1)
    await bench.archive.talks(CELL, 3)
    await bench.look()
    before = bench.ledger.all(MHA).signed
    await bench.archive.pool.execute("delete from record_checkpoint")
    await bench.look()
    assert await bench.sizes() == [3] and bench.ledger.all(MHA).signed == before
    await bench.archive.talks(CELL, 1)
    await bench.archive.pool.execute("delete from record_checkpoint")
    await bench.look()
    assert await bench.sizes() == [3, 4]


async def test_a_file_that_was_lost_is_written_anew(make: Make) -> None:
    bench = make(leaves=1)
    for _ in range(3):
        await bench.archive.talks(CELL, 1)
        await bench.look()
    (bench.notary.settings.folder / "mha.lab.jsonl").unlink()
    await bench.archive.talks(CELL, 1)
    await bench.look()
    assert await bench.sizes() == [1, 2, 3, 4]


async def test_a_line_that_a_crash_cut_off_spoils_no_other(make: Make) -> None:
    bench = make(leaves=1)
    await bench.archive.talks(CELL, 1)
    await bench.look()
    file = bench.notary.settings.folder / "mha.lab.jsonl"
    with file.open("a") as torn:
        torn.write('{"size":2,"at":"2026')
    await bench.archive.talks(CELL, 1)
    await bench.look()
    assert await bench.sizes() == [1, 2]
    assert json.loads(file.read_text().splitlines()[-1])["size"] == 2


CHANGES = (
    "update record_leaves set hashes = overlay(hashes placing '\\x00' from 5) where first = 0",
    "update record_log set frontier = overlay(frontier placing '\\x00' from 5)",
    "update record_log set size = 2, frontier = (select hashes from record_leaves where first = 0)",
    "delete from record_leaves where first = 0",
    "update record_checkpoint set note = replace(note, '— nic', '— nac')",
    "update record_checkpoint set size = size + 1",
)


@pytest.mark.parametrize("change", CHANGES)
async def test_nothing_is_signed_that_does_not_go_on_from_what_was_signed(make: Make, change: str) -> None:
    bench = make(leaves=1)
    await bench.archive.talks(CELL, 3, batch=2)
    await bench.look()
    async with bench.archive.pool.acquire() as connection:
        key = await signing_key(connection, bench.notary.settings, NIC)
        await bench.archive.talks(CELL, 2)
        await connection.execute(change)
        before = bench.ledger.all(MHA)
        await bench.notary.look(connection, key)
    assert bench.ledger.all(MHA) == before
    assert await bench.alarms() == ["record-log:mha.lab"]


async def test_a_database_that_is_older_than_the_file_is_not_signed_for(make: Make) -> None:
    """Somebody restores a backup: what came after it would be given other numbers than were signed."""
    bench = make(leaves=1)
    await bench.archive.talks(CELL, 5)
    await bench.look()
    await bench.archive.pool.execute(
        "delete from record; delete from record_head; delete from record_log; delete from record_leaves;"
        "delete from record_checkpoint; update bookmark set pos = 0"
    )
    await bench.archive.reads(batch=2)
    await bench.archive.pool.execute("update record_log set size = 4")
    before = bench.ledger.all(MHA)
    async with bench.archive.pool.acquire() as connection:
        await bench.notary.look(connection, await signing_key(connection, bench.notary.settings, NIC))
    assert bench.ledger.all(MHA) == before
    assert await bench.alarms() == ["record-log:mha.lab"]


async def test_one_log_that_is_broken_keeps_no_other_from_being_signed(make: Make) -> None:
    bench = make(leaves=1)
    await bench.archive.talks(CELL, 1)
    await bench.archive.talks(HALL, 1)
    await bench.archive.pool.execute("update record_log set size = 9 where organisation = $1", MHA)
    await bench.look()
    assert await bench.sizes(NIC) == [1]


async def test_processes_that_look_at_once_sign_once(make: Make) -> None:
    bench = make(leaves=1)
    await bench.archive.talks(CELL, 3)
    await bench.look()
    for _ in range(5):
        await bench.archive.talks(CELL, 1)
        await asyncio.gather(*(bench.look() for _ in range(4)))
    assert await bench.sizes() == [3, 4, 5, 6, 7, 8]
    assert len((bench.notary.settings.folder / "mha.lab.jsonl").read_text().splitlines()) == 6


async def test_a_key_that_is_missing_is_not_replaced(make: Make) -> None:
    bench = make()
    await bench.archive.talks(CELL, 1)
    await bench.look()
    file = bench.notary.settings.key_file
    file.unlink()
    with pytest.raises(KeyFileError, match="put the file back"):
        await bench.notary.run()
    assert not file.exists()


async def test_another_key_signs_nothing(make: Make, tmp_path: Path) -> None:
    bench = make()
    await bench.archive.talks(CELL, 1)
    await bench.look()
    (tmp_path / "other.key").write_text("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    with pytest.raises(KeyFileError, match="not signed with this key"):
        await make(key_file=tmp_path / "other.key").notary.run()
    assert await bench.sizes() == [1]


async def test_where_the_file_cannot_be_written_nothing_is_signed_in_the_database(make: Make, tmp_path: Path) -> None:
    bench = make(folder=tmp_path / "in-the-way" / "checkpoints")
    (tmp_path / "in-the-way").write_text("a file, not a folder")
    await bench.archive.talks(CELL, 1)
    with pytest.raises(OSError, match="in-the-way"):
        await bench.look()
    assert await bench.archive.pool.fetchval("select count(*) from record_checkpoint") == 0
    (tmp_path / "in-the-way").unlink()
    await bench.look()
    assert await bench.sizes() == [1]


async def test_where_the_disk_is_full_in_the_middle_of_a_line_it_does_not_count_as_signed(
    make: Make, tmp_path: Path
) -> None:
    bench = make(leaves=1)
    await bench.archive.talks(CELL, 1)
    await bench.look()
    file = tmp_path / "checkpoints" / f"{MHA}.jsonl"
    await bench.archive.talks(CELL, 1)
    with full_at(file.stat().st_size + 20), pytest.raises(OSError, match="File too large"):
        await bench.look()
    assert await bench.archive.pool.fetchval("select count(*) from record_checkpoint") == 1
    await bench.look()
    assert await bench.sizes() == [1, 2]
    assert sorted(bench.ledger.all(MHA).signed) == [1, 2]


async def test_a_checkpoint_is_posted_once_into_the_room_in_which_the_bot_is(make: Make) -> None:
    bench = make(room=BOARD, leaves=1)
    archive, host = bench.archive, bench.notary.host
    reader = Chat(archive.pool, archive.journal, archive.keyring, None)  # type: ignore[arg-type]
    async with archive.pool.acquire() as connection:
        await announcing.come(host, connection, BOARD)
    assert [type(action) for room, action in await reader.orders() if room == BOARD][-1] is Enter
    await archive.talks(CELL, 1)
    await bench.look()
    assert not [action for _, action in await reader.orders() if isinstance(action, Send)]
    async with archive.pool.acquire() as connection:
        end = await links.endpoint_of(connection, NIC, BOARD)
        assert end is not None
        await links.set_state(connection, EndpointRef(end.ref), "open")
    for _ in range(2):
        await archive.talks(CELL, 1)
        await bench.look()
    posted = [action for room, action in await reader.orders() if room == BOARD and isinstance(action, Send)]
    assert [note.opened(str(one.content["body"]), await bench.key()).split("\n")[1] for one in posted] == ["2", "3"]
    assert len([action for _, action in await reader.orders() if isinstance(action, Join)]) == 1


async def test_the_room_of_checkpoints_is_not_recorded_itself(make: Make) -> None:
    """Else each checkpoint would be an event, and lead to another one."""
    bench = make()
    archive = bench.archive
    await archive.link(BOARD)
    await archive.happens(archive.says(BOARD), archive.says(HALL))
    follower = archives.retention(archive.journal, beside=frozenset({(NIC, BOARD)}))
    chat = Chat(archive.pool, archive.journal, archive.keyring, None)  # type: ignore[arg-type]
    await chat.read(follower)
    rooms = "select room_id from record join room r on r.id = room"
    assert [row["room_id"] for row in await archive.pool.fetch(rooms)] == [HALL]


async def test_what_was_read_before_there_was_a_log_is_signed_with_the_rest(make: Make) -> None:
    bench = make(seconds=0.01)
    archive = bench.archive
    await archive.talks(CELL, 1)
    await archive.pool.execute(
        "insert into record_read (reader, room, records, purpose) select 'asha', id, 1, 'x' from room"
        " where room_id = $1",
        CELL,
    )
    running = asyncio.create_task(bench.notary.run())
    try:
        await until(bench.has_signed_for(2))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert await archive.pool.fetchval("select count(*) from record_audit") == 1
