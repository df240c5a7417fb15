"""What of an event is signed is what Synapse signs of it, in every room version; and a hash is that of the content."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.classification.gate.redacted import NEWEST, OLDEST, hash_holds, known, redacted
from tests.gate.pdus import message, pdu, pruned
from tests.json_values import JSON

VERSIONS = range(OLDEST, NEWEST + 1)

STATE: dict[str, dict[str, Any]] = {
    "m.room.member": {
        "membership": "join", "displayname": "Ravi", "join_authorised_via_users_server": "@a:b", "reason": "x",
        "third_party_invite": {"display_name": "r", "signed": {"token": "t", "mxid": "@a:b", "signatures": {}}},
    },
    "m.room.create": {"creator": "@a:b", "room_version": "11", "m.federate": True},
    "m.room.join_rules": {"join_rule": "restricted", "allow": [], "more": 1},
    "m.room.power_levels": {"users": {"@a:b": 50}, "invite": 10, "ban": 20, "notifications": {"room": 5}},
    "m.room.history_visibility": {"history_visibility": "shared", "more": 1},
    "m.room.aliases": {"aliases": ["#a:b"]},
    "m.room.topic": {"topic": "roads"},
    "m.room.policy": {"via": "a.b", "public_keys": {}},
}  # fmt: skip


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("kind", STATE)
def test_state_is_redacted_as_synapse_does(version: int, kind: str) -> None:
    fields = pdu(kind, STATE[kind], state_key="", origin="mha.lab", prev_state=[], membership="join", more=1)
    if (kind, version) == ("m.room.create", 12):
        del fields["room_id"]  # it is made from this event's hash
    assert bare(redacted(fields, version)) == pruned(fields, str(version))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_redaction_and_a_message_are_too(version: int) -> None:
    for fields in (
        message("SECRET", unsigned={"age": 4}),
        pdu("m.room.redaction", {"redacts": "$x", "reason": "SECRET"}, redacts="$x"),
    ):
        assert bare(redacted(fields, version)) == pruned(fields, str(version))


@given(st.dictionaries(st.text(max_size=8) | st.sampled_from(["type", "content", "hashes", "sender"]), JSON), JSON)
def test_whatever_somebody_sends_nothing_is_raised(fields: dict[str, Any], content: Any) -> None:
    for event in (fields, {**fields, "type": "m.room.member", "content": content}):
        for version in VERSIONS:
            redacted(event, version)
        assert hash_holds({**event, "hashes": {"sha256": "AAAA"}}) is False


def test_a_hash_is_that_of_the_content() -> None:
    said = message("a plain word")
    assert hash_holds(said)
    assert hash_holds({**said, "unsigned": {"age": 1}, "signatures": {"a": {}}})
    assert not hash_holds({**said, "content": {"msgtype": "m.text", "body": "SECRET"}})
    assert not hash_holds({**said, "hashes": {}})


@pytest.mark.parametrize("version", ["5", "13", "org.matrix.msc1", "", "٧", "11 ", None])
def test_a_version_without_rules_here_is_not_known(version: str | None) -> None:
    assert known(version) is None


def bare(event: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in event.items() if key != "signatures"}
