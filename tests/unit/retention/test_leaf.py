"""A leaf commits to every word of its header, in one writing that every program finds."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from bots.retention.leaf import Deed, Record, canonical, deed_header, deed_leaf, moment, record_header, record_leaf
from bots.retention.merkle import leaf_hash

WHEN = datetime(2026, 2, 1, 10, 0, 0, 120, UTC)
RECORD = Record(
    room_seq=1, pos=2, recorded_at=WHEN, received_at=WHEN, source="push", late=False, cites=None, event_id="$1",
    type="m.room.message", sender="@ravi:mha.lab", membership=None, sent_at=WHEN, relation="m.replace",
    relates_to="$0", salt=bytes(16), sealed_sha256=bytes(32), clear_sha256=None,
)  # fmt: skip
DEED = Deed(WHEN, "asha", "read", "!cell:mha.lab", "an inquiry", "{}", bytes(16))

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXTS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inside),
)


@given(VALUES)
def test_headers_are_written_as_rfc_8785_has_it(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_a_header_is_this_text() -> None:
    assert record_header("mha.lab", "!cell:mha.lab", RECORD) == (
        b'{"cites":null,"event_id":"$1","late":false,"membership":null,"of":"record","organisation":"mha.lab","pos":2,'
        b'"received_at":"2026-02-01T10:00:00.000120Z","recorded_at":"2026-02-01T10:00:00.000120Z","relates_to":"$0",'
        b'"relation":"m.replace","room_id":"!cell:mha.lab","room_seq":1,"salt":"00000000000000000000000000000000",'
        b'"sealed":["event"],"sender":"@ravi:mha.lab","sent_at":"2026-02-01T10:00:00.000120Z","source":"push",'
        b'"type":"m.room.message","v":1}'
    )
    assert record_leaf("mha.lab", "!cell:mha.lab", RECORD) == leaf_hash(
        record_header("mha.lab", "!cell:mha.lab", RECORD) + bytes(32)
    )
    assert deed_header("mha.lab", DEED) == (
        b'{"action":"read","actor":"asha","at":"2026-02-01T10:00:00.000120Z","detail":"{}","of":"audit",'
        b'"organisation":"mha.lab","purpose":"an inquiry","room_id":"!cell:mha.lab",'
        b'"salt":"00000000000000000000000000000000","v":1}'
    )


NUMBERS = st.integers(0, 2**53 - 1)
TIMES = st.datetimes(timezones=st.just(UTC))


@given(
    st.builds(
        Record, room_seq=NUMBERS, pos=NUMBERS, cites=st.none() | NUMBERS, salt=st.binary(min_size=16, max_size=16),
        recorded_at=TIMES, received_at=TIMES, sent_at=st.none() | TIMES,
        source=TEXTS, event_id=TEXTS, type=st.none() | TEXTS, sender=st.none() | TEXTS, membership=st.none() | TEXTS,
        relation=st.none() | TEXTS, relates_to=st.none() | TEXTS,
    ),
    TEXTS,
)  # fmt: skip
def test_the_header_of_any_record_is_canonical(record: Record, room_id: str) -> None:
    header = record_header("mha.lab", room_id, record)
    told = json.loads(header)
    assert rfc8785.dumps(told) == header
    assert {name: told[name] for name in ("event_id", "type", "sender", "pos", "cites", "relation")} == {
        name: getattr(record, name) for name in ("event_id", "type", "sender", "pos", "cites", "relation")
    }


def otherwise(value: Any) -> Any:
    """A value of the same kind that is another."""
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case datetime():
            return value + timedelta(microseconds=1)
        case bytes():
            return bytes([value[0] ^ 1]) + value[1:]
        case str():
            return f"{value}x"
        case _:
            return None


FILLED = RECORD._replace(cites=7, membership="join", clear_sha256=bytes(32))


@pytest.mark.parametrize("name", Record._fields)
def test_whatever_is_changed_in_a_record_changes_its_leaf(name: str) -> None:
    before = record_leaf("mha.lab", "!cell:mha.lab", FILLED)
    changed = FILLED._replace(**{name: otherwise(getattr(FILLED, name))})
    assert record_leaf("mha.lab", "!cell:mha.lab", changed) != before
    if name in ("cites", "type", "sender", "membership", "sent_at", "relation", "relates_to", "clear_sha256"):
        nothing: dict[str, Any] = {name: None}
        assert record_leaf("mha.lab", "!cell:mha.lab", FILLED._replace(**nothing)) != before
    assert record_leaf("nic.lab", "!cell:mha.lab", FILLED) != before != record_leaf("mha.lab", "!c:mha.lab", FILLED)


@pytest.mark.parametrize("name", [field.name for field in fields(Deed)])
def test_whatever_is_changed_in_an_audit_entry_changes_its_leaf(name: str) -> None:
    before = deed_leaf("mha.lab", DEED)
    assert deed_leaf("mha.lab", replace(DEED, **{name: otherwise(getattr(DEED, name))})) != before
    assert deed_leaf("nic.lab", DEED) != before


def test_a_hash_cannot_pass_from_the_event_to_what_it_says() -> None:
    both = RECORD._replace(sealed_sha256=b"a" * 32, clear_sha256=b"b" * 32)
    one = RECORD._replace(sealed_sha256=b"a" * 32 + b"b" * 32)
    assert record_leaf("mha.lab", "!cell:mha.lab", both) != record_leaf("mha.lab", "!cell:mha.lab", one)


def test_one_moment_is_written_in_one_way() -> None:
    assert moment(WHEN.astimezone(timezone(timedelta(hours=5, minutes=30)))) == moment(WHEN)
