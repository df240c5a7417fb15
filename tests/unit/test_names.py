"""However a person calls themselves, the other side sees one line that can be read."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.mirror.speaker import LONGEST_NAME, readable
from bridge.model import UserId, user_id

RAVI = UserId("@ravi:mha.lab")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("  Ravi \t Kumar ", "Ravi Kumar"), ("Ravi\nMinister\r\nhere", "Ravi Minister here"),
        ("Ravi\u2028Kumar\u2029x", "Ravi Kumar x"), ("\u202eivaR\u202c", "ivaR"), ("Ra\u200bvi\ufeff", "Ravi"),
        ("<b>Ravi</b> & [x](y)", "<b>Ravi</b> & [x](y)"), ("Ra\x00vi", "Ra vi"), ("Ra\ud800vi", "Ravi"),
        ("क्\u200dष", "क्\u200dष"), ("രവി കുമാർ", "രവി കുമാർ"), ("{name} {user_id}", "{name} {user_id}"), ("🙂", "🙂"),
        ("x" * 10_000, "x" * LONGEST_NAME),
    ],
)  # fmt: skip
def test_of_a_name_stays_what_can_be_seen(name: str, seen: str) -> None:
    assert readable(RAVI, name) == seen


@pytest.mark.parametrize(
    "name", [None, "", " ", "\n", "\u200b\u200b", "\u202e", "\ud800", "\u200d", "\u200c\u200d", "\u3164", "\u2800",
             "\uffa0\u115f\u1160", "\ufe0f", "\u0301", "\u034f", "\u00ad", "\U000e0020"],
)  # fmt: skip
def test_where_nothing_can_be_seen_the_name_is_of_the_id(name: str | None) -> None:
    assert readable(RAVI, name) == "ravi"


@pytest.mark.parametrize("person", ["@:mha.lab", "@ :mha.lab", "@\u202e:mha.lab", "@\n:mha.lab"])
def test_who_has_neither_name_nor_localpart_is_called_by_the_rest_of_the_id(person: str) -> None:
    assert "mha.lab" in readable(UserId(person), "")


PEOPLE = st.text(max_size=30).map(lambda text: user_id(f"@{text}:mha.lab")).filter(bool)


@given(PEOPLE, st.none() | st.text(max_size=300))
def test_every_name_is_one_line_that_can_be_seen(person: UserId, name: str | None) -> None:
    shown = readable(person, name)
    assert 0 < len(shown) <= LONGEST_NAME
    assert shown.splitlines() == [shown] and shown == shown.strip()
    assert shown.encode()
    assert any(unicodedata.category(character)[0] in "LNPS" for character in shown)
    assert not {"\u202a", "\u202b", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068"} & set(shown)
