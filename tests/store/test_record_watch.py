"""What is changed in the record behind Setu's back is found by itself: the end of a log within a minute and before it
is signed over, what lies before it in its turn.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bots.retention import watch as watching
from bots.retention.ledger import Ledger
from bots.retention.notary import Notary
from bots.retention.settings import Checkpoints
from bots.retention.stamping import Stamping
from bots.retention.watch import Watch
from bridge import keys
from bridge.plugin import Host
from bridge.saying import Saying
from bridge.store.database import Connection, Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.deadline import until
from tests.people import event
from tests.store import authority as authorities
from tests.store import recorded as archives
from tests.store.bureau import CUSTOMS
from tests.store.recorded import CELL, HALL, MHA, NIC, Archive
from tests.store.tampering import FORBIDDEN, flipped, tables, unhindered
from tests.tongues import tongues

OF_LOGS = ("record", "record_audit", "record_leaves", "record_node", "record_log", "record_head", "record_words")
"""The tables that are looked at before anything is signed."""


@dataclass
class Post:
    """The record of two organisations, who signs for it, and who watches."""

    archive: Archive
    settings: Checkpoints
    host: Host

    @property
    def key(self) -> Ed25519PrivateKey:
        return keys.signing_key(self.settings.key_file, may_make=True)

    async def signs(self) -> None:
        """Another process looks whether something is to be signed."""
        async with self.archive.pool.acquire() as connection:
            await Notary(self.host, self.settings).look(connection, self.key)

    async def watches(self, watch: Watch | None = None) -> None:
        """Another process looks once, or this one."""
        async with self.archive.pool.acquire() as connection:
            await (watch or self.watch()).look(connection, self.key.public_key())

    def watch(self) -> Watch:
        return Watch(NIC, self.settings.folder)

    async def sizes(self, organisation: str = MHA) -> list[int]:
        """At which the log was signed."""
        rows = await self.archive.pool.fetch(
            "select size from record_checkpoint where organisation = $1 order by size", organisation
        )
        return [row["size"] for row in rows]

    async def alarms(self) -> list[str]:
        """What the alarms say that stand."""
        rows = await self.archive.pool.fetch("select what from alarm where over_at is null order by cause")
        said = [Saying.read(row["what"]) for row in rows]
        return [f"{one.words['row']}: {one.words['what']}" if "row" in one.words else one.message for one in said]

    async def is_stamped(self, folder: Path) -> None:
        """An authority speaks of the last checkpoint of each log."""
        ledger, pool = Ledger(self.settings.folder), self.archive.pool
        async with authorities.running(folder) as authority:
            running = asyncio.create_task(Stamping(pool, ledger, authority.url, authority.roots).run())

            async def stamped() -> bool:
                return bool(await pool.fetchval("select count(*) from record_timestamp") == 2)

            try:
                await until(stamped)
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def post(pool: Pool, journal: Journal, keyring: Keyring, tmp_path: Path) -> Post:
    archive = await archives.opened(pool, journal, keyring)
    settings = Checkpoints.model_validate(
        {"folder": tmp_path / "checkpoints", "key_file": tmp_path / "checkpoint.key", "leaves": 1}
    )
    return Post(archive, settings, Host(pool, journal, keyring, CUSTOMS, tongues(), NIC, None))


async def much_happens(archive: Archive) -> None:
    """Of each kind of row that a log may have at its end there is one."""
    await archive.talks(CELL, 3)
    joined = event("$joined", CELL, "@ravi:mha.lab", type="m.room.member", state_key="@ravi:mha.lab",
                   content={"membership": "join"})  # fmt: skip
    await archive.happens(joined, archive.says(CELL, relates_to={"rel_type": "m.replace", "event_id": "$1"}))
    await archive.reads()
    await archive.is_read()
    await archive.is_searched()
    await archive.talks(CELL, 260, batch=100)
    await archive.talks(HALL, 2)
    await archive.is_held()


async def test_what_nobody_touched_is_signed_and_raises_no_alarm(post: Post) -> None:
    await post.archive.talks(CELL, 3)
    await post.signs()
    await much_happens(post.archive)
    for _ in range(3):
        await post.signs()
        await post.watches()
        await post.archive.talks(CELL, 2)
    assert len(await post.sizes()) == 4
    assert await post.alarms() == []


async def changes(connection: Connection, only: tuple[str, ...] | None = None) -> AsyncIterator[tuple[str, str, Any]]:
    """A change of each column in the last row of each table, committed; it is taken back afterwards."""
    chance = random.Random(11)
    for table, columns in (await tables(connection)).items():
        if only is not None and table not in only:
            continue
        await connection.execute(f"create temp table as_it_was as select * from {table}")
        rows = await _last(connection, table)
        for name, kind in columns:
            tried = False
            for at, other in [(at, other) for at, row in enumerate(rows) for other in flipped(row[name], kind, chance)]:
                if await _changed(connection, (await _last(connection, table))[at], name, other):
                    tried = True
                    yield table, name, other
                await _as_it_was(connection, table)
                await connection.execute("update alarm set over_at = now()")
            assert tried is ((table, name) not in FORBIDDEN), f"{table}.{name} could be changed, or not"
        await connection.execute("drop table as_it_was")


async def _as_it_was(connection: Connection, table: str) -> None:
    await connection.execute(f"delete from {table}; insert into {table} select * from as_it_was")


async def _last(connection: Connection, table: str) -> list[Any]:
    """The last row of Home Affairs' log; of what became of holds, also one that answers another."""
    order = {"record": "seq", "record_audit": "seq", "record_head": "room desc", "record_hold_act": "hold, n"}
    rows = await connection.fetch(
        f"select ctid, tableoid::regclass::text as part, * from {table} order by {order.get(table, 1)}"
    )
    assert rows, f"{table} is empty: nothing was tried"
    ours = [row for row in rows if row.get("organisation", MHA) == MHA] or rows
    return [*[row for row in rows if row.get("answers") is not None][-1:], ours[-1]]


