"""The outbox is done lane by lane: in order, one at a time, each order once, several lanes at once."""

from datetime import timedelta

import pytest

from bridge.gateway.outcome import Dead, Done, Retry
from bridge.store import notify, outbox
from bridge.store.database import Pool
from bridge.store.keyring import Keyring
from tests.deadline import as_answer, until
from tests.store.gateways import Box, Stage


@pytest.fixture
def box(url: str, pool: Pool, keyring: Keyring) -> Box:
    return Box(url, pool, keyring)


async def test_orders_of_a_lane_are_done_in_order_and_one_at_a_time(box: Box) -> None:
    lanes = [await box.lane() for _ in range(3)]
    for n in range(40):  # more than a batch
        for lane in lanes:
            await box.put(lane, f"{lane.endpoint}-{n:02d}")
    stage = Stage()
    async with box.gateway(stage):
        await box.settled()
    assert stage.most_in_a_lane == 1
    for lane in lanes:
        own = [cause for cause in stage.attempts if cause.startswith(f"{lane.endpoint}-")]
        assert own == [f"{lane.endpoint}-{n:02d}" for n in range(40)]


async def test_as_many_lanes_as_agreed_are_worked_on_at_once_and_no_more(box: Box) -> None:
    causes = [f"c{n}" for n in range(6)]
    stage = Stage()
    stage.gate(*causes)
    for cause in causes:
        await box.put(await box.lane(), cause)
    async with box.gateway(stage, in_flight=3):
        await until(lambda: as_answer(stage.now.total() == 3))
        for gate in stage.gates.values():
            gate.set()
        await box.settled()
    assert stage.most_at_once == 3


async def test_the_same_cause_twice_is_one_order(box: Box) -> None:
    lane = await box.lane()
    first = await box.put(lane, "a", "b")
    assert await box.put(lane, "a", "b") == first
    stage = Stage()
    async with box.gateway(stage):
        await box.settled()
        assert await box.put(lane, "a", "b") == first
        await box.put(lane, "c")
        await box.settled()
    assert stage.attempts == ["a", "b", "c"]


async def test_what_was_said_is_gone_from_the_outbox_once_it_is_done(box: Box) -> None:
    await box.put(await box.lane(), "a")
    async with box.gateway(Stage()):
        await box.settled()
    row = await box.pool.fetchrow("select kek, wrapped, sealed, outcome from outbox")
    assert row is not None and tuple(row) == (None, None, None, "$copy-of-a")


async def test_an_order_for_another_lane_is_waited_for(box: Box) -> None:
    here, there = await box.lane(), await box.lane()
    stage = Stage()
    stage.gate("there")
    (needed,) = await box.put(there, "there")
    await box.put(here, "before")
    await box.put(here, "here", needs=(needed,))
    await box.put(here, "after")
    async with box.gateway(stage):
        await until(lambda: as_answer({"there", "before"} <= set(stage.attempts)))
        stage.gates["there"].set()
        await box.settled()
    assert stage.attempts.index("there") < stage.attempts.index("here") < stage.attempts.index("after")


async def test_a_dead_order_takes_its_chain_with_it_and_nothing_else(box: Box) -> None:
    lane, other = await box.lane(), await box.lane()
    stage = Stage()
    stage.answers["join"] = [Dead("refused: 403 M_FORBIDDEN")]
    numbers = await box.put(lane, "join", "_", "_", chain=True)
    await box.put(lane, "needs-it", needs=(numbers[0],))
    await box.put(lane, "needs-nothing")
    await box.put(other, "elsewhere", needs=(numbers[2],))
    async with box.gateway(stage):
        await box.settled()
    assert await box.states() == {
        "join": "dead", "join#1": "dead", "join#2": "dead", "needs-it": "dead", "needs-nothing": "done",
        "elsewhere": "dead",
    }  # fmt: skip
    assert stage.attempts == ["join", "needs-nothing"]
    reasons = await box.pool.fetch("select outcome from outbox where state = 'dead' order by id")
    assert reasons[0]["outcome"] == "refused: 403 M_FORBIDDEN"
    assert all(f"needs order {numbers[0]}, which is dead" in row["outcome"] for row in reasons[1:])


