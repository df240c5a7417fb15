"""Whatever somebody changes in the tables of the record behind Setu's back, `setu records verify` finds it."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bots.retention import deeds, record
from bots.retention.ledger import Ledger
from bots.retention.notary import Notary, signing_key
from bots.retention.settings import RetentionSettings
from bots.retention.stamping import Stamping
from bots.retention.verification import whole
from bots.retention.verification.fault import Fault
from bots.retention.verification.whole import Whole
from bridge import keys
from bridge.plugin import Host
from bridge.store import clear_text
from bridge.store.clear_text import Told
from bridge.store.database import Connection, Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.deadline import until
from tests.people import event
from tests.store import authority as authorities
from tests.store import recorded as archives
from tests.store.bureau import CUSTOMS
from tests.store.recorded import CELL, HALL, MHA, NIC, YARD, Archive
from tests.store.tampering import FORBIDDEN, flipped, tables, unhindered
from tests.tongues import tongues


@dataclass
class Office:
    """A record of two organisations, three times signed, with everything in it that a row may hold."""

    archive: Archive
    notary: Notary
    settings: RetentionSettings

    async def sign(self) -> None:
        async with self.archive.pool.acquire() as connection:
            await self.notary.look(connection, await signing_key(connection, self.settings.checkpoints, NIC))

    @property
    def key(self) -> Ed25519PublicKey:
        return keys.signing_key(self.settings.checkpoints.key_file, may_make=False).public_key()

    async def seen(self, connection: Connection) -> Whole:
        """What there is to verify, in the transaction that is open."""
        return await whole.seen(connection, self.settings, NIC, self.key)

    async def faults(self, connection: Connection) -> list[str]:
        """What all of it shows."""
        return await told((await self.seen(connection)).all(nobody))

    async def is_stamped(self, folder: Path) -> None:
        """An authority speaks of the last checkpoint of each log."""
        pool, ledger = self.archive.pool, Ledger(self.settings.checkpoints.folder)
        async with authorities.running(folder) as authority:
            running = asyncio.create_task(Stamping(pool, ledger, authority.url, authority.roots).run())
            try:
                await until(lambda: self._stamps(2))
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)

    async def _stamps(self, many: int) -> bool:
        return bool(await self.archive.pool.fetchval("select count(*) from record_timestamp") == many)


def nobody(_: int) -> None:
    """To whom progress is told."""


async def told(faults: AsyncIterator[Fault]) -> list[str]:
    return [str(fault) async for fault in faults]


@pytest.fixture
async def office(pool: Pool, journal: Journal, keyring: Keyring, tmp_path: Path) -> Office:
    archive = await archives.opened(pool, journal, keyring)
    await archive.link(YARD)
    settings = RetentionSettings.model_validate(
        {"checkpoints": {"folder": tmp_path / "checkpoints", "key_file": tmp_path / "checkpoint.key", "leaves": 1}}
    )
    host = Host(pool, journal, keyring, CUSTOMS, tongues(), NIC, None)
    made = Office(archive, Notary(host, settings.checkpoints), settings)
    await archive.talks(CELL, 4, batch=3)
    await _says_encrypted(archive)
    await made.sign()
    await archive.is_read()
    await archive.talks(YARD, 2)
    await archive.talks(HALL, 260, batch=100)
    await archive.is_read(NIC)
    await archive.is_searched(NIC)
    await made.sign()
    await archive.happens(archive.says(CELL, relates_to={"rel_type": "m.replace", "event_id": "$1"}))
    joined = event("$joined", CELL, "@ravi:mha.lab", type="m.room.member", state_key="@ravi:mha.lab",
                   content={"membership": "join"})  # fmt: skip
    await archive.happens(joined)
    await archive.reads()
    await made.sign()
    return made


async def _says_encrypted(archive: Archive) -> None:
    """An encrypted message that could be read."""
    sealed = event("$sealed", CELL, type="m.room.encrypted", content={"algorithm": "m.megolm.v1.aes-sha2"})
    await archive.happens(sealed)
    async with archive.pool.acquire() as connection, connection.transaction():
        [room] = await record.rooms(connection, CELL)
        await clear_text.tell(connection, room.ref, [Told(5, "session", sealed=b"sealed clear text", index=1)])
    await archive.reads()


async def test_a_record_that_nobody_touched_has_no_fault(office: Office) -> None:
    async with office.archive.pool.acquire() as connection:
        assert await office.faults(connection) == []
        assert await connection.fetchval("select count(*) from record where clear_sha256 is not null") == 1
        assert await connection.fetchval("select count(*) from record_node") == 1
        one = await office.seen(connection)
        rooms = await record.rooms(connection, CELL)
        assert await told(one.of(rooms, nobody)) == []
        assert await told(one.sample(1000, nobody)) == []


@pytest.mark.skipif(not authorities.HERE, reason="openssl is not installed")
async def test_any_flipped_bit_of_any_column_of_any_table_is_found(office: Office, tmp_path: Path) -> None:
    await office.archive.is_held()
    await office.sign()
    await office.is_stamped(tmp_path / "authority")
    chance = random.Random(7)
    async with office.archive.pool.acquire() as connection, unhindered(connection):
        for table, columns in (await tables(connection)).items():
            rows = await connection.fetch(f"select ctid, tableoid::regclass::text as part, * from {table}")
            assert rows, f"{table} is empty: nothing was tried"
            telling = [row for row in rows if row.get("clear_sha256") or row.get("answers")]
            chosen = chance.sample(rows, min(len(rows), 3)) + telling
            for name, kind in columns:
                changes = [(row, other) for row in chosen for other in flipped(row[name], kind, chance)]
                tried = [await _is_found(office, connection, row, name, other) for row, other in changes]
                assert any(tried) is ((table, name) not in FORBIDDEN), f"{table}.{name} could be changed, or not"


async def _is_found(office: Office, connection: Connection, row: Any, name: str, other: Any) -> bool:
    """Whether the change could be made at all; if so, it is found."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        changed = f"update {row['part']} set {name} = $1 where ctid = $2"
        try:
            async with connection.transaction():
                await connection.execute(changed, other, row["ctid"])
        except asyncpg.IntegrityConstraintViolationError:  # the table forbids it
            return False
        assert await office.faults(connection), f"{row['part']}.{name}: {row[name]!r} became {other!r}"
        return True
    finally:
        await transaction.rollback()


