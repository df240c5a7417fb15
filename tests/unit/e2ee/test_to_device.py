"""What one device tells another through Olm is believed only where everything in it fits."""

import json
from typing import Any

import pytest
from hypothesis import given

from bridge.e2ee import to_device
from bridge.e2ee.algorithms import MEGOLM, OLM
from bridge.e2ee.libolm import Account, OutboundGroup
from bridge.e2ee.megolm import opened
from bridge.e2ee.to_device import Opened, RoomKey, room_key
from bridge.e2ee.unreadable import Unreadable, Why
from tests.json_values import JSON
from tests.unit.e2ee.broken import broken
from tests.unit.e2ee.phones import ASHA, CELL, RAVI, Phone, introduced

RAVIS, ASHAS = Phone.of(RAVI), Phone.of(ASHA)
HIS = introduced(RAVIS, ASHAS)
GROUP = OutboundGroup.new()
KEY = {"algorithm": MEGOLM, "room_id": CELL, "session_id": GROUP.id, "session_key": GROUP.key}


def said(**changed: Any) -> dict[str, Any]:
    """What Ravi's phone encrypts for Asha's."""
    return {
        "type": "m.room_key",
        "content": KEY,
        "sender": RAVI,
        "recipient": ASHA,
        "recipient_keys": {"ed25519": ASHAS.account.ed25519},
        "keys": {"ed25519": RAVIS.account.ed25519},
        "sender_device_keys": RAVIS.keys(),
        **changed,
    }


SAID = said()


def read(payload: Any, sender: str = RAVI, sender_key: str = RAVIS.account.curve25519) -> Opened:
    return to_device.read(json.dumps(payload), sender, sender_key, ASHA, ASHAS.account.ed25519)


def test_a_room_key_that_ravis_phone_seals_is_read_by_ashas() -> None:
    content = to_device.seal(
        HIS, RAVIS.account, RAVI, "PHONE", ASHAS.device(), "m.room_key", KEY, sender_device_keys=RAVIS.keys()
    )
    assert content["algorithm"] == OLM and content["sender_key"] == RAVIS.account.curve25519
    message = content["ciphertext"][ASHAS.account.curve25519]
    session = ASHAS.account.receive(content["sender_key"], message["body"])
    text = session.decrypt(message["type"], message["body"])
    read = to_device.read(text, RAVI, content["sender_key"], ASHA, ASHAS.account.ed25519)
    assert (read.type, read.content, read.sender) == ("m.room_key", KEY, RAVI)
    assert (read.sender_key, read.claimed_ed25519) == (RAVIS.account.curve25519, RAVIS.account.ed25519)
    assert json.loads(text)["sender_device_keys"] == RAVIS.keys()


def test_our_own_keys_may_be_left_out() -> None:
    content = to_device.seal(
        introduced(RAVIS, ASHAS), RAVIS.account, RAVI, "PHONE", ASHAS.device(), "m.dummy", {"\ud800": "\ud800"}
    )
    message = content["ciphertext"][ASHAS.account.curve25519]
    text = ASHAS.account.receive(content["sender_key"], message["body"]).decrypt(0, message["body"])
    assert "sender_device_keys" not in json.loads(text)
    assert to_device.read(text, RAVI, content["sender_key"], ASHA, ASHAS.account.ed25519).type == "m.dummy"


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (said(sender=ASHA), Why.WRONG_SENDER),
        (said(keys={}), Why.WRONG_SENDER),
        (said(keys={"ed25519": "no key"}), Why.WRONG_SENDER),
        (said(recipient=RAVI), Why.WRONG_RECIPIENT),
        (said(recipient_keys={"ed25519": RAVIS.account.ed25519}), Why.WRONG_RECIPIENT),
        (said(recipient_keys=None), Why.WRONG_RECIPIENT),
        (said(type=1), Why.DAMAGED),
        (said(content=[]), Why.DAMAGED),
        ([], Why.DAMAGED),
        (said(sender_device_keys=None), Why.WRONG_SENDER),
        (said(sender_device_keys=Phone.of(RAVI).keys()), Why.WRONG_SENDER),
        (said(sender_device_keys={**RAVIS.keys(), "user_id": ASHA}), Why.WRONG_SENDER),
        (said(sender_device_keys={**RAVIS.keys(), "signatures": {}}), Why.WRONG_SENDER),
        (said(keys={"ed25519": ASHAS.account.ed25519}), Why.WRONG_SENDER),
    ],
)
def test_what_does_not_fit_is_refused_and_the_reason_is_told(payload: Any, why: Why) -> None:
    with pytest.raises(Unreadable) as refused:
        read(payload)
    assert refused.value.code == why


