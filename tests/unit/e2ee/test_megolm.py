"""What somebody writes in an encrypted room is read as it was meant, and only from its sender, in its room."""

import contextlib
import json
from typing import Any

import pytest
import vodozemac
from hypothesis import given
from hypothesis import strategies as st

from bridge.e2ee import megolm
from bridge.e2ee.algorithms import MEGOLM, OLM
from bridge.e2ee.libolm import InboundGroup, OutboundGroup
from bridge.e2ee.megolm import Session
from bridge.e2ee.unreadable import Unreadable, Why
from bridge.model import Event
from tests.json_values import JSON, TEXTS
from tests.unit.e2ee.broken import broken
from tests.unit.e2ee.phones import ASHA, CELL, RAVI, Phone

PHONE = Phone.of(RAVI)
HELLO = {"msgtype": "m.text", "body": "नमस्ते, namaste"}
REPLY = {"m.in_reply_to": {"event_id": "$before"}}


class Conversation:
    """Ravi's session in the cell, and ours that reads it."""

    def __init__(self, sender: str | None = RAVI, forwarded: bool = False) -> None:
        self.group = OutboundGroup.new()
        inbound = InboundGroup.of_key(self.group.key)
        self.session = Session(inbound, CELL, PHONE.account.curve25519, sender, forwarded)

    def said(self, kind: str = "m.room.message", content: dict[str, Any] = HELLO, **fields: Any) -> Event:
        """An event that Ravi's phone encrypted."""
        encrypted = megolm.encrypt(self.group, PHONE.account.curve25519, "PHONE", CELL, kind, content)
        return event(encrypted, **fields)

    def meant(self, payload: Any, **fields: Any) -> Event:
        """An event in which Ravi's phone encrypted just this."""
        return self.wrote(json.dumps(payload), **fields)

    def wrote(self, text: str, **fields: Any) -> Event:
        """An event in which Ravi's phone encrypted just this text."""
        return event({"algorithm": MEGOLM, "ciphertext": self.group.encrypt(text)}, **fields)

    def read(self, event: Event) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(megolm.decrypt(event, self.session).raw)
        return fields

    def why(self, event: Event) -> str:
        """Why it is not read."""
        with pytest.raises(Unreadable) as refused:
            megolm.decrypt(event, self.session)
        return refused.value.code


def event(content: Any, **fields: Any) -> Event:
    known = {"type": "m.room.encrypted", "room_id": CELL, "sender": RAVI, "event_id": "$1", "origin_server_ts": 1}
    return Event.read(json.dumps({**known, "content": content, **fields}).encode())


def payload(**changed: Any) -> dict[str, Any]:
    return {"type": "m.room.message", "content": HELLO, "room_id": CELL, **changed}


def test_what_ravi_writes_is_read_as_he_meant_it_and_the_rest_is_as_it_came() -> None:
    cell = Conversation()
    came = cell.said(unsigned={"age": 12}, added=[1.5, None])
    read = cell.read(came)
    assert read == {**came.fields, "type": "m.room.message", "content": HELLO}


def test_messages_are_numbered_and_each_is_read_in_any_order_and_again() -> None:
    cell = Conversation(forwarded=True)
    events = [cell.said(content={"body": str(number)}) for number in range(5)]
    for number in (3, 0, 4, 0, 1, 3):
        clear = megolm.decrypt(events[number], cell.session)
        assert (clear.index, clear.forwarded) == (number, True)
        assert Event.read(clear.raw).text("body") == str(number)


def test_a_reply_names_what_it_replies_to_in_clear_and_is_read_with_it() -> None:
    cell = Conversation()
    came = cell.said(content={**HELLO, "m.relates_to": REPLY})
    assert came.content["m.relates_to"] == REPLY
    assert "m.relates_to" not in json.loads(cell.session.group.decrypt(came.content["ciphertext"])[0])["content"]
    assert cell.read(came)["content"] == {**HELLO, "m.relates_to": REPLY}


def test_only_the_relation_that_the_homeserver_sees_counts() -> None:
    cell = Conversation()
    hidden = payload(content={**HELLO, "m.relates_to": {"rel_type": "m.replace", "event_id": "$other"}})
    assert cell.read(cell.meant(hidden))["content"] == HELLO
    came = cell.meant(hidden)
    shown = event({**came.content, "m.relates_to": REPLY})
    assert cell.read(shown)["content"]["m.relates_to"] == REPLY


def test_a_message_that_came_before_its_key_is_too_old() -> None:
    cell = Conversation()
    before = cell.said()
    later = Session(InboundGroup.of_key(cell.group.key), CELL, PHONE.account.curve25519, RAVI, False)
    with pytest.raises(Unreadable) as refused:
        megolm.decrypt(before, later)
    assert refused.value.code == Why.TOO_OLD
    assert megolm.decrypt(cell.said(), later).index == 1


