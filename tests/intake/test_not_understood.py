"""A body that is no transaction is refused three times, then taken as it is: into the gap register, under an alarm, and
the rooms of that homeserver are read back. Nothing that anybody sends makes Setu fail.
"""

import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.intake import receiver
from bridge.model import Room
from bridge.seal import MasterKey
from bridge.store import database
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.intake.door import TRANSACTIONS, Answer, Door, authorised, opened
from tests.json_values import JSON
from tests.keyrings import keyring_of
from tests.people import MHA, NIC, message, transaction

REFUSED = Answer(400, "M_NOT_JSON")
TAKEN = Answer(200, None)
NO_JSON = b'{"events": [{"event_id": "$1", "room_id": "!cell:mha.lab"'


@pytest.fixture
async def rooms(pool: Pool) -> None:
    """Two rooms of Home Affairs that Setu is in, one that it is not in yet, and one of the hub."""
    await pool.execute(
        "insert into endpoint (homeserver, room_id, state) values ('mha.lab', '!a', 'open'), ('mha.lab', '!b', 'open'),"
        " ('mha.lab', '!c', 'uninvited'), ('nic.lab', '!d', 'open')"
    )


@pytest.mark.usefixtures("rooms")
async def test_it_is_taken_at_the_fourth_time_with_gap_alarm_and_rooms_read_back(door: Door, pool: Pool) -> None:
    assert [await door.put("77", NO_JSON) for _ in range(4)] == [REFUSED, REFUSED, REFUSED, TAKEN]
    gap = await pool.fetchrow("select reason, pos, room_id from gap join room on room.id = room")
    assert gap is not None and tuple(gap) == ("transaction 77 was no JSON", 1, "")
    assert await pool.fetchval("select cause from alarm") == "not-understood:mha.lab"
    orders = await pool.fetch("select kind, as_user, e.room_id from outbox join endpoint e on e.id = lane order by 3")
    assert [tuple(order) for order in orders] == [
        ("ReadBack", "@setu:mha.lab", "!a"), ("ReadBack", "@setu:mha.lab", "!b")
    ]  # fmt: skip
    assert await pool.fetchval("select count(*) from refusal") == 0


@pytest.mark.usefixtures("rooms")
async def test_one_that_is_taken_and_sent_again_all_the_same_changes_nothing_more(door: Door, pool: Pool) -> None:
    for _ in range(8):
        await door.put("77", NO_JSON)
    assert await pool.fetchval("select count(*) from gap") == 1
    assert await pool.fetchval("select count(*) from outbox") == 2


async def test_what_was_taken_is_kept_byte_for_byte(door: Door, pool: Pool, journal: Journal, keyring: Keyring) -> None:
    for _ in range(4):
        await door.put("77", b"\xff\xfe{\x00")
    row = await pool.fetchrow("select j.*, r.homeserver from journal j join room r on r.id = room")
    assert row is not None and row["source"] == "gap"
    async with pool.acquire() as connection:
        (entry,) = await journal.read(connection, Room(row["room"], MHA, ""), 0, 1)
    assert entry.event.raw == b"\xff\xfe{\x00"


async def test_the_count_is_kept_while_setu_starts_anew(door: Door, url: str, master: MasterKey) -> None:
    assert [await door.put("77", NO_JSON) for _ in range(2)] == [REFUSED, REFUSED]
    async with (
        database.opened(url, 5) as pool,
        opened(pool, Journal(pool, keyring_of(master)), keyring_of(master)) as new,
    ):
        assert [await new.put("77", NO_JSON) for _ in range(2)] == [REFUSED, TAKEN]


async def test_each_transaction_of_each_homeserver_has_a_count_of_its_own(door: Door) -> None:
    for _ in range(3):
        assert await door.put("77", NO_JSON, MHA) == REFUSED
        assert await door.put("77", NO_JSON, NIC) == REFUSED
        assert await door.put("78", NO_JSON, MHA) == REFUSED
    assert await door.put("77", NO_JSON, MHA) == TAKEN


async def test_one_that_is_mended_is_taken_at_once(door: Door, pool: Pool) -> None:
    await door.put("77", NO_JSON)
    assert await door.put("77", transaction(message("$1"))) == TAKEN
    assert await pool.fetchval("select count(*) from gap") == 0


async def test_one_that_is_too_large_is_never_held_whole_and_is_a_gap_in_the_end(
    door: Door, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiver, "LARGEST_BODY", 1_000)

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(20):
            yield b" " * 100

    assert await door.put("1", b" " * 1_001) == REFUSED
    for _ in range(2):
        assert await door.ask("PUT", TRANSACTIONS + "1", authorised(MHA), in_pieces()) == REFUSED
    assert await door.ask("PUT", TRANSACTIONS + "1", authorised(MHA), in_pieces()) == TAKEN
    assert await pool.fetchval("select reason from gap") == "transaction 1 was too large"


async def test_one_as_large_as_a_homeserver_sends_them_is_taken(door: Door, pool: Pool) -> None:
    """A hundred events of 64 KiB; Synapse sends no more at once."""
    assert await door.put("1", transaction(*(message(f"${n}", "x" * 65_000) for n in range(100)))) == TAKEN
    assert await pool.fetchval("select count(*) from journal") == 100


def test_the_limit_is_64_mebibytes() -> None:
    assert receiver.LARGEST_BODY == 64 * 1024 * 1024


@pytest.mark.parametrize("txn_id", ["%00", "%ff", "%ED%A0%80", "%2F", "x" * 3_000, "%E0%A4%B9" * 300, "%22%27;--", " "])
async def test_whatever_a_transaction_is_called_it_is_counted(door: Door, pool: Pool, txn_id: str) -> None:
    answers = [await door.put(txn_id, NO_JSON) for _ in range(4)]
    assert answers == [REFUSED, REFUSED, REFUSED, TAKEN]
    assert await door.put(txn_id, transaction(message("$1"))) == TAKEN


UNUSUAL = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def body_of(value: object) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")


@UNUSUAL
@given(body=st.binary(max_size=200))
async def test_any_bytes_are_refused_or_taken(door: Door, body: bytes) -> None:
    assert (await door.put("any", body)).status in (200, 400)


@UNUSUAL
@given(value=JSON)
async def test_any_json_is_refused_or_taken(door: Door, value: object) -> None:
    assert (await door.put("any", body_of(value))).status in (200, 400)


FIELDS = ("event_id", "room_id", "sender", "type", "state_key", "origin_server_ts", "content", "unsigned")


@UNUSUAL
@given(events=st.lists(JSON | st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8), max_size=4))
async def test_any_events_are_taken(door: Door, events: list[object]) -> None:
    assert await door.put("any", body_of({"events": events})) == TAKEN
