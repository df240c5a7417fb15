"""Which replacement of a room is followed: both rooms name each other, and who did it had the power."""

import json
from typing import Any

import pytest
from hypothesis import given

from bridge.actions import FollowUpgrade
from bridge.gateway.upgrade import Ends, cannot_replace, is_no_replacement
from bridge.mirror import upgrade
from bridge.model import Event, UserId
from bridge.power import ABOVE_ALL, Powers
from tests.json_values import JSON
from tests.people import CELL, MHA, RAVI, event
from tests.tongues import in_english

NEW = "!new:mha.lab"
MEERA = "@meera:mha.lab"
BOT = UserId("@setu:mha.lab")
FOLLOW = FollowUpgrade(BOT, "$tombstone", NEW, UserId(RAVI))


def state(kind: str, event_id: str, sender: str, **content: Any) -> Event:
    return event(event_id, sender=sender, type=kind, state_key="", content=content)


def tombstone(to: str = NEW, sender: str = RAVI, event_id: str = "$tombstone") -> Event:
    return state("m.room.tombstone", event_id, sender, body="moved", replacement_room=to)


def creation(sender: str = RAVI, **content: Any) -> Event:
    return state("m.room.create", "$create", sender, **content)


def powers(version: str = "11", create: dict[str, Any] | None = None, **levels: Any) -> Powers:
    said = {"users": {RAVI: 100}, **levels}
    made = creation(room_version=version, **(create or {}))
    return Powers.read(made, state("m.room.power_levels", "$levels", RAVI, **said))


def ends(marked: Event | None = None, having: Powers | None = None) -> Ends:
    return Ends(marked or tombstone(), having or powers(), None)


def why(action: FollowUpgrade = FOLLOW, found: Ends | None = None) -> str:
    return in_english(cannot_replace(action, found or ends(), MHA, CELL))


def test_one_who_may_replaces_the_room() -> None:
    assert why() == ""
    assert is_no_replacement(creation(predecessor={"room_id": CELL}), ends(), MHA, CELL) is None


def test_a_tombstone_that_no_longer_stands_is_not_followed() -> None:
    assert why(found=ends(tombstone(event_id="$later"))) == why(found=ends(tombstone("!other:mha.lab")))
    assert "another one" in why(found=ends(tombstone(event_id="$later")))


@pytest.mark.parametrize(
    "levels",
    [
        {"users": {}}, {"users": {RAVI: 49}, "events": {"m.room.tombstone": 0}}, {"users": {RAVI: "100"}},
        {"users": {RAVI: 99}, "events": {"m.room.tombstone": 100}}, {"users": {RAVI: True}, "state_default": 0},
        {"users": {RAVI.upper(): 100}},
    ],
)  # fmt: skip
def test_who_has_not_the_power_replaces_nothing(levels: dict[str, Any]) -> None:
    assert "has not the power" in why(found=ends(having=powers(**levels)))


def test_a_creator_stands_above_all_levels_since_version_12() -> None:
    demanding = {"users": {}, "events": {"m.room.tombstone": 150}}
    assert why(found=ends(having=powers("12", **demanding))) == ""
    assert "has not the power" in why(found=ends(having=powers("11", **demanding)))
    others = powers("12", {"additional_creators": [MEERA, 7]}, **demanding)
    assert others.of(MEERA) == ABOVE_ALL and others.of(RAVI) == ABOVE_ALL and others.of("@x:mha.lab") == 0


@pytest.mark.parametrize("new", [CELL, "!new:nic.lab", "!new:mha.lab.org", "!new:mha.lab:8448"])
def test_neither_itself_nor_a_room_elsewhere_replaces_it(new: str) -> None:
    action = FollowUpgrade(BOT, "$tombstone", new, UserId(RAVI))
    assert "is no other room" in why(action, ends(tombstone(new)))


def test_a_room_of_version_12_names_no_homeserver() -> None:
    new = "!31hneApxJ_1o-63DmFrpeqnkFfWppnzWso1JvH3ogLM"
    assert why(FollowUpgrade(BOT, "$tombstone", new, UserId(RAVI)), ends(tombstone(new))) == ""


@pytest.mark.parametrize(
    ("create", "reason"),
    [
        (creation(), "does not name"), (creation(predecessor={"room_id": "!other:mha.lab"}), "does not name"),
        (creation(predecessor=[CELL]), "does not name"), (creation(predecessor={"room_id": [CELL]}), "does not name"),
        (creation(MEERA, predecessor={"room_id": CELL}), f"it was made by {MEERA}"),
        (creation("@ravi:nic.lab", predecessor={"room_id": CELL}), "another homeserver"),
        (creation(predecessor={"room_id": CELL}, type="m.space"), "another kind"),
    ],
)  # fmt: skip
def test_a_room_that_does_not_say_so_itself_replaces_none(create: Event, reason: str) -> None:
    assert reason in in_english(is_no_replacement(create, ends(), MHA, CELL))


@given(JSON, JSON)
def test_nothing_that_hurts_replaces_a_room(create: Any, levels: Any) -> None:
    raw = Event(b"", {"content": create, "sender": RAVI, "type": "m.room.create", "event_id": "$c"})
    said = Event(b"", {"content": levels, "type": "m.room.power_levels"})
    Powers.read(raw, said).of(RAVI)
    assert is_no_replacement(raw, ends(having=Powers.read(raw, said)), MHA, CELL) is not None


def test_what_the_mirror_sees_is_looked_at_by_the_gateway() -> None:
    assert upgrade.replacement(tombstone(), BOT) == [FOLLOW]
    assert not upgrade.is_forged(tombstone())


@pytest.mark.parametrize("key", [None, "elsewhere", 7])
def test_a_message_that_looks_like_a_tombstone_is_a_forgery(key: object) -> None:
    fields = {**json.loads(tombstone().raw), "state_key": key}
    written = Event.read(json.dumps({name: value for name, value in fields.items() if value is not None}).encode())
    assert upgrade.is_forged(written) and upgrade.replacement(written, BOT) == []


@pytest.mark.parametrize("to", ["", "#alias:mha.lab", "new", "!" + "x" * 300])
def test_what_is_no_room_is_nowhere_to_go(to: str) -> None:
    assert upgrade.replacement(tombstone(to), BOT) == []


def invitation(*told: Any) -> Event:
    content = {"membership": "invite"}
    return event("$i", NEW, type="m.room.member", state_key=BOT, content=content, unsigned={"invite_room_state": told})


def test_an_invitation_tells_after_which_room_its_own_comes() -> None:
    create = {"type": "m.room.create", "content": {"predecessor": {"room_id": CELL}}}
    assert upgrade.predecessor(invitation({"type": "m.room.name"}, create)) == CELL
    assert upgrade.predecessor(invitation({"type": "m.room.create", "content": {}})) is None


@given(JSON)
def test_an_invitation_that_hurts_tells_nothing(told: Any) -> None:
    create = "m.room.create"
    hostile = [told, {"type": create, "content": told}, {"type": create, "content": {"predecessor": told}}]
    raw = Event(b"", {"unsigned": {"invite_room_state": hostile}})
    assert upgrade.predecessor(raw) is None
    assert upgrade.predecessor(Event(b"", {"unsigned": told})) is None