def test_what_ravis_phone_told_is_not_believed_of_another_device_or_user() -> None:
    assert read(SAID).content == KEY
    for sender, key in ((ASHA, RAVIS.account.curve25519), (RAVI, Account.new().curve25519)):
        with pytest.raises(Unreadable):
            read(SAID, sender, key)


@given(broken(SAID))
def test_whatever_is_changed_what_is_read_is_from_ravi_and_for_asha(payload: Any) -> None:
    try:
        read_ = read(payload)
    except Unreadable:
        return
    assert payload["sender"] == RAVI and payload["recipient"] == ASHA
    assert payload["recipient_keys"]["ed25519"] == ASHAS.account.ed25519
    if "sender_device_keys" in payload:
        assert read_.claimed_ed25519 == RAVIS.account.ed25519
    room_key(read_)


@given(JSON)
def test_any_payload_is_refused(payload: Any) -> None:
    with pytest.raises(Unreadable):
        read(payload)


@pytest.mark.parametrize("text", ["", "nonsense", "[" * 100_000, '{"a":NaN}', "1" * 5000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        to_device.read(text, RAVI, RAVIS.account.curve25519, ASHA, ASHAS.account.ed25519)


def test_ravis_room_key_is_his() -> None:
    key = room_key(read(SAID))
    his, ed25519 = RAVIS.account.curve25519, RAVIS.account.ed25519
    assert key == RoomKey(CELL, GROUP.id, KEY["session_key"], False, his, ed25519, RAVI)
    session = opened(key)
    assert session.group.decrypt(GROUP.encrypt("namaste"))[0] == "namaste"
    assert (session.sender, session.forwarded, session.sender_key) == (RAVI, False, his)


def test_a_forwarded_room_key_is_whose_it_says_and_proves_nothing() -> None:
    owner = Account.new()
    mine = opened(RoomKey(CELL, GROUP.id, GROUP.key, False, owner.curve25519, owner.ed25519, RAVI))
    content = {
        **KEY,
        "session_key": mine.group.exported(),
        "sender_key": owner.curve25519,
        "sender_claimed_ed25519_key": owner.ed25519,
        "forwarding_curve25519_key_chain": [],
    }
    key = room_key(read(said(type="m.forwarded_room_key", content=content)))
    assert key is not None and key.forwarded and key.sender is None
    assert (key.sender_key, key.claimed_ed25519) == (owner.curve25519, owner.ed25519)
    assert opened(key).forwarded and opened(key).sender is None
    assert room_key(read(said(type="m.room.key", content=content))) is None


def test_a_room_key_of_another_session_than_it_says_is_refused() -> None:
    key = room_key(read(said(content={**KEY, "session_id": OutboundGroup.new().id})))
    assert key is not None
    with pytest.raises(Unreadable):
        opened(key)


@pytest.mark.parametrize("field", ["algorithm", "room_id", "session_id", "session_key"])
@given(JSON)
def test_a_room_key_with_anything_else_in_a_field_is_none_or_opens_nothing(field: str, value: Any) -> None:
    key = room_key(read(said(content={**KEY, field: value})))
    if key is not None and field != "room_id":
        with pytest.raises(Unreadable):
            opened(key)


def test_a_room_key_does_not_show_itself() -> None:
    assert KEY["session_key"] not in repr(room_key(read(SAID))) and KEY["session_key"] not in repr(read(SAID))
