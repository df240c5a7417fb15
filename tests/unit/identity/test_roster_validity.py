"""A person counts from the first to the last day of their validity, by the clock of the roster's zone."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.identity.roster.person import Person
from bots.identity.roster.roster import Roster
from tests.unit.identity.rosters import ASHA, RAVI, STRANGER, of_people

JUNE = Person(ASHA, "Asha Verma", valid_from=date(2026, 6, 1), valid_until=date(2026, 6, 30))
ALWAYS = Person(RAVI, "Ravi Kumar")
ROSTER = of_people([JUNE, ALWAYS])


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (date(2026, 5, 31), False), (date(2026, 6, 1), True), (date(2026, 6, 30), True), (date(2026, 7, 1), False),
        (datetime(2026, 5, 31, 18, 29, 59, tzinfo=UTC), False), (datetime(2026, 5, 31, 18, 30, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 18, 29, 59, tzinfo=UTC), True), (datetime(2026, 6, 30, 18, 30, tzinfo=UTC), False),
    ],
)  # fmt: skip
def test_a_day_ends_at_midnight_in_india(on: date, counts: bool) -> None:
    assert (ROSTER.of(ASHA, on) is JUNE) is counts
    assert ROSTER.of(RAVI, on) is ALWAYS


def test_a_day_ends_at_midnight_in_another_zone_where_one_is_given() -> None:
    london = Roster(ROSTER.people, zone=ZoneInfo("Europe/London"))
    assert london.of(ASHA, datetime(2026, 5, 31, 22, 59, tzinfo=UTC)) is None
    assert london.of(ASHA, datetime(2026, 5, 31, 23, 0, tzinfo=UTC)) is JUNE


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        ROSTER.of(ASHA, datetime(2026, 6, 1))


def test_a_stranger_is_nobody() -> None:
    assert ROSTER.of(STRANGER, date(2026, 6, 1)) is None


def test_who_changed_while_the_clock_was_away() -> None:
    assert ROSTER.changed_within(date(2026, 5, 31), date(2026, 6, 1)) == [ASHA]
    assert ROSTER.changed_within(date(2026, 6, 1), date(2026, 6, 30)) == []
    assert ROSTER.changed_within(date(2026, 6, 1), date(2026, 7, 2)) == [ASHA]


@given(st.dates(), st.dates(), st.dates(), st.dates())
def test_nobody_changes_untold(start: date, end: date, day: date, other: date) -> None:
    roster = of_people([Person(ASHA, "Asha", valid_from=min(start, end), valid_until=max(start, end))])
    before, after = min(day, other), max(day, other)
    if roster.of(ASHA, before) is not roster.of(ASHA, after):
        assert roster.changed_within(before, after) == [ASHA]


@given(st.datetimes(timezones=st.timezones() | st.just(timezone(timedelta(hours=14)))))
def test_every_moment_is_of_a_day(moment: datetime) -> None:
    if date(2, 1, 1) < moment.date() < date(9999, 1, 1):
        assert ROSTER.of(RAVI, moment) is ALWAYS