async def test_a_row_that_is_missing_is_found_in_every_table(office: Office) -> None:
    await office.archive.is_held()
    await office.sign()
    async with office.archive.pool.acquire() as connection, unhindered(connection):
        for table in await tables(connection):
            rows = await connection.fetch(f"select ctid, tableoid::regclass::text as part from {table}")
            for row in rows[:2] + rows[-2:]:
                statement = f"delete from {row['part']} where ctid = $1"
                assert await after(office, connection, statement, row["ctid"]), f"a row of {table} is gone"


EXTRA: Sequence[tuple[str, str]] = (
    ("record", "room_seq = room_seq + 1000, recorded_at = recorded_at + interval '1 second'"),
    ("record", "seq = seq + 100000, room_seq = room_seq + 1000"),
    ("record", "organisation = 'elsewhere', room_seq = room_seq + 1000"),
    ("record", "recorded_at = recorded_at + interval '1 second'"),
    ("record_audit", "seq = seq + 1"),
    ("record_audit", "seq = seq + 100000"),
    ("record_audit", "organisation = 'elsewhere'"),
    ("record_head", "room = 999"),
    ("record_words", "seq = seq + 1"),
    ("record_words", "seq = 0"),
    ("record_words", "organisation = 'elsewhere'"),
    ("record_log", "organisation = 'elsewhere'"),
    ("record_leaves", "first = first + 100000"),
    ("record_leaves", "first = first + 1"),
    ("record_leaves", "organisation = 'elsewhere'"),
    ("record_node", "index = index + 1"),
    ("record_node", "height = 16"),
    ("record_node", "organisation = 'elsewhere'"),
    ("record_checkpoint", "size = size - 1"),
    ("record_checkpoint", "size = size + 1"),
    ("record_checkpoint", "organisation = 'elsewhere'"),
)


