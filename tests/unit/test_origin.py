"""An origin mark counts when one whom we trust signed it for the account that sends it, and otherwise it is nothing."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.model import Event, UserId
from bridge.origin import MARK, MOST_ROOMS, Origin, claimed_rooms
from tests.json_values import JSON
from tests.people import event
from tests.unit.setus import signer

GHOST = UserId("@_setu_mha.lab_ravi:nic.lab")
ORIGIN = Origin(UserId("@ravi:mha.lab"), "$1", ("!cell:mha.lab",), "Ravi", "Home Affairs", 1_764_000_000_000)
OURS = signer(1, (2,))


def sent(mark: object, sender: str = GHOST) -> Event:
    return event("$copy", "!hall:nic.lab", sender, type="m.room.message", content={"body": "x", MARK: mark})


def mark(**changed: Any) -> dict[str, Any]:
    return {**OURS.mark(ORIGIN, GHOST), **changed}


def test_our_own_mark_and_a_friends_are_read() -> None:
    assert OURS.read(sent(mark())) == ORIGIN
    assert OURS.read(sent(signer(2).mark(ORIGIN, GHOST))) == ORIGIN


def test_a_strangers_mark_is_not() -> None:
    assert OURS.read(sent(signer(3).mark(ORIGIN, GHOST))) is None


def test_a_stranger_who_says_he_is_we_is_not_believed() -> None:
    forged = {**signer(3).mark(ORIGIN, GHOST), "signer": mark()["signer"]}
    assert OURS.read(sent(forged)) is None


@pytest.mark.parametrize("thief", ["@thief:nic.lab", "@_setu_mha.lab_asha:nic.lab", "@_setu_mha.lab_ravi:mha.lab"])
def test_a_mark_in_somebody_elses_message_proves_nothing(thief: str) -> None:
    assert OURS.read(sent(mark(), thief)) is None
    assert OURS.read(sent(mark(by=thief), thief)) is None


@pytest.mark.parametrize(
    "changed",
    [{"sender": "@asha:mha.lab"}, {"event_id": "$2"}, {"via": ["!hall:nic.lab"]}, {"via": []}, {"name": "Minister"},
     {"organisation": "Cabinet"}, {"sent_at": None}, {"sent_at": 1}, {"more": 1}, {"signature": ""},
     {"signature": "!"}, {"signature": None}, {"signature": ["x"]}, {"signer": ""}, {"signer": ["x"]}, {"signer": {}}],
)  # fmt: skip
def test_a_mark_that_was_changed_is_no_mark(changed: dict[str, object]) -> None:
    assert OURS.read(sent(mark(**changed))) is None


def test_a_mark_without_one_of_its_fields_is_no_mark() -> None:
    for field in mark():
        assert OURS.read(sent({name: value for name, value in mark().items() if name != field})) is None


def deep() -> object:
    value: object = "x"
    for _ in range(990):
        value = [value]
    return value


@pytest.mark.parametrize("field", ["signer", "signature", "by", "via", "name", "sent_at", "more"])
def test_a_mark_that_nests_as_deep_as_can_be_read_stops_nothing(field: str) -> None:
    raw = sent(mark(**{field: "DEEP"})).raw.replace(b'"DEEP"', b"[" * 900 + b"]" * 900)
    assert OURS.read(Event.read(raw)) is None


@pytest.mark.parametrize("field", ["signer", "more"])
def test_a_mark_that_nests_deeper_than_can_be_written_stops_nothing(field: str) -> None:
    content = {MARK: mark(**{field: deep()})}
    assert OURS.read(Event(b"", {"event_id": "$1", "sender": GHOST, "content": content})) is None


def test_a_way_through_too_many_rooms_is_no_way() -> None:
    for rooms, read in ((MOST_ROOMS, True), (MOST_ROOMS + 1, False)):
        far = replace(ORIGIN, via=tuple(f"!{n}:x" for n in range(rooms)))
        event = sent(OURS.mark(far, GHOST))
        assert (OURS.read(event) is not None) is read
        assert len(claimed_rooms(event)) == (rooms if read else 0)


@given(JSON)
def test_anything_in_the_place_of_a_mark_is_no_mark(value: object) -> None:
    assert OURS.read(sent(value)) is None
    assert isinstance(claimed_rooms(sent(value)), tuple)


@given(st.dictionaries(st.sampled_from(sorted(mark())), JSON, min_size=1))
def test_anything_in_the_fields_of_a_mark_is_no_mark_unless_it_is_what_was_there(changed: dict[str, object]) -> None:
    event = sent(mark(**changed))
    assert OURS.read(event) in (None, ORIGIN)
    assert all(isinstance(room, str) for room in claimed_rooms(event))
