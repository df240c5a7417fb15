"""Display names as nobody should write them are answered, at once; and ordinary people are never taken for others."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.identity.lookalikes.index import Lookalikes
from bots.identity.lookalikes.shown import LONGEST, Shown
from tests.unit.identity.names import names
from tests.unit.identity.rosters import STRANGER, of_names

ORDINARY = [*names(3000)]
ROSTER = of_names(*ORDINARY[:2000])
CROWD = Lookalikes(ROSTER)
ANY_TEXT = st.text(st.characters(), max_size=60)
SIGNS = "\u200b\u200c\u200d\u202e\u2066\u2069\ufe0f\u00ad\u0301\u093c\u094d|1I0l@·-(),/ .'\ud800\U000e0061ा"


@pytest.mark.parametrize(
    "shown",
    [
        "", " ", "\ud800", "\u200b" * 10_000, "x" * 10_000, "a" + "\u0301\u0323" * 5000, "अ" + "\u093c\u094d" * 5000,
        "\ufdfa" * 10_000, "1" * 10_000, "( " * 5000, "a1 " * 3000, "A " * 5000, "|" * 10_000, "Asha Verma " * 1000,
        "".join(f"{name} - " for name in ORDINARY[:500]), "\u202e" + "ab " * 3000, "\0" * 10_000,
    ],
)  # fmt: skip
def test_what_nobody_is_called_is_answered_at_once(shown: str) -> None:
    began = time.process_time()
    CROWD.resembling(shown, STRANGER)
    # Milliseconds; a machine that is busy with others gets a hundred times that.
    assert time.process_time() - began < 0.5


@given(st.text(st.characters(exclude_categories=[]), max_size=300))
def test_any_display_name_is_answered(shown: str) -> None:
    assert {one.person for one in CROWD.resembling(shown, STRANGER)} <= ROSTER.people.keys()


@given(st.sampled_from(ORDINARY[:2000]), st.lists(st.tuples(st.integers(0, 40), st.sampled_from(SIGNS)), max_size=6))
def test_a_name_with_signs_in_it_is_answered(name: str, signs: list[tuple[int, str]]) -> None:
    for where, sign in signs:
        name = name[:where] + sign + name[where:]
    assert {one.person for one in CROWD.resembling(name, STRANGER)} <= ROSTER.people.keys()


@given(
    st.sampled_from(ORDINARY[:2000]), st.integers(0, 40), st.sampled_from("\u200b\u2060\u00ad\ufe0f\ufeff\U000e0061")
)
def test_a_sign_that_nobody_sees_hides_no_name(name: str, where: int, sign: str) -> None:
    found = CROWD.resembling(name[:where] + sign + name[where:], STRANGER)
    assert name in {ROSTER.people[one.person].name for one in found}


@given(st.sampled_from(ORDINARY[:2000]), st.permutations(range(4)))
def test_every_official_is_found_by_their_name_in_any_case_and_form(name: str, order: list[int]) -> None:
    for written in (
        name,
        name.upper(),
        name.lower(),
        unicodedata.normalize("NFD", name),
        unicodedata.normalize("NFC", name),
    ):
        assert name in {ROSTER.people[one.person].name for one in CROWD.resembling(written, STRANGER)}


def test_different_ordinary_names_are_never_one() -> None:
    for name in ORDINARY:
        for one in CROWD.resembling(name, STRANGER):
            other = ROSTER.people[one.person].name
            assert same(name, other), f"{name} was taken for {other}"


def same(name: str, other: str) -> bool:
    """Whether two names are one but for the order and spacing of their words."""
    name, other = name.casefold(), other.casefold()
    return sorted(name.split()) == sorted(other.split()) or name.replace(" ", "") == other.replace(" ", "")


@given(ANY_TEXT)
def test_of_what_is_shown_only_so_much_is_looked_at(text: str) -> None:
    shown = Shown.of(text * LONGEST)
    assert len(shown.text) <= 256
    assert not Shown.of("x" * LONGEST + "\u200b").hidden
    assert all(line.isprintable() for line in shown.hidden)
