"""When a homeserver has won us back from an absence of ours, its rooms are compared with their journals: once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from bridge.intake import absence
from bridge.intake.absence import SETTLED, Absences, compare_after
from bridge.model import HomeserverName
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.clock import Clock
from tests.deadline import until
from tests.intake.door import TOKENS, Answer, Door, opened
from tests.intake.test_not_understood import NO_JSON, REFUSED, TAKEN
from tests.intake.test_transactions import AWAY, FAIL_ONCE, cut_all
from tests.people import MHA, NIC, event, transaction
from tests.postgres import Cluster
from tests.store.gateways import stopped

LATER = timedelta(minutes=10)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def door(
    pool: Pool, journal: Journal, keyring: Keyring, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Door]:
    """The intake of a Setu that starts, beside its task that orders comparisons."""
    monkeypatch.setattr(absence, "LOOK", 0.01)
    await pool.execute(
        "insert into endpoint (homeserver, room_id, state) values ('mha.lab', '!a', 'open'), ('mha.lab', '!b', 'open'),"
        " ('mha.lab', '!c', 'uninvited'), ('nic.lab', '!d', 'open')"
    )
    absences = Absences(TOKENS, clock.now)
    async with opened(pool, journal, keyring, absences) as door:
        task = asyncio.create_task(compare_after(absences, pool, keyring, "setu"))
        yield door
        await stopped(task)


async def news(door: Door, clock: Clock, event_id: str, homeserver: HomeserverName = MHA) -> Answer:
    """Something that was just written is sent to Setu."""
    said = event(event_id, origin_server_ts=int(clock.time.timestamp() * 1000))
    return await door.put(event_id, transaction(said), homeserver)


async def ordered(pool: Pool, rooms: Sequence[str]) -> None:
    """Waits until the comparison of these rooms is ordered, and of no others; then it is done."""

    async def so() -> bool:
        rows = await pool.fetch(
            "select e.room_id from outbox join endpoint e on e.id = lane"
            " where outbox.state = 'waiting' and kind = 'ReadBack' order by 1"
        )
        return [row["room_id"] for row in rows] == rooms

    await until(so)
    await pool.execute("update outbox set state = 'done', kek = null, wrapped = null, sealed = null")


async def test_the_rooms_of_who_won_us_back_are_compared_and_for_news_alone_never_again(
    door: Door, clock: Clock, pool: Pool
) -> None:
    assert await news(door, clock, "$1") == TAKEN
    clock.move(SETTLED)
    await ordered(pool, ["!a", "!b"])
    assert await news(door, clock, "$2") == TAKEN
    clock.move(LATER)
    assert await news(door, clock, "$3", NIC) == TAKEN
    clock.move(SETTLED)
    await ordered(pool, ["!d"])


async def test_after_a_transaction_that_could_not_be_kept_they_are_compared_again(
    door: Door, clock: Clock, pool: Pool
) -> None:
    await news(door, clock, "$1")
    clock.move(SETTLED)
    await ordered(pool, ["!a", "!b"])
    await pool.execute(FAIL_ONCE)
    assert [await news(door, clock, "$2"), await news(door, clock, "$2")] == [AWAY, TAKEN]
    clock.move(SETTLED)
    await ordered(pool, ["!a", "!b"])


async def test_after_one_that_was_not_understood_they_are_compared_again(door: Door, clock: Clock, pool: Pool) -> None:
    await news(door, clock, "$1")
    clock.move(SETTLED)
    await ordered(pool, ["!a", "!b"])
    assert [await door.put("77", NO_JSON), await news(door, clock, "$2")] == [REFUSED, TAKEN]
    clock.move(SETTLED)
    await ordered(pool, ["!a", "!b"])


async def test_after_one_that_was_taken_as_it_is_they_are_compared_when_the_rest_has_come(
    door: Door, clock: Clock, pool: Pool
) -> None:
    assert [await door.put("77", NO_JSON) for _ in range(4)] == [REFUSED, REFUSED, REFUSED, TAKEN]
    await ordered(pool, ["!a", "!b"])  # for what it may have held
    clock.move(SETTLED)
    await ordered(pool, ["!a", "!b"])


async def test_while_the_database_is_away_the_comparison_stays_owed(
    door: Door, clock: Clock, pool: Pool, cluster: Cluster, caplog: pytest.LogCaptureFixture
) -> None:
    name = await pool.fetchval("select current_database()")
    await news(door, clock, "$1")
    await cluster.say(f"alter database {name} with allow_connections false")
    await cut_all(cluster, name)
    clock.move(SETTLED)

    async def told() -> bool:
        return "not compared after our absence yet" in caplog.text

    await until(told)
    await cluster.say(f"alter database {name} with allow_connections true")
    await ordered(pool, ["!a", "!b"])
