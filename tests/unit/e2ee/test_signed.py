"""Signed JSON is what Synapse's own libraries make of it, and whatever a stranger sends is signed or is not."""

import base64
import copy
from typing import Any

import canonicaljson
import pytest
import signedjson.key
import signedjson.sign
from hypothesis import given
from hypothesis import strategies as st

from bridge.e2ee import unpadded
from bridge.e2ee.libolm import Account
from bridge.e2ee.signed import LARGEST, canonical, is_signed, sign
from tests.json_values import JSON
from tests.unit.e2ee.broken import broken
from tests.unit.e2ee.phones import RAVI, Phone

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
CANONICAL = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | TEXT,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(TEXT, inside, max_size=4),
    max_leaves=15,
)
PHONE = Phone.of(RAVI)
KEYS = PHONE.keys()
KEY_ID = "ed25519:PHONE"


@given(CANONICAL)
def test_our_canonical_json_is_that_of_synapse(value: object) -> None:
    assert canonical(value).encode() == canonicaljson.encode_canonical_json(value)


@pytest.mark.parametrize("value", [1.0, 2**53, -(2**53), "\ud800", {1: "a"}, {"a": b"b"}, float("inf")])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r".+"):
        canonical({"value": value})


def test_what_nests_too_deep_has_no_canonical_form() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(ValueError, match="deep"):
        canonical(value)


@given(st.dictionaries(TEXT, CANONICAL, max_size=4))
def test_synapse_accepts_what_ravis_phone_signed(value: dict[str, Any]) -> None:
    value.pop("signatures", None)
    signed = sign(value, PHONE.account.sign, RAVI, KEY_ID)
    key = signedjson.key.decode_verify_key_bytes(KEY_ID, unpadded.decode(PHONE.account.ed25519))
    signedjson.sign.verify_signed_json(copy.deepcopy(signed), RAVI, key)
    assert is_signed(signed, RAVI, KEY_ID, PHONE.account.ed25519)


@given(st.dictionaries(TEXT, CANONICAL, max_size=4))
def test_we_accept_what_synapse_signed(value: dict[str, Any]) -> None:
    value.pop("signatures", None)
    key = signedjson.key.generate_signing_key("1")
    public = base64.b64encode(bytes(key.verify_key)).decode()
    signed = signedjson.sign.sign_json(value, "mha.lab", key)
    assert is_signed(signed, "mha.lab", "ed25519:1", public)
    assert not is_signed({**signed, "added": 1}, "mha.lab", "ed25519:1", public)


def test_a_second_signature_leaves_the_first_one_in_place() -> None:
    signed = sign(KEYS, Account.new().sign, RAVI, "ed25519:TABLET")
    assert set(signed["signatures"][RAVI]) == {*KEYS["signatures"][RAVI], "ed25519:TABLET"}
    assert is_signed(signed, RAVI, KEY_ID, PHONE.account.ed25519)


def test_what_the_homeserver_adds_as_unsigned_does_not_break_a_signature() -> None:
    named = {**KEYS, "unsigned": {"device_display_name": "Ravi's phone"}}
    assert is_signed(named, RAVI, KEY_ID, PHONE.account.ed25519)


@given(JSON)
def test_nothing_that_a_stranger_sends_is_signed_by_ravi(value: object) -> None:
    assert not is_signed(value, RAVI, KEY_ID, PHONE.account.ed25519)


@given(JSON)
def test_nothing_is_a_signature_or_a_key_but_the_right_one(value: object) -> None:
    signatures = {"signatures": {RAVI: {KEY_ID: value}}}
    assert not is_signed({**KEYS, **signatures}, RAVI, KEY_ID, PHONE.account.ed25519)
    assert not is_signed(KEYS, RAVI, KEY_ID, value)


@given(broken(KEYS))
def test_changed_keys_are_no_longer_signed_unless_the_change_is_beside_the_signature(value: Any) -> None:
    if is_signed(value, RAVI, KEY_ID, PHONE.account.ed25519):
        kept = {key: each for key, each in value.items() if key not in ("signatures", "unsigned")}
        assert kept == {key: each for key, each in KEYS.items() if key != "signatures"}
        assert value["signatures"][RAVI][KEY_ID] == KEYS["signatures"][RAVI][KEY_ID]


@given(JSON)
def test_only_a_key_in_its_one_spelling_is_a_key(value: object) -> None:
    assert unpadded.key(value) is None
    key = PHONE.account.ed25519
    assert unpadded.key(key) == key
    assert unpadded.key(key + "=") is None and unpadded.key(key + "\n") is None
