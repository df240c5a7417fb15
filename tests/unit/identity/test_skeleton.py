"""Characters look like what Unicode TR39 says: the table that comes of the package is that of confusables.txt."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.identity.lookalikes.skeleton import prototypes, skeleton, styled


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("m", "rn"), ("I", "l"), ("1", "l"), ("|", "l"), ("0", "O"), ("\u0430", "a"), ("\u0410", "A"),
        ("\u03bd", "v"), ("\uff41", "a"), ("\U0001d400", "A"), ("\U0001d426", "rn"), ("\u0966", "o"),
        ("\u05ad", "\u0596"), ("\u0627", "l"), ("\u2102", "C"), ("\u0986", "\u0985\u09be"),
        ("\u0d7b", "\u0d28\u0d4d"), ("\u0153", "oe"),
    ],
)  # fmt: skip
def test_lines_of_confusables_txt_arrive_in_their_direction(source: str, target: str) -> None:
    assert prototypes()[ord(source)] == target


def test_the_whole_table_arrives() -> None:
    # confusables.txt of Unicode 13 to 15.1 has 6,311 lines; four name characters that are written as white space.
    assert len(prototypes()) == 6307


def test_a_prototype_is_its_own() -> None:
    for prototype in prototypes().values():
        assert not {ord(character) for character in prototype} & prototypes().keys()


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("раураl", "paypal"), ("ѕсоре", "scope"), ("Αsha", "Asha"), ("Verma", "Verrna"), ("Ila", "lla"),
        ("A\u200bsha", "Asha"), ("A\u0301", "\u00c1"), ("क\u093c", "\u0958"),
        ("o\u0323\u0302", "o\u0302\u0323"),
    ],
)  # fmt: skip
def test_confusable_texts_have_one_skeleton(text: str, other: str) -> None:
    assert skeleton(text) == skeleton(other)


@pytest.mark.parametrize(("text", "other"), [("Asha", "Usha"), ("Mala", "Maia"), ("asha", "Asha"), ("रम्या", "रन्या")])
def test_other_texts_have_two(text: str, other: str) -> None:
    assert skeleton(text) != skeleton(other)


@given(st.text(max_size=40))
def test_a_skeleton_stays_what_it_is(text: str) -> None:
    assert skeleton(skeleton(text)) == skeleton(text)
    assert skeleton(unicodedata.normalize("NFC", text)) == skeleton(unicodedata.normalize("NFD", text))


def test_letters_of_other_styles_are_letters() -> None:
    assert "🅰ᴠʀ🇮".translate(styled()) == "avri"
