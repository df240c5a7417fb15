"""What is to be looked at again after a pause."""

import asyncio
from datetime import timedelta

from bridge.work import Backlog
from tests.deadline import as_answer, until


async def test_a_number_of_which_a_pause_is_said_often_comes_once_and_at_the_soonest_time() -> None:
    backlog, done = Backlog(), list[int]()

    async def do(number: int) -> None:
        done.append(number)

    working = asyncio.create_task(backlog.work(do))
    for seconds in (3600, *(20 * [0.02]), 7200):
        backlog.add_after(timedelta(seconds=seconds), 1)
    backlog.add_after(timedelta(seconds=0.1), 2)
    await until(lambda: as_answer(2 in done))
    working.cancel()
    assert done == [1, 2]


async def test_after_its_pause_a_number_may_be_given_another() -> None:
    backlog, done = Backlog(), list[int]()

    async def do(number: int) -> None:
        done.append(number)
        backlog.add_after(timedelta(seconds=0.01), number)

    working = asyncio.create_task(backlog.work(do))
    backlog.add([1])
    await until(lambda: as_answer(len(done) == 4))
    working.cancel()
    assert set(done) == {1}