@pytest.mark.parametrize(("table", "change"), EXTRA)
async def test_a_row_too_many_is_found_in_every_table(office: Office, table: str, change: str) -> None:
    async with office.archive.pool.acquire() as connection:
        one = f"create temp table extra on commit drop as select * from {table} order by 1, 2 desc limit 1"
        assert await after(
            office, connection, f"{one}; update extra set {change}; insert into {table} select * from extra"
        )


@pytest.mark.parametrize(
    "columns", [["seq"], ["leaf"], ["seq", "leaf"], ["room_seq"], ["pos"], ["salt"], ["room_seq", "pos"]]
)
async def test_two_rows_that_are_swapped_are_found(office: Office, columns: list[str]) -> None:
    both = "(room, room_seq) in (select room, n from record_head cross join (values (1), (2)) v(n) where last_pos > 4)"
    swap = ", ".join(f"{name} = o.{name}" for name in columns)
    statement = (
        f"create temp table old on commit drop as select *, room_seq as n from record where {both};"
        "alter table record drop constraint record_pkey cascade;"
        "alter table record drop constraint record_organisation_seq_recorded_at_key cascade;"
        f"update record r set {swap} from old o where o.room = r.room and o.n = 3 - r.room_seq and r.room_seq < 3"
    )
    async with office.archive.pool.acquire() as connection:
        assert await after(office, connection, statement)


ELSEWHERE: Sequence[str] = (
    "update journal set sealed = overlay(sealed placing '\\x00' from 20) where pos = 2",
    "update journal set sender = '@else:mha.lab' where pos = 2",
    "delete from journal where pos = 2",
    "update clear_text set sealed = 'other'",
    "delete from clear_text",
)


@pytest.mark.parametrize("statement", ELSEWHERE)
async def test_what_the_record_commits_to_is_missed_in_the_journal(office: Office, statement: str) -> None:
    async with office.archive.pool.acquire() as connection:
        assert await after(office, connection, statement)


async def after(office: Office, connection: Connection, statement: str, *arguments: Any) -> list[str]:
    """The faults after a change, which is then undone."""
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute(statement, *arguments)
        return await office.faults(connection)
    finally:
        await transaction.rollback()


async def test_a_fault_names_its_row(office: Office) -> None:
    async with office.archive.pool.acquire() as connection:
        change = "update record set sender = '@else:mha.lab' where event_id = '$2'"
        assert await after(office, connection, change) == [
            f"record 1 of mha.lab (room {CELL}, $2): the journal says otherwise"
        ]
        change = "update record_audit set purpose = 'no inquiry' where organisation = 'mha.lab' and action = 'read'"
        assert await after(office, connection, change) == [
            "audit entry 5 of mha.lab (read): it is not what its leaf commits to"
        ]


async def test_a_record_that_was_rewritten_as_a_whole_differs_from_what_was_signed(office: Office) -> None:
    """Somebody takes a message out and lets Setu write the record anew: every row and hash fits every other."""
    pool = office.archive.pool
    await pool.execute(
        "delete from record; delete from record_head; delete from record_audit; delete from record_log;"
        "delete from record_leaves; delete from record_node; update bookmark set pos = 0 where follower = 'retention';"
        "delete from journal where event_id = '$3'; update journal set pos = pos - 1 where pos > 3 and room ="
        " (select id from room where room_id = '!cell:mha.lab'); update clear_text set pos = pos - 1;"
        "update room set head = head - 1 where room_id = '!cell:mha.lab'"
    )
    await office.archive.reads()
    async with pool.acquire() as connection:
        found = await office.faults(connection)
    assert any("the log was not what was signed" in fault for fault in found)


Rewrite = Callable[[str], str]
REWRITES: Sequence[Rewrite] = (
    lambda text: text.replace('"size":5', '"size":4'),
    lambda text: "\n".join(text.splitlines()[1:]) + "\n",
    lambda text: "\n".join(text.splitlines()[:-1]) + "\n",
    lambda text: text.replace('"at":"20', '"at":"21', 1),
    lambda text: text.replace("AAA", "AAB", 1) if "AAA" in text else text.replace("=", "A", 1),
    lambda text: "",
)


