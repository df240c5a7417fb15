"""The ladder: what comes next and when, and nothing sooner than its own gap after what was done."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bots.identity.ladder import Step, ahead, due
from bots.identity.policy import rules
from bots.identity.settings import Policy, Steps

DAY = timedelta(days=1)
THEN = datetime(2026, 3, 2, tzinfo=UTC)
RUNGS = rules(Policy(steps=Steps(remind=("1d", "3d"), restrict="3d", ask="14d", remove="3d"))).rungs


def test_it_goes_from_a_word_to_the_door() -> None:
    assert [rung.step for rung in RUNGS] == [
        Step.TOLD, Step.REMINDED, Step.REMINDED, Step.RESTRICTED, Step.ASKED, Step.REMOVED,
    ]  # fmt: skip


def test_each_rung_is_counted_from_the_one_before() -> None:
    assert [one.at - THEN for one in ahead(RUNGS, 0, THEN)] == [n * DAY for n in (0, 1, 4, 7, 21, 24)]


def test_a_step_that_is_null_never_comes() -> None:
    mild = rules(Policy(steps=Steps(remind=("7d",), restrict=None, ask=None, remove=None))).rungs
    assert [rung.step for rung in mild] == [Step.TOLD, Step.REMINDED]


def test_externals_have_a_ladder_of_their_own() -> None:
    asked = rules(Policy(externals="ask", steps=Steps(remove="2d"))).rungs_for_externals
    assert [(rung.step, rung.gap) for rung in asked] == [(Step.ASKED, timedelta()), (Step.REMOVED, 2 * DAY)]
    refused = rules(Policy(externals="refuse")).rungs_for_externals
    assert [(rung.step, rung.gap) for rung in refused] == [(Step.REMOVED, timedelta())]


@given(st.integers(0, 10), st.integers(0, 10_000))
def test_nothing_is_due_sooner_than_its_gap_and_nothing_after_the_end(done: int, minutes: int) -> None:
    since = THEN + timedelta(minutes=minutes)
    found = due(RUNGS, done, since)
    if done >= len(RUNGS):
        assert found is None
    else:
        assert found is not None and found.at == since + RUNGS[done].gap
