"""Each person has one ghost, no two people the same, and its id is legal whatever the person is called."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.ghosts import HASHED, ghost_id, is_ghost, person_of
from bridge.model import UserId
from tests.people import NIC

PREFIX = "_setu_"
LEGAL = re.compile(r"@[a-z0-9._=\-/+]+:nic\.lab")
SERVERS = st.from_regex(r"[A-Za-z0-9.\-]{1,30}(:[0-9]{1,5})?|\[[0-9a-f:]{2,20}\]", fullmatch=True)
NAMES = st.text(st.characters(exclude_characters=":\x00", exclude_categories=["Cs"]), max_size=60)
HISTORIC = st.text(st.sampled_from("aA=_-.5fF/h+"), max_size=12)  # near collisions with each other's escapes
PEOPLE = st.builds(lambda name, server: UserId(f"@{name}:{server}"), NAMES | HISTORIC, SERVERS)


@given(PEOPLE)
def test_a_ghosts_id_is_legal_and_tells_whose_it_is(person: UserId) -> None:
    ghost = ghost_id(PREFIX, person, NIC)
    assert LEGAL.fullmatch(ghost) and len(ghost.encode()) <= 255
    assert is_ghost(PREFIX, ghost, NIC)
    if not ghost.startswith(f"@{PREFIX}{HASHED}"):
        assert person_of(PREFIX, ghost) == person


@given(PEOPLE, PEOPLE)
def test_two_people_have_two_ghosts(one: UserId, other: UserId) -> None:
    assert (ghost_id(PREFIX, one, NIC) == ghost_id(PREFIX, other, NIC)) == (one == other)


NEAR = ["@Ravi:mha.lab", "@ravi:mha.lab", "@=52avi:mha.lab", "@=52=61vi:mha.lab", "@a_b:c", "@b:c_a", "@b:a=5fc",
        "@_b:a", "@b:a_", "@b_:a", "@ravi:MHA.lab", "@h:=h", "@:=h", "@ra\u0301vi:x", "@r\u00e1vi:x"]  # fmt: skip


@pytest.mark.parametrize("one", NEAR)
def test_near_names_are_told_apart(one: str) -> None:
    ghosts = {ghost_id(PREFIX, UserId(other), NIC) for other in NEAR}
    assert len(ghosts) == len(NEAR)
    assert ghost_id(PREFIX, UserId(one), NIC) in ghosts


def test_long_names_that_differ_at_the_end_have_two_ghosts_of_legal_length() -> None:
    ghosts = [ghost_id(PREFIX, UserId("@" + "य" * 80 + last + ":mha.lab"), NIC) for last in "ab"]
    assert len(set(ghosts)) == 2
    for ghost in ghosts:
        assert LEGAL.fullmatch(ghost) and len(ghost) <= 255
        assert person_of(PREFIX, ghost) is None


@given(st.text(max_size=40))
def test_any_text_is_somebodys_ghost_or_nobodys(text: str) -> None:
    person = person_of(PREFIX, UserId(text))
    assert person is None or (person.startswith("@") and ":" in person)


def test_the_ghost_that_people_read() -> None:
    assert ghost_id(PREFIX, UserId("@ravi:mha.lab"), NIC) == "@_setu_mha.lab_ravi:nic.lab"