@pytest.mark.parametrize("rewrite", REWRITES)
async def test_a_checkpoint_that_was_rewritten_in_the_file_is_found(office: Office, rewrite: Rewrite) -> None:
    file = office.settings.checkpoints.folder / "mha.lab.jsonl"
    before = file.read_text()
    file.write_text(rewrite(before))
    assert file.read_text() != before
    async with office.archive.pool.acquire() as connection:
        assert await office.faults(connection)


async def test_a_checkpoint_that_is_taken_out_of_the_database_stands_in_the_file(office: Office) -> None:
    async with office.archive.pool.acquire() as connection:
        assert await after(office, connection, "delete from record_checkpoint where size = 5") == [
            "checkpoint 5 of mha.lab: it is in the file and not in the database, which takes it at the next start"
        ]


async def test_a_timestamp_that_was_changed_is_found(office: Office) -> None:
    pool = office.archive.pool
    await pool.execute("insert into record_timestamp values ('mha.lab', 5, 'what it said')")
    async with pool.acquire() as connection:
        assert await office.faults(connection) == [
            "the timestamp of checkpoint 5 of mha.lab: it is not what is in the file"
        ]


async def test_a_room_and_a_sample_show_what_is_changed_in_them(office: Office) -> None:
    pool = office.archive.pool
    await pool.execute("update record set sender = '@else:mha.lab' where event_id = '$2'")
    async with pool.acquire() as connection:
        one = await office.seen(connection)
        of_cell = await told(one.of(await record.rooms(connection, CELL), nobody))
        of_yard = await told(one.of(await record.rooms(connection, YARD), nobody))
        sample = await told(one.sample(1000, nobody))
    assert of_cell == sample == [f"record 1 of mha.lab (room {CELL}, $2): the journal says otherwise"]
    assert of_yard == []


async def test_a_hash_that_was_changed_keeps_a_room_from_being_proved(office: Office) -> None:
    pool = office.archive.pool
    await pool.execute("update record_leaves set hashes = overlay(hashes placing '\\x0000' from 5) where first = 0")
    async with pool.acquire() as connection:
        one = await office.seen(connection)
        found = await told(one.of(await record.rooms(connection, CELL), nobody))
    assert f"record 1 of mha.lab (room {CELL}, $2): its log does not contain it" in found


async def test_words_of_a_search_whose_key_is_gone_are_gone_and_its_leaf_is_sound(office: Office) -> None:
    archive = office.archive
    async with archive.pool.acquire() as connection, unhindered(connection):
        shown = [done.line() async for done in deeds.of(connection, archive.keyring, NIC)]
        assert [line.endswith("search: RTI 12/2026  culvert") for line in shown] == [False, True]
        await connection.execute("delete from kek where class = 'deed'")
        gone = [
            done.line()
            async for done in deeds.of(connection, Keyring(archive.keyring.master, archive.keyring.hashes), NIC)
        ]
        assert gone[0] == shown[0] and "culvert" not in gone[1] and "is gone)" in gone[1]
        assert await office.faults(connection) == []


async def test_verification_goes_on_while_the_record_grows(office: Office) -> None:
    archive = office.archive
    async with archive.pool.acquire() as connection:
        async with whole.opened(connection, office.settings, NIC, office.key) as seen:
            await archive.talks(CELL, 30)
            await office.sign()
            assert await told(seen.all(nobody)) == []
        async with whole.opened(connection, office.settings, NIC, office.key) as seen:
            assert seen.edges[MHA].size == 41
            assert await told(seen.all(nobody)) == []


async def test_a_value_that_no_program_can_read_is_named_with_its_row(office: Office) -> None:
    async with office.archive.pool.acquire() as connection:
        change = "update record set sent_at = '200000-01-01' where event_id = '$2'"
        assert "leaf 1 of mha.lab: it cannot be read (OverflowError)" in await after(office, connection, change)
