"""Of what a homeserver says about people's devices, only what these devices signed is believed."""

import copy
from typing import Any

import pytest
from hypothesis import given

from bridge.e2ee.cross_signing import Identity
from bridge.e2ee.device_keys import device_keys, fallback_keys
from bridge.e2ee.devices import Device, claimed, read
from bridge.e2ee.libolm import Account
from bridge.e2ee.recovery import RecoveryKey
from bridge.e2ee.signed import sign
from tests.json_values import JSON
from tests.unit.e2ee.broken import broken
from tests.unit.e2ee.phones import ASHA, RAVI, Phone

PHONE = Phone.of(RAVI)
ANSWER = PHONE.answer()
OFFER = PHONE.offer()
[ONE_TIME_KEY] = (each["key"] for each in OFFER["one_time_keys"][RAVI]["PHONE"].values())


def changed(answer: dict[str, Any], *path: str, to: Any) -> dict[str, Any]:
    """The answer with this place in it changed."""
    answer = copy.deepcopy(answer)
    place = answer
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = to
    return answer


def test_ravis_phone_is_seen_with_its_keys_and_his_identity() -> None:
    seen = read(ANSWER, RAVI)
    assert seen.devices == (PHONE.device(cross_signed=True),)
    assert seen.master_key == PHONE.identity.master_public


def test_a_device_that_nobody_vouches_for_is_seen_as_such() -> None:
    bare = changed(ANSWER, "device_keys", RAVI, "PHONE", to=device_keys(PHONE.account, RAVI, "PHONE"))
    assert read(bare, RAVI).devices == (PHONE.device(cross_signed=False),)


def test_somebody_elses_identity_vouches_for_nothing_of_ravis() -> None:
    stranger = Phone.of(RAVI).answer()
    swapped = {**ANSWER, "self_signing_keys": stranger["self_signing_keys"]}
    assert read(swapped, RAVI).devices == (PHONE.device(cross_signed=False),)


def test_a_self_signing_key_that_the_master_key_did_not_sign_vouches_for_nothing() -> None:
    forged = Identity(RAVI, RecoveryKey.new())
    self_signing = copy.deepcopy(forged.upload()["self_signing_key"])
    keys = forged.sign_device(device_keys(PHONE.account, RAVI, "PHONE"))
    answer = changed(ANSWER, "device_keys", RAVI, "PHONE", to=keys)
    answer = changed(answer, "self_signing_keys", RAVI, to=self_signing)
    assert read(answer, RAVI).devices == (PHONE.device(cross_signed=False),)


def test_a_device_in_another_place_than_its_own_is_left_out() -> None:
    keys = PHONE.keys()
    for user, device in ((ASHA, "PHONE"), (RAVI, "TABLET")):
        assert read({"device_keys": {user: {device: keys}}}, user).devices == ()


def test_a_device_that_signs_itself_into_anothers_place_is_left_out() -> None:
    account = PHONE.account
    named_tablet = {**device_keys(account, RAVI, "TABLET"), "device_id": "PHONE"}
    for keys, user, device in ((device_keys(account, RAVI, "PHONE"), ASHA, "PHONE"), (named_tablet, RAVI, "TABLET")):
        signed = sign(keys, account.sign, user, f"ed25519:{device}")
        assert read({"device_keys": {user: {device: signed}}}, user).devices == ()


@pytest.mark.parametrize(
    "wrong", [{"user_id": ASHA}, {"keys": {"ed25519:1": PHONE.identity.master_public}}, {"keys": {}}]
)
def test_a_master_key_that_is_not_ravis_or_bears_another_name_is_none(wrong: dict[str, Any]) -> None:
    master = {**ANSWER["master_keys"][RAVI], **wrong}
    seen = read(changed(ANSWER, "master_keys", RAVI, to=master), RAVI)
    assert seen.master_key is None and seen.devices == (PHONE.device(cross_signed=False),)


def test_a_device_whose_keys_were_exchanged_on_the_way_is_left_out() -> None:
    other = Account.new()
    for name, key in ((f"curve25519:{PHONE.device_id}", other.curve25519), ("ed25519:PHONE", other.ed25519)):
        assert read(changed(ANSWER, "device_keys", RAVI, "PHONE", "keys", name, to=key), RAVI).devices == ()


def test_a_device_id_that_cannot_be_kept_is_left_out() -> None:
    account = Account.new()
    for device_id in ("", "\x00", "x" * 256):
        keys = device_keys(account, RAVI, device_id)
        assert read({"device_keys": {RAVI: {device_id: keys}}}, RAVI).devices == ()


@given(broken(ANSWER))
def test_whatever_a_homeserver_lies_no_device_appears_that_ravi_does_not_have(answer: Any) -> None:
    seen = read(answer, RAVI)
    assert set(seen.devices) <= {PHONE.device(True), PHONE.device(False)}
    assert seen.master_key in (None, PHONE.identity.master_public)


@given(JSON)
def test_any_answer_is_read(answer: Any) -> None:
    assert read(answer, RAVI).devices == ()
    for key in ANSWER:
        assert set(read({**ANSWER, key: {RAVI: answer}}, RAVI).devices) <= {PHONE.device(True), PHONE.device(False)}
        read({**ANSWER, key: answer}, RAVI)


@pytest.mark.parametrize("usage", [["master"], ["self_signing", "user_signing"], "self_signing", None])
def test_a_self_signing_key_must_say_that_it_is_one(usage: Any) -> None:
    named = {**PHONE.identity.upload()["self_signing_key"], "usage": usage}
    signed = PHONE.identity.sign_backup(named)  # by the master key, as every other thing that is given to it
    seen = read(changed(ANSWER, "self_signing_keys", RAVI, to=signed), RAVI)
    assert seen.devices == (PHONE.device(cross_signed=usage == ["self_signing", "user_signing"]),)


def test_a_one_time_key_that_ravis_phone_signed_is_taken() -> None:
    assert claimed(OFFER, PHONE.device()) == ONE_TIME_KEY


def test_a_fallback_key_is_as_good() -> None:
    phone = Phone.of(RAVI)
    phone.account.make_fallback_key()
    [(name, value)] = fallback_keys(phone.account, RAVI, "PHONE").items()
    assert value["fallback"] is True
    offer = {"one_time_keys": {RAVI: {"PHONE": {name: value}}}}
    assert claimed(offer, phone.device()) in phone.account.unpublished_fallback().values()


def test_a_one_time_key_that_somebody_else_signed_is_not() -> None:
    other = Account.new()
    forged = sign({"key": other.curve25519}, other.sign, RAVI, "ed25519:PHONE")
    offer = {"one_time_keys": {RAVI: {"PHONE": {"signed_curve25519:AAAAAQ": forged}}}}
    assert claimed(offer, PHONE.device()) is None
    assert claimed(OFFER, Phone.of(RAVI).device()) is None


def test_a_key_of_another_kind_is_not_taken_for_a_one_time_key() -> None:
    keys = {f"other:{number}": key for number, key in enumerate(OFFER["one_time_keys"][RAVI]["PHONE"].values())}
    assert claimed({"one_time_keys": {RAVI: {"PHONE": keys}}}, PHONE.device()) is None


@given(broken(OFFER))
def test_whatever_a_homeserver_offers_only_a_signed_key_is_taken(offer: Any) -> None:
    assert claimed(offer, PHONE.device()) in (None, ONE_TIME_KEY)


@given(JSON)
def test_any_offer_is_read(offer: Any) -> None:
    device: Device = PHONE.device()
    assert claimed(offer, device) is None
    assert claimed({"one_time_keys": {RAVI: {"PHONE": offer}}}, device) is None
