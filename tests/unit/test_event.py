"""An event is read without an error, whatever came, and each property has its type or is None."""

import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import slices
from bridge.model import MEMBERSHIPS, Event, storable, user_id
from tests.json_values import JSON

FIELDS = ("event_id", "room_id", "sender", "type", "state_key", "origin_server_ts", "content")


def check(event: Event) -> None:
    for text in (event.id, event.room_id, event.type, event.sender, event.state_key):
        assert text is None or (isinstance(text, str) and "\x00" not in text and len(text.encode()) <= 255)
    assert event.sent_at is None or isinstance(event.sent_at, datetime)
    assert event.membership is None or event.membership in MEMBERSHIPS
    assert isinstance(event.content, dict)
    assert event.text("body") is None or isinstance(event.text("body"), str)


@given(st.binary(max_size=300))
def test_any_bytes_are_an_event(raw: bytes) -> None:
    event = Event.read(raw)
    assert event.raw == raw
    check(event)


@given(JSON)
def test_any_json_is_an_event(value: object) -> None:
    check(Event.read(json.dumps(value).encode("utf-8", "surrogatepass")))


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(FIELDS, JSON)))
def test_fields_of_any_type_are_an_event(fields: dict[str, object]) -> None:
    check(Event.read(json.dumps(fields).encode("utf-8", "surrogatepass")))


def test_what_nests_too_deep_is_an_event_without_fields() -> None:
    check(Event.read(b'{"event_id":"$1","content":' + b"[" * 100_000 + b"]" * 100_000 + b"}"))


def test_a_sender_that_is_no_user_id_is_no_sender() -> None:
    for sender in ("ravi:mha.lab", "@ravi", "@ravi:", "", "@", 1, None, ["@ravi:mha.lab"], "@ra\x00vi:mha.lab"):
        assert Event.read(json.dumps({"sender": sender}).encode()).sender is None
    assert user_id("@ravi:mha.lab") == "@ravi:mha.lab"


def test_255_bytes_can_be_stored_and_256_cannot() -> None:
    assert storable("é" * 127 + "x") is not None
    assert storable("é" * 128) is None


@given(st.lists(JSON, max_size=5))
def test_each_element_of_an_array_is_cut_out_as_it_came(values: list[object]) -> None:
    raws = [json.dumps(value, indent=1).encode("utf-8", "surrogatepass") for value in values]
    document = b' { "other" : [1, {}] ,"events": [ ' + b" ,\n".join(raws) + b"\t] } "
    assert [event.raw for event in slices.events(document, "events")] == raws


@given(JSON)
def test_a_document_is_cut_or_is_a_value_error(value: object) -> None:
    document = json.dumps(value).encode("utf-8", "surrogatepass")
    for key in ("events", None):
        try:
            assert all(event.raw in document for event in slices.events(document, key))
        except ValueError:
            assert not isinstance(value, list if key is None else ())


@given(st.binary(max_size=100))
def test_any_bytes_are_cut_or_are_a_value_error(document: bytes) -> None:
    try:
        slices.events(document, "events")
    except ValueError:
        return
    assert json.loads(document) is not None


def test_what_is_deep_and_never_ends_is_refused_in_time() -> None:
    """Quadratic, it would take hours."""
    document = b'{"events":[' + b"[" * 20_000 + b'\\"' * 2_000_000
    with pytest.raises(ValueError, match="never ends"):
        slices.events(document, "events")
