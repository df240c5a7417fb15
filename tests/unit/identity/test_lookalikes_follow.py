"""The index follows the roster: after any changes it answers as one that is made anew."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bots.identity.lookalikes.index import Lookalikes
from bots.identity.roster.person import Person
from bots.identity.roster.register import differing
from bots.identity.roster.roster import Roster
from bridge.model import UserId
from tests.unit.identity.rosters import ASHA, RAVI, STRANGER, of_names, of_people

NAMES = [
    "Asha Verma",
    "Аsha Verma",
    "Verma Asha",
    "Arnav Gupta",
    "Amav Gupta",
    "Amav Das",
    "Ravi Kumar",
    "Shri Ravi Kumar",
]
ROSTERS = st.dictionaries(
    st.integers(0, 5).map(lambda number: UserId(f"@p{number}:nic.example")),
    st.tuples(st.sampled_from(NAMES), st.sampled_from(["", "Director", "Kanungo"])),
).map(lambda known: of_people([Person(one, name, post) for one, (name, post) in known.items()]))


@given(st.lists(ROSTERS, min_size=2, max_size=4), st.sampled_from([*NAMES, "Kanungo Ravi Kumar"]))
def test_following_is_as_good_as_beginning_anew(rosters: list[Roster], shown: str) -> None:
    index = Lookalikes(rosters[0])
    for before, after in pairwise(rosters):
        index.follow(after, differing(before.people, after.people))
    anew = Lookalikes(rosters[-1])
    assert set(index.resembling(shown, STRANGER)) == set(anew.resembling(shown, STRANGER))


def test_who_left_the_roster_is_resembled_no_more() -> None:
    index = Lookalikes(of_people([Person(ASHA, "Asha Verma")]))
    assert index.resembling("Asha Verma", STRANGER)
    index.follow(of_people([Person(RAVI, "Ravi Kumar")]), {ASHA, RAVI})
    assert index.resembling("Asha Verma", STRANGER) == []
    assert [one.person for one in index.resembling("Ravi Kumar", STRANGER)] == [RAVI]


def test_a_post_that_came_with_the_roster_is_known() -> None:
    index = Lookalikes(of_people([Person(ASHA, "Asha Verma")]))
    assert index.resembling("Kanungo Asha Verma", STRANGER) == []
    index.follow(of_people([Person(ASHA, "Asha Verma", "Nodal Kanungo")]), {ASHA})
    assert index.resembling("Kanungo Asha Verma", STRANGER)


def test_nobody_is_resembled_where_nobody_is_on_the_roster() -> None:
    assert Lookalikes(of_names()).resembling("Asha Verma", STRANGER) == []
