"""The choke point, every way through it and every way to be turned away."""

from dataclasses import replace
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.commands import own
from bridge.commands.circle import Circle
from bridge.commands.house import House
from bridge.model import UserId
from bridge.rights import ADMIN, ANYBODY, Asked, Facts, Need, Place, Rights, Verdict, authorise, everywhere

COMMANDS = own.commands(cast(House, None))  # nothing is obeyed here
MODERATOR = Facts(Place.DEPARTMENT, ours=False, at_home=True, roles=frozenset({ADMIN}), power=50,
                  links=frozenset({"cell"}))  # fmt: skip
AT_THE_HUB = replace(MODERATOR, place=Place.ADMIN_ROOM, power=0, links=frozenset())
LANGUAGES = {"language", "room-language"}
"""What is asked for by people, and not by administrators."""
OFFICER = Need(frozenset({"identity_officer"}))


def asked(verb: str, name: str | None = None) -> Asked:
    """One of Setu's own commands."""
    spoken = COMMANDS[verb]
    return Asked(spoken.rights, name if spoken.of_a_link else None)


def test_a_department_asks_for_a_link_in_its_room_only() -> None:
    link = asked("link", "cell")
    assert authorise(link, MODERATOR) is Verdict.ALLOWED
    assert authorise(link, AT_THE_HUB) is Verdict.NOT_HERE
    assert authorise(link, replace(MODERATOR, place=Place.HUB)) is Verdict.NOT_HERE


def test_consent_is_given_in_the_admin_room_only() -> None:
    accept = asked("accept", "cell")
    assert authorise(accept, AT_THE_HUB) is Verdict.ALLOWED
    assert authorise(accept, MODERATOR) is Verdict.NOT_HERE
    assert authorise(accept, replace(MODERATOR, place=Place.HUB, power=100)) is Verdict.NOT_HERE


@pytest.mark.parametrize("verb", ["link", "refuse", "unlink", "pause", "resume"])
def test_in_a_room_of_people_it_takes_a_moderator(verb: str) -> None:
    assert authorise(asked(verb, "cell"), MODERATOR) is Verdict.ALLOWED
    assert authorise(asked(verb, "cell"), replace(MODERATOR, power=49)) is Verdict.NO_POWER


@pytest.mark.parametrize("verb", ["status", "refuse", "unlink", "pause", "resume"])
def test_a_room_commands_its_own_links_only(verb: str) -> None:
    assert authorise(asked(verb, "other"), MODERATOR) is Verdict.NOT_OF_THIS_ROOM
    assert authorise(asked(verb, "Cell"), MODERATOR) is Verdict.NOT_OF_THIS_ROOM
    assert authorise(asked(verb, "other"), AT_THE_HUB) is Verdict.ALLOWED


def test_of_several_needs_one_is_enough_and_the_nearest_is_told() -> None:
    rights: Rights = {Place.HUB: [OFFICER, Need(power=50)]}
    nobody = Facts(Place.HUB, ours=False, at_home=True, roles=frozenset(), power=0)
    assert authorise(Asked(rights), nobody) is Verdict.NO_POWER
    assert authorise(Asked(rights), replace(nobody, power=50)) is Verdict.ALLOWED
    assert authorise(Asked(rights), replace(nobody, roles=OFFICER.roles)) is Verdict.ALLOWED


def test_what_anybody_may_ask_takes_no_role_but_is_heard_from_people_only() -> None:
    rights = everywhere(ANYBODY)
    nobody = Facts(Place.PRIVATE, ours=False, at_home=True, roles=frozenset(), power=0)
    assert authorise(Asked(rights), nobody) is Verdict.ALLOWED
    assert authorise(Asked(rights), replace(nobody, ours=True)) is Verdict.UNHEARD
    assert authorise(Asked(rights), replace(nobody, at_home=False)) is Verdict.UNHEARD
    assert authorise(Asked(rights), replace(nobody, place=None)) is Verdict.UNHEARD


def test_who_lacks_a_role_is_not_told_where_it_would_count() -> None:
    rights: Rights = {Place.ADMIN_ROOM: [OFFICER]}
    nobody = Facts(Place.HUB, ours=False, at_home=True, roles=frozenset(), power=100)
    assert authorise(Asked(rights), nobody) is Verdict.NO_ROLE
    assert authorise(Asked(rights), replace(nobody, roles=OFFICER.roles)) is Verdict.NOT_HERE


ANY_FACTS = st.builds(
    Facts,
    place=st.sampled_from([None, *Place]),
    ours=st.booleans(),
    at_home=st.booleans(),
    roles=st.sampled_from([frozenset[str](), frozenset({ADMIN}), frozenset({"official"})]),
    power=st.sampled_from([-1, 0, 49, 50, 100, float("inf")]),
    links=st.sampled_from([frozenset[str](), frozenset({"cell"})]),
)


@pytest.mark.parametrize("place", [Place.ADMIN_ROOM, Place.DEPARTMENT, Place.HUB])
def test_everybody_chooses_their_language_and_a_moderator_the_rooms(place: Place) -> None:
    official = Facts(place, ours=False, at_home=True, roles=frozenset(), power=0)
    assert authorise(asked("language"), official) is Verdict.ALLOWED
    assert authorise(asked("room-language"), official) is Verdict.NO_POWER
    assert authorise(asked("room-language"), replace(official, power=50)) is Verdict.ALLOWED
    for elsewhere in (replace(official, ours=True), replace(official, at_home=False), replace(official, place=None)):
        assert authorise(asked("language"), elsewhere) is Verdict.UNHEARD


@given(st.sampled_from(sorted(COMMANDS.keys() - LANGUAGES)), ANY_FACTS, st.sampled_from([None, "cell", "other"]))
def test_nothing_else_of_setus_own_is_allowed_but_to_an_administrator_at_home_in_a_room_of_ours(
    verb: str, facts: Facts, name: str | None
) -> None:
    verdict = authorise(asked(verb, name), facts)
    if facts.ours or not facts.at_home or facts.place is None:
        assert verdict is Verdict.UNHEARD
    elif ADMIN not in facts.roles:
        assert verdict is Verdict.NOT_ADMIN
    elif verdict is Verdict.ALLOWED:
        [need] = COMMANDS[verb].rights[facts.place]
        assert need.power is None or facts.power >= need.power


@pytest.mark.parametrize(
    ("pattern", "user_id", "within"),
    [
        ("@ravi:mha.lab", "@ravi:mha.lab", True),
        ("@ravi:mha.lab", "@Ravi:mha.lab", False),
        ("@ravi:mha.lab", "@ravi:MHA.lab", False),
        ("@ravi:mha.lab", "@ravi:mha.lab:8448", False),
        ("@ravi:mha.lab", "@ravi:mhaxlab", False),
        ("@ravi:mha.lab", "@ravi:mha.lab\n", False),
        ("@ops-*:mha.lab", "@ops-ravi:mha.lab", True),
        ("@ops-*:mha.lab", "@ops-ravi:evil.lab:mha.lab", False),
        ("@*:mha.lab", "@x:evil.lab", False),
        ("@*:*.lab", "@ravi:mha.lab", True),
        ("@*:*.lab", "@ravi:mha.lab.evil", False),
        ("@rav?:mha.lab", "@ravi:mha.lab", True),
        ("@ra[v]i:mha.lab", "@ravi:mha.lab", False),
        ("@ravi:[::1]", "@ravi:[::1]", True),
    ],
)
def test_a_circle_knows_its_people_letter_by_letter(pattern: str, user_id: str, within: bool) -> None:
    assert (UserId(user_id) in Circle((pattern,))) is within
