"""What is said in a recorded room becomes a leaf of its organisation's log, once, whoever takes it in."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.retention import audit, before_the_log, deeds, log, proofs, record
from bots.retention.leaf import Deed, Record, deed_leaf, record_leaf
from bots.retention.merkle import leaf_hash
from bots.retention.tree import Incomplete, Tree
from bridge.seal import MasterKey, about
from bridge.store import database
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import NO_ROOM, Keyring
from tests.keyrings import keyring_of
from tests.people import RAVI, event
from tests.store import recorded as archives
from tests.store.followers import Desk
from tests.store.recorded import CELL, HALL, MHA, NIC, YARD, Archive, edge_of


@pytest.fixture
async def archive(pool: Pool, journal: Journal, keyring: Keyring) -> Archive:
    return await archives.opened(pool, journal, keyring)


@pytest.fixture
async def other_pool(url: str) -> AsyncIterator[Pool]:
    """The database as another process opens it."""
    async with database.opened(url, 10) as pool:
        yield pool


async def records(archive: Archive, room_id: str = CELL) -> list[Record]:
    rows = await archive.pool.fetch(
        f"select {', '.join(record.COLUMNS)} from record join room r on r.id = room where r.room_id = $1"
        " order by room_seq",
        room_id,
    )
    return [Record(**row) for row in rows]


async def test_what_is_said_becomes_a_leaf_that_anybody_can_compute(archive: Archive) -> None:
    await archive.happens(archive.says(CELL, "one"), archive.says(CELL, "two"))
    await archive.reads()
    kept = await records(archive)
    sealed = await archive.pool.fetch("select sealed from journal order by pos")
    assert [one.sealed_sha256 for one in kept] == [
        sha256(one.salt + row["sealed"]).digest() for one, row in zip(kept, sealed, strict=True)
    ]
    assert [record_leaf(MHA, CELL, one) for one in kept] == await archive.leaves()
    assert len({one.salt for one in kept}) == 2 and all(len(one.salt) == 16 for one in kept)


async def test_each_organisation_has_a_log_of_its_own(archive: Archive) -> None:
    await archive.talks(CELL, 3)
    await archive.talks(HALL, 2)
    assert (len(await archive.leaves(MHA)), len(await archive.leaves(NIC))) == (3, 2)
    for organisation in (MHA, NIC):
        assert await archive.edge(organisation) == edge_of(await archive.leaves(organisation))


async def test_a_room_that_is_linked_late_is_on_record_from_its_beginning(archive: Archive) -> None:
    await archive.talks(YARD, 1203, batch=400)
    assert await archive.leaves() == []
    await archive.link(YARD)
    await archive.talks(YARD, 2)
    assert [one.pos for one in await records(archive, YARD)] == list(range(1, 1206))
    assert await archive.edge() == edge_of(await archive.leaves())


async def test_a_room_that_is_read_again_is_recorded_once(archive: Archive) -> None:
    await archive.talks(CELL, 5)
    await archive.pool.execute("update bookmark set pos = 0")
    await archive.talks(CELL, 2, batch=3)
    assert [(one.room_seq, one.pos) for one in await records(archive)] == [(n, n) for n in range(1, 8)]


async def test_what_comes_to_nothing_leaves_no_trace_in_the_log(archive: Archive) -> None:
    await archive.talks(CELL, 3)
    before = await archive.edge()
    async with archive.pool.acquire() as connection:
        transaction = connection.transaction()
        await transaction.start()
        await audit.note(connection, MHA, "asha", "read")
        await transaction.rollback()
    assert await archive.edge() == before
    await archive.talks(CELL, 1)
    assert await archive.edge() == edge_of(await archive.leaves())


async def test_two_processes_that_take_in_at_once_grow_one_log(
    archive: Archive, other_pool: Pool, url: str, master: MasterKey
) -> None:
    rooms = [f"!{n}:mha.lab" for n in range(6)]
    await archive.link(*rooms)
    here = Desk(url, archive.pool, archive.journal, master)
    there = Desk(url, other_pool, Journal(other_pool, keyring_of(master)), master)
    async with (
        here.reading(archives.retention(here.journal), batch=3),
        there.reading(archives.retention(there.journal), batch=4),
    ):
        said = [[archive.says(room) for _ in range(20)] for room in rooms]
        reads = [archive.is_read(actor=f"officer {n}") for n in range(20)]
        await asyncio.gather(*(archive.happens(*one) for one in said), *reads)
        await here.has_read("retention", 120)
    leaves = await archive.leaves()
    assert len(leaves) == 140
    assert await archive.edge() == edge_of(leaves)
    for room in rooms:
        assert [one.room_seq for one in await records(archive, room)] == list(range(1, 21))
        order = "select room_seq from record join room r on r.id = room where r.room_id = $1 order by seq"
        assert [row[0] for row in await archive.pool.fetch(order, room)] == list(range(1, 21))


async def test_who_reads_is_a_leaf_too(archive: Archive) -> None:
    await archive.talks(CELL, 1)
    await archive.is_read()
    row = await archive.pool.fetchrow(
        "select at, actor, action, room_id, purpose, detail, salt from record_audit where organisation = $1", MHA
    )
    assert row is not None
    deed = Deed(**row)
    assert (deed.actor, deed.action, deed.room_id, deed.purpose) == ("asha", "read", CELL, "an inquiry")
    assert deed.detail == '{"records":1}'
    assert (await archive.leaves())[1] == deed_leaf(MHA, deed)


async def test_what_was_read_and_searched_before_there_was_a_log_comes_into_it_once(archive: Archive) -> None:
    await archive.talks(CELL, 2)
    when = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    await archive.pool.execute(
        "insert into record_read (at, reader, room, records, purpose) select $1, 'asha', id, 2, 'an audit' from room"
        " where room_id = $2",
        when, CELL,
    )  # fmt: skip
    async with archive.pool.acquire() as connection:
        kek = await archive.keyring.current(connection, NO_ROOM)
        sealed = kek.seal(b"culvert", about("search", "asha", "an audit"))
        await connection.execute(
            "insert into record_read (at, reader, purpose, kek, wrapped, sealed) values ($1, $2, $3, $4, $5, $6)",
            when, "asha", "an audit", sealed.kek, sealed.wrapped, sealed.sealed,
        )  # fmt: skip
        for _ in range(2):
            await before_the_log.adopt(connection, archive.keyring, NIC)
        searched = [done async for done in deeds.of(connection, archive.keyring, NIC)]
    rows = await archive.pool.fetch("select at, actor, purpose, detail from record_audit where action = 'read'")
    assert [tuple(row) for row in rows] == [(when, "asha", "an audit", '{"read":1,"records":2}')]
    assert [(one.deed.at, one.deed.action, one.words) for one in searched] == [(when, "search", "culvert")]
    for organisation in (MHA, NIC):
        assert await archive.edge(organisation) == edge_of(await archive.leaves(organisation))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"rel_type": "m.replace", "event_id": "$old"}, ("m.replace", "$old")),
        ({"m.in_reply_to": {"event_id": "$asked"}}, ("m.in_reply_to", "$asked")),
        ({"rel_type": "m.thread", "event_id": "$root", "m.in_reply_to": {"event_id": "$x"}}, ("m.thread", "$root")),
        ({"rel_type": "these are words", "event_id": "$old"}, (None, None)),
        ({"rel_type": "m.replace", "event_id": "these are words"}, (None, None)),
        ({"rel_type": ["m.replace"], "event_id": {}}, (None, None)),
        ("nothing", (None, None)),
    ],
)
async def test_the_record_tells_what_a_message_is_to_another(
    archive: Archive, content: object, expected: tuple[str | None, str | None]
) -> None:
    await archive.happens(archive.says(CELL, relates_to=content))
    await archive.reads()
    [one] = await records(archive)
    assert (one.relation, one.relates_to) == expected


async def test_the_record_tells_what_a_redaction_takes_back(archive: Archive) -> None:
    old = event("$r1", CELL, RAVI, type="m.room.redaction", redacts="$1", content={"reason": "a mistake"})
    new = event("$r2", CELL, RAVI, type="m.room.redaction", content={"redacts": "$2", "reason": "another"})
    await archive.happens(old, new)
    await archive.reads()
    assert [(one.relation, one.relates_to) for one in await records(archive)] == [("redacts", "$1"), ("redacts", "$2")]


async def test_an_entry_whose_key_was_destroyed_is_recorded_all_the_same(archive: Archive) -> None:
    await archive.happens(archive.says(CELL), archive.says(CELL))
    await archive.pool.execute("delete from event_key where pos = 1")
    await archive.reads()
    assert [one.event_id for one in await records(archive)] == ["$1", "$2"]


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 300), min_size=1, max_size=8), st.data())
async def test_the_database_proves_every_leaf_and_every_past(
    pool: Pool, pieces: list[int], data: st.DataObject
) -> None:
    leaves = [leaf_hash(str(n).encode()) for n in range(sum(pieces))]
    size = len(leaves)
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("delete from record_log; delete from record_leaves; delete from record_node")
        at = 0
        for piece in pieces:
            assert await log.append(connection, MHA, leaves[at : at + piece]) == at
            at += piece
        tree, root = Tree(connection, MHA), edge_of(leaves).root()
        assert await tree.root(size) == root
        for index in {0, size - 1, data.draw(st.integers(0, size - 1))}:
            assert proofs.includes(leaves[index], index, size, await tree.inclusion(index, size), root)
        old = data.draw(st.integers(1, size))
        assert proofs.consistent(old, edge_of(leaves[:old]).root(), size, root, await tree.consistency(old, size))
        assert await tree.root(old) == edge_of(leaves[:old]).root()


async def test_a_proof_for_which_hashes_are_missing_is_not_given(archive: Archive) -> None:
    await archive.talks(CELL, 20, batch=4)
    await archive.pool.execute("delete from record_leaves where first = 8")
    async with archive.pool.acquire() as connection:
        with pytest.raises(Incomplete):
            await Tree(connection, MHA).inclusion(19, 20)


async def test_the_heads_only_go_onwards(archive: Archive) -> None:
    await archive.talks(CELL, 3)
    before = await archive.edge()
    await archive.pool.execute("select record_log_grow($1, 2, '')", MHA)
    await archive.pool.execute("select record_head_move(room, 1, 1) from record_head")
    assert await archive.edge() == before
    assert await archive.pool.fetchval("select last_pos from record_head") == 3
