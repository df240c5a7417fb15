"""The choke point, every way through it and every way to be turned away."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.commands.authorise import RIGHTS, Facts, Need, Place, Verdict, authorise
from bridge.commands.circle import Circle
from bridge.commands.parse import Command, Verb
from bridge.model import UserId

MODERATOR = Facts(Place.DEPARTMENT, ours=False, at_home=True, admin=True, power=50, links=frozenset({"cell"}))
AT_THE_HUB = replace(MODERATOR, place=Place.ADMIN_ROOM, power=0, links=frozenset())


def asked(verb: Verb | None, *arguments: str) -> Command:
    return Command(verb, arguments)


def test_each_verb_has_its_right() -> None:
    assert set(RIGHTS) == {None, *Verb}


def test_a_department_asks_for_a_link_in_its_room_only() -> None:
    link = asked(Verb.LINK, "cell")
    assert authorise(link, MODERATOR) is Verdict.ALLOWED
    assert authorise(link, AT_THE_HUB) is Verdict.NOT_HERE
    assert authorise(link, replace(MODERATOR, place=Place.HUB)) is Verdict.NOT_HERE


def test_consent_is_given_in_the_admin_room_only() -> None:
    accept = asked(Verb.ACCEPT, "cell")
    assert authorise(accept, AT_THE_HUB) is Verdict.ALLOWED
    assert authorise(accept, MODERATOR) is Verdict.NOT_HERE
    assert authorise(accept, replace(MODERATOR, place=Place.HUB, power=100)) is Verdict.NOT_HERE


@pytest.mark.parametrize("verb", [Verb.LINK, Verb.REFUSE, Verb.UNLINK, Verb.PAUSE, Verb.RESUME])
def test_in_a_room_of_people_it_takes_a_moderator(verb: Verb) -> None:
    assert authorise(asked(verb, "cell"), MODERATOR) is Verdict.ALLOWED
    assert authorise(asked(verb, "cell"), replace(MODERATOR, power=49)) is Verdict.NO_POWER


@pytest.mark.parametrize("verb", [Verb.STATUS, Verb.REFUSE, Verb.UNLINK, Verb.PAUSE, Verb.RESUME])
def test_a_room_commands_its_own_links_only(verb: Verb) -> None:
    assert authorise(asked(verb, "other"), MODERATOR) is Verdict.NOT_OF_THIS_ROOM
    assert authorise(asked(verb, "Cell"), MODERATOR) is Verdict.NOT_OF_THIS_ROOM
    assert authorise(asked(verb, "other"), AT_THE_HUB) is Verdict.ALLOWED


KNOWN = st.sampled_from([None, *Verb])
ANY_FACTS = st.builds(
    Facts,
    place=st.sampled_from([None, *Place]),
    ours=st.booleans(),
    at_home=st.booleans(),
    admin=st.booleans(),
    power=st.sampled_from([-1, 0, 49, 50, 100, float("inf")]),
    links=st.sampled_from([frozenset[str](), frozenset({"cell"})]),
)


@given(KNOWN, ANY_FACTS, st.sampled_from([(), ("cell",), ("other",)]))
def test_nothing_is_allowed_but_to_an_administrator_at_home_in_a_room_of_ours(
    verb: Verb | None, facts: Facts, arguments: tuple[str, ...]
) -> None:
    verdict = authorise(Command(verb, arguments), facts)
    if facts.ours or not facts.at_home or facts.place is None:
        assert verdict is Verdict.UNHEARD
    elif not facts.admin:
        assert verdict is Verdict.NOT_ADMIN
    elif verdict is Verdict.ALLOWED:
        need = RIGHTS[verb][facts.place]
        assert need is Need.ADMIN or facts.power >= 50


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
