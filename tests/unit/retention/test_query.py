"""What an officer writes is read as it is meant, or they are told what is wrong with it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.retention.search.query import BadQuery, Query, read
from bots.retention.search.said import Kind

IST = ZoneInfo("Asia/Kolkata")


def test_words_phrases_and_beginnings_are_told_apart() -> None:
    query = read('culvert "Revised Estimate" transp* F.No.12/3', IST)
    assert query.phrases == (("culvert",), ("revised", "estimate"), ("f", "no", "12", "3"))
    assert query.beginnings == ("transp",)


def test_a_beginning_of_several_words_is_a_phrase_and_a_beginning() -> None:
    assert read("file-num*", IST) == Query(phrases=(("file",),), beginnings=("num",))


def test_curly_quotes_of_a_telephone_are_quotes() -> None:
    assert read("“पुल 117”", IST).phrases == (("पुल", "117"),)


def test_who_where_when_and_what_kind() -> None:
    query = read("bridge sender:@asha:nic.lab room:!cell:mha.lab from:2026-01-31 to:2026-02-28 kind:file", IST)
    assert (query.sender, query.room, query.kind) == ("@asha:nic.lab", "!cell:mha.lab", Kind.FILE)
    assert query.since == datetime(2026, 1, 30, 18, 30, tzinfo=UTC), "a day begins at midnight in India"
    assert query.until == datetime(2026, 2, 28, 18, 30, tzinfo=UTC), "the last day counts"


def test_a_colon_in_a_word_is_no_key() -> None:
    assert read("re:meeting", IST).phrases == (("re", "meeting"),)


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ("", "empty"),
        ("!!! ...", "empty"),
        ("from:2026-01-01 room:!a:b", "empty"),
        ("ab*", "short"),
        ("x " * 31, "long"),
        ("x" * 1001, "long"),
        ("sender:asha x", "sender"),
        ("room:cell x", "room"),
        ("from:tomorrow x", "day"),
        ("from:20260101 x", "day"),
        ("to:9999-12-31 x", "day"),
        ("kind:song x", "kind"),
    ],
)
def test_what_cannot_be_asked_is_explained(asked: str, complaint: str) -> None:
    with pytest.raises(BadQuery) as refused:
        read(asked, IST)
    assert refused.value.what.message == f"records-query-{complaint}"


@given(st.text())
def test_any_text_is_a_query_or_explained(text: str) -> None:
    try:
        query = read(text, IST)
    except BadQuery as refused:
        query, said = Query(kind=Kind.OTHER), refused.what.message
    else:
        said = "records-query-"
    assert query.wanted and said.startswith("records-query-")


def test_a_phrase_lies_within_one_text() -> None:
    query = read('"revised estimate"', IST)
    assert query.means([["the", "revised", "estimate"]])
    assert not query.means([["the", "revised"], ["estimate"]])
    assert not query.means([["estimate", "revised"]])