async def test_dead_letters_that_are_let_try_again_are_done_in_their_old_order(box: Box) -> None:
    lane = await box.lane()
    stage = Stage()
    stage.answers["a"] = [Dead("refused: 403 M_FORBIDDEN")]
    await box.put(lane, "a", "_", chain=True)
    await box.put(lane, "b")
    async with box.gateway(stage):
        await box.settled()
        assert stage.attempts == ["a", "b"]
        async with box.pool.acquire() as connection:
            assert await outbox.revive(connection) == 2
        await box.put(lane, "c")
        await box.settled()
    assert stage.attempts == ["a", "b", "a", "a#1", "c"]
    assert set((await box.states()).values()) == {"done"}


async def test_a_failure_of_this_program_kills_one_order_and_stops_nothing(box: Box) -> None:
    lane = await box.lane()
    stage = Stage()
    stage.answers["a"] = [ZeroDivisionError("what a person wrote")]
    await box.put(lane, "a", "b")
    async with box.gateway(stage):
        await box.settled()
    assert await box.states() == {"a": "dead", "b": "done"}
    assert "wrote" not in await box.pool.fetchval("select outcome from outbox where state = 'dead'")


async def test_a_homeserver_that_is_away_raises_one_alarm_which_ends_with_it(box: Box) -> None:
    stage = Stage()
    away = Retry("TimeoutError", timedelta(seconds=0.05), unreachable=True)
    stage.answers["a"] = [away, away, away, Done()]
    await box.put(await box.lane(), "a")
    stage.gate("b")
    await box.put(await box.lane(), "b")
    async with box.gateway(stage):
        await until(lambda: as_answer(len(stage.times["a"]) == 4))
        stage.gates["b"].set()
        await box.settled()
    assert await box.pool.fetchval("select count(*) from alarm where over_at is null") == 0
    assert stage.attempts.count("a") == 4


async def test_a_message_does_not_wait_for_a_file_that_is_fetched_from_its_room(box: Box) -> None:
    lane = await box.lane()
    stage = Stage()
    stage.gate("large")
    await box.put(lane.of_files, "large", "small")
    async with box.gateway(stage):
        await until(lambda: as_answer("large" in stage.attempts))
        await box.put(lane, "said")
        await until(lambda: is_done(box, "said"))
        assert stage.attempts == ["large", "said"], "files of a room come one after the other"
        stage.gates["large"].set()
        await box.settled()
    assert set((await box.states()).values()) == {"done"}


async def test_however_many_rooms_have_slow_files_messages_find_somebody_who_sends_them(box: Box) -> None:
    lanes = [await box.lane() for _ in range(6)]
    stage = Stage()
    stage.gate(*(f"file{n}" for n in range(6)))
    for n, lane in enumerate(lanes):
        await box.put(lane.of_files, f"file{n}")
    async with box.gateway(stage, in_flight=2):
        await until(lambda: as_answer(stage.now.total() == 1))
        for n, lane in enumerate(lanes):
            await box.put(lane, f"said{n}")
        await until(lambda: is_done(box, *(f"said{n}" for n in range(6))))
        for gate in stage.gates.values():
            gate.set()
        await box.settled()


async def test_a_file_that_is_let_try_again_is_fetched_beside_the_messages_as_before(box: Box) -> None:
    lane = await box.lane()
    stage = Stage()
    stage.answers["file"] = [Dead("the disk is full")]
    await box.put(lane.of_files, "file")
    async with box.gateway(stage, poll=60):
        await until(lambda: as_answer(stage.attempts == ["file"]))
        await until(lambda: is_done(box, "file", state="dead"))
        async with box.pool.acquire() as connection:
            assert await outbox.revive(connection) == 1
        await until(lambda: is_done(box, "file"))


async def is_done(box: Box, *causes: str, state: str = "done") -> bool:
    states = await box.states()
    return {states[cause] for cause in causes} == {state}


async def test_an_order_of_which_nobody_tells_is_found_by_looking(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    async def tell_nobody(*_: object) -> None:
        pass

    monkeypatch.setattr(notify, "outbox", tell_nobody)
    stage = Stage()
    async with box.gateway(stage):
        await box.put(await box.lane(), "a")
        await box.settled()
    assert stage.attempts == ["a"]
