"""The same word, however it is typed, is the same word; and no text takes long."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.retention.search.words import words

LONGEST = 65_536
"""Bytes; an event holds fewer."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please FIND file_no. 12/3-A.", ["please", "find", "file", "no", "12", "3", "a"]),
        ("Straße CAFÉ", ["strasse", "café"]),
        ("स्वीकृति आज ही जारी होगी।", ["स्वीकृति", "आज", "ही", "जारी", "होगी"]),
        ("ফাইলটি দেখুন", ["ফাইলটি", "দেখুন"]),
        ("ਫਾਈਲ ਨੰਬਰ", ["ਫਾਈਲ", "ਨੰਬਰ"]),
        ("ફાઇલ નંબર", ["ફાઇલ", "નંબર"]),
        ("ଫାଇଲ୍ ନମ୍ବର", ["ଫାଇଲ୍", "ନମ୍ବର"]),
        ("கோப்பு எண்", ["கோப்பு", "எண்"]),
        ("దస్త్రం సంఖ్య", ["దస్త్రం", "సంఖ్య"]),
        ("ಕಡತ ಸಂಖ್ಯೆ", ["ಕಡತ", "ಸಂಖ್ಯೆ"]),
        ("ഫയൽ നമ്പർ", ["ഫയല്", "നമ്പര്"]),
        ("فائل نمبر", ["فائل", "نمبر"]),
    ],
)
def test_a_text_of_each_script_keeps_its_words_whole(text: str, expected: list[str]) -> None:
    assert list(words(text)) == expected


@pytest.mark.parametrize(
    "same",
    [
        ("ज़मीन", "ज\u093cमीन", "\u095bमीन"),
        ("ড়", "\u09a1\u09bc", "\u09dc"),
        ("ਸ਼", "\u0a38\u0a3c", "\u0a36"),
        ("\u0b95\u0bca", "\u0b95\u0bc6\u0bbe"),
        ("\u0c15\u0c48", "\u0c15\u0c46\u0c56"),
        ("\u0c95\u0ccb", "\u0c95\u0cc6\u0cc2\u0cd5"),
        ("അവൻ", "അവന\u0d4d\u200d", "അവന\u0d4d"),
        ("എ\u0d7b\u0d4dറെ", "എന\u0d4dറെ"),
        ("হঠাৎ", "হঠাত\u09cd\u200d"),
        ("क्ष", "क\u094d\u200dष", "क\u094d\u200cष"),
        ("می\u200cخواهم", "میخواهم"),
        ("فـــائل", "فائل"),
        ("كتاب", "کتاب"),
        ("علي", "علی", "على"),
        ("ہند", "هند"),
        ("مُحَمَّد", "محمد"),
        ("117", "११७", "১১৭", "੧੧੭", "૧૧૭", "୧୧୭", "௧௧௭", "౧౧౭", "೧೧೭", "൧൧൭", "۱۱۷", "١١٧", "１１７"),
        ("ＦＩＬＥ", "file", "FILE", "fi\u00adle", "\ufb01le"),
        ("é", "e\u0301", "É"),
    ],
)
def test_variants_of_a_word_are_one_word(same: tuple[str, ...]) -> None:
    assert {tuple(words(one)) for one in same} == {tuple(words(same[0]))}
    assert len(words(same[0])) == 1


@pytest.mark.parametrize(("one", "other"), [("बल", "बाल"), ("கல்", "கால்"), ("ہے", "ہی"), ("ന", "ണ"), ("file1", "file2")])
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert words(one) != words(other)


@pytest.mark.parametrize(
    "hostile",
    [
        "a" + "\u0301" * LONGEST,
        "क" + "\u093c\u0301" * (LONGEST // 2),
        "\u0f40" + "\u0f73" * LONGEST,
        "a" + "".join(map(chr, range(0x300, 0x34E))) * 840,
        "\ufdfa" * LONGEST,
        "." * LONGEST,
        "\u0301." * (LONGEST // 2),
        "\U0001d15e" * LONGEST,
        "x " * (LONGEST // 2),
    ],
    ids=map(str, range(9)),
)
def test_no_text_takes_long(hostile: str) -> None:
    best = min(_seconds(hostile.encode()[:LONGEST].decode(errors="ignore")) for _ in range(5))
    assert best < 0.05


def _seconds(text: str) -> float:
    began = time.process_time()
    words(text)
    return time.process_time() - began


@given(st.text())
def test_words_of_any_text_have_nothing_that_parts_words(text: str) -> None:
    for word in words(text):
        assert word and not any(sign.isspace() for sign in word)


@given(st.text(st.characters(codec="utf-8")))
def test_a_text_with_ascii_around_it_has_the_same_words(text: str) -> None:
    assert words(f"{text} é")[: len(words(text))] == list(words(text))
