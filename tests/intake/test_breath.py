"""A homeserver that has always more is answered ten times a second, anybody else at once."""

import pytest

from bridge.intake.breath import BREATH, WAITED, Breath
from bridge.model import HomeserverName

MHA, NIC = HomeserverName("mha.example"), HomeserverName("nic.example")


class Time:
    """Goes on when somebody sleeps, and when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    async def sleep(self, seconds: float) -> None:
        self.now += max(0.0, seconds)


@pytest.fixture
def time() -> Time:
    return Time()


async def answered(time: Time, breath: Breath, homeserver: HomeserverName, taking: float = 0.005) -> float:
    """When a transaction that comes now, and is taken in so many seconds, is answered."""
    came = breath.now()
    time.now += taking
    await breath.draw(homeserver, came)
    return time.now


async def test_who_has_always_more_is_answered_at_even_intervals(time: Time) -> None:
    breath = Breath(lambda: time.now, time.sleep)
    first = await answered(time, breath, MHA)
    answers = []
    for _ in range(4):
        time.now += WAITED / 2
        answers.append(await answered(time, breath, MHA))
    assert first == 100.005
    assert answers == pytest.approx([first + BREATH * n for n in range(1, 5)])


async def test_who_had_nothing_more_is_answered_at_once(time: Time) -> None:
    breath = Breath(lambda: time.now, time.sleep)
    for _ in range(4):
        came = time.now
        assert await answered(time, breath, MHA) == came + 0.005
        time.now += WAITED * 2


async def test_one_does_not_wait_for_another(time: Time) -> None:
    breath = Breath(lambda: time.now, time.sleep)
    await answered(time, breath, MHA)
    came = time.now
    assert await answered(time, breath, NIC) == came + 0.005


async def test_what_took_longer_than_a_breath_is_answered_at_once(time: Time) -> None:
    breath = Breath(lambda: time.now, time.sleep)
    await answered(time, breath, MHA)
    came = time.now
    assert await answered(time, breath, MHA, taking=3 * BREATH) == came + 3 * BREATH
