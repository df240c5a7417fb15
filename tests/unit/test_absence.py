"""A homeserver that has won us back is told once, when it has surely sent all that it had kept."""

from datetime import datetime, timedelta

from bridge.intake.absence import NEWS, SETTLED, Absences
from bridge.store.journal import Arrival
from tests.clock import MORNING, Clock
from tests.people import MHA, NIC, event

SECOND = timedelta(seconds=1)


def written(at: datetime, *, echo: bool = False) -> Arrival:
    return Arrival(event("$1", origin_server_ts=int(at.timestamp() * 1000)), "push", echo=echo)


def news(clock: Clock) -> list[Arrival]:
    return [written(clock.time)]


def of_the_night(*, echo: bool = False) -> list[Arrival]:
    return [written(MORNING - timedelta(hours=7), echo=echo)]


def test_who_has_not_come_yet_since_setu_started_has_not_won_us_back() -> None:
    clock = Clock()
    absences = Absences([MHA, NIC], clock.now)
    clock.move(timedelta(days=1))
    assert absences.over() == set()


def test_it_is_over_three_seconds_after_the_first_news_and_told_once() -> None:
    clock = Clock()
    absences = Absences([MHA, NIC], clock.now)
    absences.taken(MHA, news(clock))
    clock.move(SETTLED - SECOND)
    assert absences.over() == set()
    clock.move(SECOND)
    assert absences.over() == {MHA}
    absences.taken(MHA, news(clock))
    clock.move(timedelta(days=1))
    assert absences.over() == set()


def test_a_busy_homeserver_is_not_waited_for_until_it_is_quiet() -> None:
    clock = Clock()
    absences = Absences([MHA], clock.now)
    absences.taken(MHA, news(clock))
    clock.move(SETTLED / 2)
    absences.taken(MHA, news(clock))
    clock.move(SETTLED / 2)
    absences.taken(MHA, news(clock))
    assert absences.over() == {MHA}


def test_while_it_sends_what_is_old_it_is_still_catching_up() -> None:
    clock = Clock()
    absences = Absences([MHA], clock.now)
    for _ in range(20):
        absences.taken(MHA, of_the_night())
        clock.move(SETTLED - SECOND)
        assert absences.over() == set()
    absences.taken(MHA, [*of_the_night(), written(clock.time - NEWS)])
    clock.move(SETTLED - SECOND)
    absences.taken(MHA, of_the_night())
    clock.move(SECOND)
    assert absences.over() == {MHA}


def test_who_has_only_old_things_to_send_is_waited_for_until_it_is_quiet() -> None:
    clock = Clock()
    absences = Absences([MHA], clock.now)
    absences.taken(MHA, of_the_night())
    absences.taken(MHA, [])
    clock.move(SETTLED)
    assert absences.over() == {MHA}
    absences.taken(MHA, of_the_night())
    clock.move(SETTLED)
    assert absences.over() == set()


def test_a_copy_that_bears_todays_time_says_nothing_of_how_far_it_is() -> None:
    clock = Clock()
    absences = Absences([MHA], clock.now)
    for _ in range(3):
        absences.taken(MHA, [written(clock.time, echo=True)])
        clock.move(SETTLED - SECOND)
        assert absences.over() == set()


def test_what_is_not_taken_begins_an_absence_and_ends_the_hope_of_the_one_before() -> None:
    clock = Clock()
    absences = Absences([MHA, NIC], clock.now)
    absences.taken(MHA, news(clock))
    absences.taken(NIC, news(clock))
    clock.move(SETTLED - SECOND)
    absences.begin(MHA)
    clock.move(SECOND)
    assert absences.over() == {NIC}
    clock.move(timedelta(days=1))
    assert absences.over() == set()
    absences.taken(MHA, news(clock))
    clock.move(SETTLED)
    assert absences.over() == {MHA}


def test_a_time_that_is_none_is_no_news() -> None:
    clock = Clock()
    absences = Absences([MHA], clock.now)
    absences.taken(MHA, [Arrival(event("$1", origin_server_ts="today"), "push")])
    clock.move(SETTLED - SECOND)
    absences.taken(MHA, of_the_night())
    clock.move(SETTLED - SECOND)
    assert absences.over() == set()