def test_nobody_writes_with_somebody_elses_session() -> None:
    cell = Conversation()
    assert cell.why(cell.said(sender=ASHA)) == Why.WRONG_SENDER
    assert cell.why(cell.said(sender=None)) == Why.WRONG_SENDER
    unproven = Conversation(sender=None)
    assert unproven.read(unproven.said(sender=ASHA))["sender"] == ASHA


def test_what_was_written_in_one_room_is_not_read_in_another() -> None:
    cell = Conversation()
    assert cell.why(cell.said(room_id="!other:mha.lab")) == Why.WRONG_ROOM
    assert cell.why(cell.said(room_id=None)) == Why.WRONG_ROOM
    assert cell.why(cell.meant(payload(room_id="!other:mha.lab"))) == Why.WRONG_ROOM
    assert cell.why(cell.meant({"type": "m.room.message", "content": HELLO})) == Why.WRONG_ROOM


def test_a_session_of_one_room_reads_nothing_in_another_even_if_its_owner_says_so() -> None:
    cell = Conversation()
    elsewhere = cell.meant(payload(room_id="!other:mha.lab"), room_id="!other:mha.lab")
    assert cell.why(elsewhere) == Why.WRONG_ROOM
    assert cell.why(cell.meant(payload(room_id=None), room_id=None)) == Why.WRONG_ROOM


@pytest.mark.parametrize(
    "kind",
    [
        "m.room.encrypted",
        "m.room.redaction",
        "m.room.member",
        "m.room.power_levels",
        "m.room.tombstone",
        "m.space.child",
    ],
)
def test_what_a_homeserver_must_judge_is_not_read_from_ciphertext(kind: str) -> None:
    cell = Conversation()
    assert cell.why(cell.meant(payload(type=kind))) == Why.DAMAGED


def test_no_state_is_read_from_ciphertext() -> None:
    cell = Conversation()
    assert cell.why(cell.meant(payload(type="org.example", state_key=""))) == Why.DAMAGED
    assert cell.why(cell.meant(payload(), state_key="")) == Why.DAMAGED
    assert cell.why(cell.meant(payload(), state_key=None)) == Why.DAMAGED


@pytest.mark.parametrize(
    "meant",
    [
        [],
        "m.text",
        payload(type=1),
        payload(type="\x00"),
        payload(type=None),
        payload(content=[]),
        payload(content=None),
    ],
)
def test_what_is_no_message_is_damaged(meant: Any) -> None:
    cell = Conversation()
    assert cell.why(cell.meant(meant)) == Why.DAMAGED


@pytest.mark.parametrize("text", ["", "nonsense", "[" * 100_000, '{"type":"m.room.message","content":{"n":NaN}}'])
def test_what_is_no_json_is_damaged(text: str) -> None:
    cell = Conversation()
    assert cell.why(cell.wrote(text)) == Why.DAMAGED


def test_a_number_that_json_does_not_hold_is_damage() -> None:
    cell = Conversation()
    endless = json.dumps(payload()).replace('"m.text"', "1e999")
    assert cell.why(cell.wrote(endless)) == Why.DAMAGED
    assert cell.why(cell.wrote(json.dumps(payload()).replace('"m.text"', "9" * 5_000))) == Why.DAMAGED


def test_an_unknown_algorithm_is_told_apart_from_damage() -> None:
    cell = Conversation()
    assert cell.why(event({"algorithm": OLM, "ciphertext": {}})) == Why.UNKNOWN_ALGORITHM
    assert cell.why(event({})) == Why.UNKNOWN_ALGORITHM
    assert cell.why(event({"algorithm": MEGOLM, "ciphertext": {}})) == Why.DAMAGED


def test_an_event_that_is_not_encrypted_is_not_read() -> None:
    cell = Conversation()
    assert cell.why(cell.said(type="m.room.message")) == Why.DAMAGED


@given(st.data())
def test_a_ciphertext_with_one_letter_changed_says_nothing_else(data: st.DataObject) -> None:
    cell = Conversation()
    came = cell.said()
    ciphertext = came.content["ciphertext"]
    place = data.draw(st.integers(0, len(ciphertext) - 1))
    changed = ciphertext[:place] + data.draw(st.sampled_from("ABz/-_é=\x00")) + ciphertext[place + 1 :]
    with contextlib.suppress(Unreadable):
        assert cell.read(event({**came.content, "ciphertext": changed}))["content"] == HELLO