async def _changed(connection: Connection, row: Any, name: str, other: Any) -> bool:
    """Whether it could be changed."""
    try:
        async with connection.transaction():
            await connection.execute(f"update {row['part']} set {name} = $1 where ctid = $2", other, row["ctid"])
    except asyncpg.IntegrityConstraintViolationError:  # the table forbids it
        return False
    return True


async def test_nothing_is_signed_over_a_row_of_which_any_column_was_changed_and_an_alarm_says_so(post: Post) -> None:
    await post.archive.talks(CELL, 4)
    await post.archive.talks(HALL, 1)
    await post.signs()
    await much_happens(post.archive)
    before, tried = Ledger(post.settings.folder).all(MHA), set[str]()
    async with post.archive.pool.acquire() as connection, unhindered(connection):
        async for table, name, other in changes(connection, OF_LOGS):
            await post.signs()
            assert (await post.sizes(), Ledger(post.settings.folder).all(MHA)) == ([4], before), (
                f"{table}.{name} {other!r}"
            )
            assert await post.alarms(), f"{table}.{name} became {other!r}"
            tried.add(table)
    assert tried == set(OF_LOGS)
    await post.signs()
    assert len(await post.sizes()) == 2


@pytest.mark.skipif(not authorities.HERE, reason="openssl is not installed")
async def test_any_column_of_any_row_at_the_end_is_looked_at_by_itself_also_after_it_was_signed(
    post: Post, tmp_path: Path
) -> None:
    await post.archive.talks(CELL, 4)
    await much_happens(post.archive)
    await post.signs()
    await post.is_stamped(tmp_path / "authority")
    watch = post.watch()
    async with post.archive.pool.acquire() as connection, unhindered(connection):
        async for table, name, other in changes(connection):
            if (table, name) not in MAY_BE_A_CRASH:
                await post.watches(watch)
                assert await post.alarms(), f"{table}.{name} became {other!r}"
    await post.watches(watch)
    assert await post.alarms() == []


MAY_BE_A_CRASH = {
    ("record_checkpoint", "size"), ("record_checkpoint", "organisation"),
    ("record_timestamp", "size"), ("record_timestamp", "organisation"),
}  # fmt: skip
"""Then the last one is in the file alone, as a crash may leave it: it is taken from there with the next one."""


async def test_the_alarm_names_the_row_and_is_over_when_the_row_is_as_it_was(post: Post) -> None:
    await post.archive.talks(CELL, 3)
    await post.archive.is_read()
    pool, change = post.archive.pool, "update record set sender = $1 where event_id = '$2'"
    sender = await pool.fetchval("select sender from record where event_id = '$2'")
    await pool.execute(change, "@else:mha.lab")
    await pool.execute("update record_audit set actor = 'nobody'")
    for looks in (post.signs, post.watches):
        await looks()
        assert await post.alarms() == [f"record 1 of mha.lab (room {CELL}, $2): the journal says otherwise"]
    assert await pool.fetchval("select times from alarm where over_at is null") == 2, "so many rows"
    await pool.execute(change, sender)
    await post.watches()
    assert await post.alarms() == ["audit entry 3 of mha.lab (read): it is not what its leaf commits to"]
    await pool.execute("update record_audit set actor = 'asha'")
    await post.watches()
    await post.signs()
    assert (await post.alarms(), await post.sizes()) == ([], [4])


