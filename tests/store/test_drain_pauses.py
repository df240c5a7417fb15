"""What does not go now is tried again later, not sooner, and by one gateway at a time."""

import asyncio
from datetime import timedelta

import pytest

from bridge.gateway.outcome import Retry
from bridge.store.database import Pool
from bridge.store.keyring import Keyring
from bridge.store.lane_locks import LANES
from tests.deadline import as_answer, until
from tests.store.gateways import Box, Stage


@pytest.fixture
def box(url: str, pool: Pool, keyring: Keyring) -> Box:
    return Box(url, pool, keyring)


@pytest.mark.parametrize(("tried", "seconds"), [(0, 0.5), (1, 1), (3, 4), (9, 256), (10, 300), (5_000, 300)])
async def test_each_pause_is_twice_the_one_before_up_to_the_longest(box: Box, tried: int, seconds: float) -> None:
    stage = Stage()
    stage.answers["a"] = [Retry("500 M_UNKNOWN", unreachable=True)]
    await box.put(await box.lane(), "a")
    await box.pool.execute("update outbox set attempts = $1", tried)

    async def put_off() -> bool:
        return bool(await box.pool.fetchval("select attempts from outbox") == tried + 1)

    async with box.gateway(stage, poll=60):
        await until(put_off)
        left = await box.pool.fetchval("select extract(epoch from not_before - clock_timestamp())::float from outbox")
    assert seconds - 0.4 < left <= seconds


async def test_a_lane_is_left_alone_as_long_as_the_homeserver_asks_whoever_is_told_or_looks(box: Box) -> None:
    lane = await box.lane()
    stage = Stage()
    stage.answers["a"] = [Retry("429 M_LIMIT_EXCEEDED", timedelta(seconds=0.8))]
    await box.put(lane, "a")
    async with box.gateway(stage), box.gateway(stage):  # both look twenty times a second
        await until(lambda: as_answer(stage.attempts == ["a"]))
        for n in range(5):
            await box.put(lane, f"later-{n}")  # and are told
        await box.settled()
    first, second = stage.times["a"]
    assert second - first >= 0.75
    assert stage.attempts == ["a", "a", *(f"later-{n}" for n in range(5))]


async def test_a_gateway_that_starts_later_knows_of_the_pause(box: Box) -> None:
    stage = Stage()
    stage.answers["a"] = [Retry("429 M_LIMIT_EXCEEDED", timedelta(seconds=0.8))]
    await box.put(await box.lane(), "a")

    async def put_off() -> bool:
        return bool(await box.pool.fetchval("select attempts from outbox") == 1)

    async with box.gateway(stage):
        await until(put_off)
    async with box.gateway(stage):
        await box.settled()
    first, second = stage.times["a"]
    assert second - first >= 0.75


async def test_two_gateways_never_work_on_a_lane_at_once(box: Box) -> None:
    stage = Stage()
    for _ in range(4):
        lane = await box.lane()
        await box.put(lane, *(f"{lane.endpoint}-{n:02d}" for n in range(20)))
    async with box.gateway(stage), box.gateway(stage):
        await box.settled()
    assert stage.most_in_a_lane == 1
    assert len(stage.attempts) == len(set(stage.attempts)) == 80


HOLDERS = "select pid from pg_locks where locktype = 'advisory' and classid = $1 and granted"


async def test_a_gateway_that_lost_its_lock_leaves_the_lane_to_the_one_that_has_it(box: Box) -> None:
    lane, elsewhere = await box.lane(), await box.lane()
    old, new = Stage(), Stage()
    old.gate("first")
    new.gate("first")
    await box.put(lane, "first", "second")
    async with box.gateway(old):
        await until(lambda: as_answer(old.attempts == ["first"]))
        await box.pool.execute(f"select pg_terminate_backend(pid) from ({HOLDERS}) held", LANES)
        await box.put(elsewhere, "elsewhere")
        await until(lambda: as_answer("elsewhere" in old.attempts))  # it has locks again, but not this lane's
        async with box.gateway(new):
            await until(lambda: as_answer(new.attempts == ["first"]))
            old.gates["first"].set()
            await until(lambda: is_done(box, "first"))
            await box.put(elsewhere, "once more")
            await until(lambda: is_done(box, "once more"))
            assert new.now[lane] == 1
            new.gates["first"].set()
            await box.settled()
    assert [cause for cause in old.attempts if cause == "second"] == []
    assert new.attempts.count("second") == 1


async def is_done(box: Box, cause: str) -> bool:
    return (await box.states())[cause] == "done"


async def test_a_gateway_whose_lock_connection_is_cut_again_and_again_still_does_everything_in_order(box: Box) -> None:
    stage = Stage()
    lane = await box.lane()
    await box.put(lane, *(f"{n:02d}" for n in range(60)))
    async with box.gateway(stage):
        for _ in range(3):
            await until(lambda: as_answer(stage.now.total() == 1 or len(stage.attempts) >= 60))
            await box.pool.execute(f"select pg_terminate_backend(pid) from ({HOLDERS}) held", LANES)
            await asyncio.sleep(0)
        await box.settled()
    first_attempts = list(dict.fromkeys(stage.attempts))
    assert first_attempts == [f"{n:02d}" for n in range(60)]
    assert stage.most_in_a_lane == 1
