"""Who calls whom into a direct chat, and who cannot."""

from typing import Any

import pytest
from hypothesis import given

from bridge.customs import Customs
from bridge.mirror.direct import call, may_be_called, name_of
from bridge.model import LONGEST_ID, Event, UserId
from bridge.store.direct import Call
from tests.json_values import JSON
from tests.people import RAVI, event
from tests.unit.setus import room

ASHA = UserId("@asha:nic.lab")
ASHA_HERE = UserId("@_setu_nic.lab_asha:mha.lab")
ROOM = room("!call:mha.lab")
CUSTOMS = Customs(
    "setu", frozenset({"setu", "records"}), "_setu_", "{name} · {department}",
    {"mha.lab": "Home Affairs", "nic.lab": "NIC", "mea.lab": "External Affairs"},
)  # fmt: skip


def invitation(ghost: Any = ASHA_HERE, sender: str = RAVI, **content: Any) -> Event:
    said = {"membership": "invite", "is_direct": True, **content}
    return event("$call", ROOM.room_id, sender, type="m.room.member", state_key=ghost, content=said)


def test_who_invites_a_ghost_into_a_direct_chat_calls() -> None:
    assert call(invitation(), ROOM, CUSTOMS) == (RAVI, ASHA_HERE)


@pytest.mark.parametrize(
    "no_call",
    [
        invitation(is_direct=False), invitation(is_direct=1), invitation(is_direct="true"), invitation(is_direct=None),
        invitation(membership="join"), invitation(membership="knock"), invitation("@meera:mha.lab"),
        invitation("@setu:mha.lab"), invitation("@_setu_nic.lab_asha:mha.lab.org"), invitation(""), invitation(None),
        invitation(sender="@ravi:far.lab"), invitation(sender=ASHA_HERE), invitation(sender="@setu:mha.lab"),
    ],
)  # fmt: skip
def test_nothing_else_is_a_call(no_call: Event) -> None:
    assert call(no_call, ROOM, CUSTOMS) is None


@given(JSON, JSON, JSON)
def test_what_hurts_is_no_call_and_no_error(content: Any, key: Any, sender: Any) -> None:
    hostile = Event(b"", {"type": "m.room.member", "content": content, "state_key": key, "sender": sender})
    assert call(hostile, ROOM, CUSTOMS) is None


def test_people_of_other_homeservers_that_are_served_may_be_called() -> None:
    assert may_be_called(ASHA, UserId(RAVI), ROOM, CUSTOMS)
    assert may_be_called(UserId("@vikram:mea.lab"), UserId(RAVI), ROOM, CUSTOMS)


@pytest.mark.parametrize(
    "nobody",
    ["@somebody:far.lab", "@meera:mha.lab", "@setu:nic.lab", "@records:nic.lab", "@_setu_mea.lab_vikram:nic.lab"],
)
def test_neither_strangers_nor_those_at_home_nor_our_own_may_be_called(nobody: str) -> None:
    assert not may_be_called(UserId(nobody), UserId(RAVI), ROOM, CUSTOMS)


def test_who_is_federated_calls_nobody_of_their_own_homeserver() -> None:
    assert not may_be_called(UserId("@vikram:mea.lab"), UserId("@kabir:mea.lab"), ROOM, CUSTOMS)


def test_a_link_bears_no_name_of_theirs_and_each_room_has_its_own() -> None:
    one = Call(UserId(RAVI), ASHA)
    other = Call(UserId(RAVI), UserId("@farid:nic.lab"))
    names = {name_of(one, "!a:mha.lab"), name_of(one, "!b:mha.lab"), name_of(other, "!a:mha.lab")}
    assert len(names) == 3
    assert name_of(Call(ASHA, UserId(RAVI)), "!a:mha.lab") in names, "whoever calls"
    assert not any("ravi" in name or "asha" in name or len(name) > LONGEST_ID for name in names)