@given(st.data())
def test_whatever_event_comes_it_is_read_or_unreadable(data: st.DataObject) -> None:
    cell = Conversation()
    came = data.draw(broken(cell.said().fields))
    read = Event.read(json.dumps(came).encode())
    try:
        clear = Event.read(megolm.decrypt(read, cell.session).raw)
    except Unreadable:
        return
    assert (clear.sender, clear.room_id, clear.type) == (RAVI, CELL, "m.room.message")
    assert {**clear.content, "m.relates_to": None} == {**HELLO, "m.relates_to": None}


@given(JSON, JSON | st.just(CELL), JSON)
def test_whatever_was_encrypted_is_read_or_unreadable(kind: Any, room: Any, content: Any) -> None:
    cell = Conversation()
    for meant in ({"type": kind, "room_id": room, "content": content}, payload(content=content), content):
        try:
            raw = megolm.decrypt(cell.meant(meant), cell.session).raw
        except Unreadable:
            continue
        expected = {key: value for key, value in content.items() if key != "m.relates_to"}
        assert json.loads(raw.decode())["content"] == expected


@given(st.dictionaries(TEXTS, JSON, max_size=4))
def test_any_content_that_we_encrypt_is_read_again(content: dict[str, Any]) -> None:
    cell = Conversation()
    assert cell.read(cell.said(content=content))["content"] == json.loads(json.dumps(content))


@given(JSON)
def test_a_session_is_named_in_a_text_that_can_be_kept(value: Any) -> None:
    named = megolm.session_of({"algorithm": MEGOLM, "session_id": value})
    assert named is None or (isinstance(value, str) and named == value and "\x00" not in named)
    assert megolm.session_of({"algorithm": value, "session_id": "x"}) is None
    assert megolm.session_of({"algorithm": MEGOLM, "session_id": "x" * 256}) is None
    assert megolm.session_of({"algorithm": MEGOLM, "session_id": "x" * 255}) == "x" * 255


@given(TEXTS | st.text("ABCDabcd0123+/", max_size=200))
def test_whatever_comes_instead_of_a_key_opens_nothing(text: str) -> None:
    for attempt in (InboundGroup.of_key, InboundGroup.imported):
        with pytest.raises(Unreadable):
            attempt(text)
    for opened in (InboundGroup.opened, OutboundGroup.opened):
        with pytest.raises(Unreadable):
            opened(text.encode("utf-8", "surrogatepass"))


def test_sessions_that_were_stored_go_on_where_they_were() -> None:
    cell = Conversation()
    cell.said()
    group = OutboundGroup.opened(cell.group.pickled())
    inbound = InboundGroup.opened(cell.session.group.pickled())
    assert (group.id, group.index, inbound.id, inbound.first_index) == (cell.group.id, 1, cell.group.id, 0)
    assert inbound.decrypt(group.encrypt("namaste")) == ("namaste", 1)


def test_an_exported_session_reads_from_where_it_was_exported() -> None:
    cell = Conversation()
    texts = [cell.group.encrypt(str(number)) for number in range(4)]
    later = InboundGroup.imported(cell.session.group.exported(2))
    assert later.id == cell.group.id and later.first_index == 2
    assert later.decrypt(texts[3]) == ("3", 3)
    with pytest.raises(Unreadable):
        later.decrypt(texts[1])
    with pytest.raises(Unreadable) as refused:
        later.exported(1)
    assert refused.value.code == Why.TOO_OLD
    assert InboundGroup.imported(cell.session.group.exported()).decrypt(texts[0]) == ("0", 0)


def test_another_library_reads_what_we_write() -> None:
    ours = OutboundGroup.new()
    theirs = vodozemac.InboundGroupSession(vodozemac.SessionKey(ours.key))
    read = theirs.decrypt(vodozemac.MegolmMessage.from_base64(ours.encrypt("नमस्ते")))
    assert (read.plaintext.decode(), read.message_index, theirs.session_id) == ("नमस्ते", 0, ours.id)


def test_we_read_what_another_library_writes_and_exports() -> None:
    theirs = vodozemac.GroupSession()
    ours = InboundGroup.of_key(theirs.session_key.to_base64())
    assert ours.decrypt(theirs.encrypt("नमस्ते".encode()).to_base64()) == ("नमस्ते", 0)
    copy = vodozemac.InboundGroupSession.import_session(vodozemac.ExportedSessionKey(ours.exported()))
    exported = copy.export_at(0)
    assert exported is not None
    again = InboundGroup.imported(exported.to_base64())
    assert again.decrypt(theirs.encrypt(b"namaste").to_base64()) == ("namaste", 1)


def test_what_is_no_text_is_damaged() -> None:
    theirs = vodozemac.GroupSession()
    ours = InboundGroup.of_key(theirs.session_key.to_base64())
    with pytest.raises(Unreadable) as refused:
        ours.decrypt(theirs.encrypt(b"\xff\xfe").to_base64())
    assert refused.value.code == Why.DAMAGED
