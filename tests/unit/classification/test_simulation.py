"""The counting of a simulation adds up, whatever was done and would be done."""

from hypothesis import given
from hypothesis import strategies as st

from bots.classification.room.simulation.asked import Asked
from bots.classification.room.simulation.progress import EVERY, Progress
from bots.classification.room.simulation.report import render
from bots.classification.room.simulation.tally import DEEDS, NOTHING, Compared, Done, Found, Row, Tally
from bridge.model import HomeserverName, Room, RoomRef
from tests.clock import MORNING

ROOMS = [Room(RoomRef(number), HomeserverName("mha.lab"), f"!{number}:mha.lab") for number in (1, 2)]
RULES = ("in.line", "in.banner", "data.pan")
some_rules = st.frozensets(st.sampled_from(RULES))
some_deeds = st.frozensets(st.sampled_from(DEEDS))
done = st.builds(Done, some_rules, some_deeds, some_deeds)
messages = st.lists(st.tuples(st.sampled_from(ROOMS), st.builds(Compared, done, done, some_rules)), max_size=20)


def tally(said: list[tuple[Room, Compared]]) -> Tally:
    made = Tally()
    for room, one in said:
        made.add(room, one)
    return made


@given(said=messages)
def test_what_was_done_with_what_is_new_without_what_is_gone_is_what_would_be_done(
    said: list[tuple[Room, Compared]],
) -> None:
    made = tally(said)
    for deed in DEEDS:
        was = sum(deed in one.then.deeds for _, one in said)
        count = made.all.deeds[deed]
        assert was + count.new - count.gone == count.would == sum(deed in one.now.deeds for _, one in said)
        assert count.tried == sum(deed in one.now.tried for _, one in said)


@given(said=messages)
def test_the_rooms_together_are_all(said: list[tuple[Room, Compared]]) -> None:
    made = tally(said)
    for deed in DEEDS:
        assert sum(row.deeds[deed].would for row in made.rooms.values()) == made.all.deeds[deed].would
    assert sum(row.called_wrong for row in made.rooms.values()) == made.all.called_wrong == sum(
        bool(one.wrong) for _, one in said
    )  # fmt: skip


@given(said=messages)
def test_no_false_alarm_would_be_raised_again_that_was_not_called_one(said: list[tuple[Room, Compared]]) -> None:
    made = tally(said)
    for row in (made.all, *made.rooms.values(), *made.rules.values()):
        assert 0 <= row.still <= row.called_wrong


def test_a_message_counts_for_each_rule_that_spoke_then_or_would_now() -> None:
    now, then = Done(frozenset({"in.line"}), frozenset({"hold"})), Done(frozenset({"in.banner"}), frozenset({"redact"}))
    made = tally([(ROOMS[0], Compared(now, then))])
    assert (made.rules["in.line"].messages.new, made.rules["in.banner"].messages.gone) == (1, 1)
    assert (made.all.messages.would, made.all.messages.new, made.all.messages.gone) == (1, 0, 0)


def test_a_message_to_which_nothing_happens_leaves_no_row() -> None:
    made = tally([(ROOMS[0], Compared(NOTHING)), (ROOMS[0], Compared(Done(frozenset(RULES))))])
    assert (made.rooms, made.rules, made.all) == ({}, {}, Row())


def test_a_room_whose_name_would_move_the_cursor_is_shown_plainly() -> None:
    hostile = Room(RoomRef(3), HomeserverName("mha.lab"), "!\x1b[2J:mha.lab")
    found = Found(tally=tally([(hostile, Compared(Done(frozenset({"in.line"}), frozenset({"hold"}))))]))
    assert "\x1b" not in render(Asked("new.yaml", MORNING), found)


def test_progress_is_told_every_few_seconds_and_not_more_often() -> None:
    now, told = [0.0], list[str]()
    progress = Progress(1000, told.append, lambda: now[0])
    for _ in range(10):
        progress.told(Found())
    now[0] += EVERY
    progress.told(Found())
    progress.told(Found())
    assert told == ["0 of 1000 entries read, 0 messages judged"]