async def test_what_lies_long_before_is_looked_at_in_its_turn_and_stays_an_alarm_meanwhile(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "END", 10)
    monkeypatch.setattr(watching, "PART", 50)
    await post.archive.talks(CELL, 310, batch=100)
    await post.signs()
    pool = post.archive.pool
    await pool.execute("update record set late = true where room_seq = 77")
    watch, rounds = post.watch(), 0
    while not await post.alarms():
        await post.watches(watch)
        rounds += 1
        assert rounds <= 7, "310 leaves, 50 at once"
    for one in (watch, post.watch(), post.watch()):  # two of them begun anew, which go on elsewhere
        await post.watches(one)
        assert await post.alarms() == [f"record 76 of mha.lab (room {CELL}, $77): the journal says otherwise"]
    await pool.execute("update record set late = false where room_seq = 77")
    await post.watches()
    assert await post.alarms() == []


async def test_a_refused_log_is_signed_again_when_its_row_is_as_it_was_and_other_logs_meanwhile(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    await post.archive.talks(CELL, 2)
    await post.archive.talks(HALL, 2)
    await post.archive.pool.execute("update record set late = not late where event_id = '$2'")
    notary = Notary(post.host, post.settings)
    async with post.archive.pool.acquire() as connection:
        await notary.look(connection, post.key)
        assert (await post.sizes(), await post.sizes(NIC)) == ([], [2])
        await connection.execute("update record set late = not late where event_id = '$2'")
        await notary.look(connection, post.key)
        assert await post.sizes() == [], "it is not looked at all the time"
        later = time.monotonic() + 61
        monkeypatch.setattr(time, "monotonic", lambda: later)
        await notary.look(connection, post.key)
    assert await post.sizes() == [2]


async def test_nobody_is_alarmed_while_several_write_sign_and_begin_anew(post: Post) -> None:
    archive, done = post.archive, asyncio.Event()

    async def talking() -> None:
        for number in range(30):
            await archive.talks(CELL if number % 3 else HALL, 7, batch=3)

    async def reading() -> None:
        for _ in range(15):
            await archive.is_read()
            await archive.is_searched()
            await archive.is_held()

    async def looking() -> None:
        while not done.is_set():
            await post.signs()
            await post.watches()

    lookers = [asyncio.create_task(looking()) for _ in range(3)]
    await asyncio.gather(talking(), reading())
    done.set()
    await asyncio.gather(*lookers)
    assert await post.archive.pool.fetchval("select count(*) from alarm") == 0
    assert len(await post.sizes()) > 3


async def test_a_crash_between_the_file_and_the_database_alarms_nobody(post: Post) -> None:
    for size in (1, 2, 3):
        await post.archive.talks(CELL, 1)
        await post.signs()
        await post.watches()
        assert len(await post.sizes()) == size
    await post.archive.pool.execute("delete from record_checkpoint where size = 3")
    await post.watches()
    assert await post.alarms() == []
    await post.archive.pool.execute("delete from record_checkpoint where size = 1")
    with (post.settings.folder / "mha.lab.jsonl").open("a") as torn:
        torn.write('{"size":4,"at":"20')
    await post.watches()
    [alarm] = await post.alarms()
    assert alarm.startswith("checkpoint 1 of mha.lab: it is in the file and not in the database")


async def test_a_running_notary_finds_it_within_its_time(post: Post) -> None:
    await post.archive.talks(CELL, 5)
    settings = post.settings.model_copy(update={"seconds": 0.2, "leaves": 1000})
    running = asyncio.create_task(Notary(post.host, settings).run())
    try:
        await until(lambda: _is(post.sizes(), [5]))
        await post.archive.pool.execute("update record_audit set detail = detail; update record set type = 'm.x'")
        await until(lambda: _is_some(post.alarms()))
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _is(found: Any, wanted: object) -> bool:
    return bool(await found == wanted)


async def _is_some(found: Any) -> bool:
    return bool(await found)
