"""Power levels by which some people read and do not write: few are named, and where they are many, the others are."""

from hypothesis import given
from hypothesis import strategies as st

from bots.identity.restriction import BELOW, MOST_NAMED, Change, TooMany, plan
from bridge.actions import SetPower
from bridge.model import UserId
from bridge.power import Powers, patched

BOT = UserId("@setu:mha.lab")


def room(users: dict[str, int] | None = None, **levels: int) -> Powers:
    return Powers(frozenset(), {"users": {BOT: 100, **(users or {})}, **levels})


def people(number: int, kind: str = "p") -> list[UserId]:
    return [UserId(f"@{kind}{n}:mha.lab") for n in range(number)]


def after(powers: Powers, change: Change) -> Powers:
    return Powers(powers.creators, patched(powers.levels, SetPower(BOT, change.users, change.events_default)))


def writes(powers: Powers, user: UserId) -> bool:
    return powers.of(user) >= powers.to_write


def test_one_who_may_not_write_is_named_and_nobody_else_is_touched() -> None:
    [meera, ravi] = people(2)
    change = plan(room({ravi: 50}), [meera], [meera, ravi, BOT])
    assert change == Change({meera: BELOW})


def test_who_may_write_again_is_named_no_more() -> None:
    [meera] = people(1)
    assert plan(room({meera: BELOW}), [], [meera, BOT], [meera]) == Change({meera: None})


def test_a_level_that_somebody_else_gave_is_not_taken_away() -> None:
    [meera] = people(1)
    assert plan(room({meera: 10}), [], [meera, BOT], [meera]) == Change({})


def test_where_they_are_thousands_those_who_may_are_named() -> None:
    many, few = people(5_000), people(20, "official")
    powers = room({few[0]: 50})
    change = plan(powers, many, [*many, *few, BOT])
    assert isinstance(change, Change) and change.events_default == 1
    raised = after(powers, change)
    assert not any(writes(raised, user) for user in many) and all(writes(raised, user) for user in [*few, BOT])
    assert len(raised.named) <= MOST_NAMED


def test_whoever_comes_later_and_may_is_named_too() -> None:
    many, few = people(5_000), people(20, "official")
    powers = room()
    first = plan(powers, many, [*many, *few, BOT])
    assert isinstance(first, Change)
    raised, late = after(powers, first), UserId("@late:mha.lab")
    change = plan(raised, many, [*many, *few, late, BOT])
    assert isinstance(change, Change) and change.users == {late: 1}


def test_in_a_raised_room_who_is_restricted_anew_loses_the_name() -> None:
    few = people(20, "official")
    powers = room(dict.fromkeys(few, 1), events_default=1)
    change = plan(powers, few[:1], [*few, BOT])
    assert isinstance(change, Change)
    lowered = after(powers, change)
    assert not writes(lowered, few[0]) and all(writes(lowered, user) for user in few[1:])


def test_where_neither_can_be_named_it_says_so() -> None:
    assert plan(room(), people(3_000), [*people(6_000), BOT]) == TooMany(3_000, 3_000)


def test_where_messages_have_a_level_of_their_own_raising_the_others_is_no_way() -> None:
    many, few = people(5_000), people(20, "official")
    apart = Powers(frozenset(), {"users": {BOT: 100}, "events": {"m.room.message": 0}})
    assert plan(apart, many, [*many, *few, BOT]) == TooMany(5_000, 20)
    assert isinstance(plan(apart, many[:10], [*many, *few, BOT]), Change)


def test_names_that_are_long_count_by_their_bytes() -> None:
    long = [UserId(f"@{'x' * 200}{n}:mha.lab") for n in range(400)]
    assert isinstance(plan(room(), long[:300], [*long, BOT]), Change)
    assert isinstance(plan(room(), long, [*long, *people(2_000, "y"), BOT]), TooMany)


@given(
    st.sets(st.sampled_from(people(8)), max_size=8),
    st.dictionaries(st.sampled_from(people(8)), st.sampled_from([BELOW, 0, 1, 49, 50, 100])),
    st.sampled_from([{}, {"events_default": 1}, {"users_default": 10}, {"users_default": 10, "events_default": 10}]),
)
def test_exactly_those_who_are_restricted_cannot_write(
    restricted: set[UserId], named: dict[str, int], levels: dict[str, int]
) -> None:
    everybody = [*people(8), BOT]
    weak = {user for user in restricted if named.get(user, 0) < 50}  # moderators are never restricted
    powers = room(named, **levels)
    change = plan(powers, weak, everybody, [user for user in everybody if user not in weak])
    assert isinstance(change, Change)
    found = after(powers, change)
    assert not any(writes(found, user) for user in weak)
    could = [user for user in everybody if writes(powers, user) or named.get(user) == BELOW]
    assert all(writes(found, user) for user in could if user not in weak)
