"""Who is given the room keys of ours, and from which message on: every device that may read, before the first message
that it may read, and no other.
"""

from typing import Any

import pytest

from tests.people import CELL, RAVI
from tests.store.handset import Handset
from tests.store.secret_cell import BOT, GHOST, OTHER_GHOST, Cell

MEERA = "@meera:mha.lab"


async def test_each_device_of_each_member_reads_every_message(cell: Cell) -> None:
    phone = Handset.of(RAVI)
    others = [phone.another("TABLET"), Handset.of(MEERA, "LAPTOP")]
    await cell.joins(phone, *others, GHOST, BOT)
    gateway = cell.gateway()
    written = [await cell.says(gateway, f"n{n}") for n in range(25)]
    for handset in (phone, *others):
        assert cell.read_by(handset, *written) == [f"n{n}" for n in range(25)]
    assert len({one.session for one in written}) == 1
    assert {type for handset in (phone, *others) for type, _ in handset.heard} == {"m.room_key"}
    assert not cell.server.requests, "no account of ours is sent a key"


async def test_who_is_invited_reads_too_and_who_was_banned_does_not(cell: Cell) -> None:
    ravi, meera = Handset.of(RAVI), Handset.of(MEERA)
    await cell.joins(ravi, how="invite")
    await cell.joins(meera, how="ban")
    said = await cell.says(cell.gateway(), "namaste")
    assert cell.read_by(ravi, said) == ["namaste"]
    assert cell.read_by(meera, said) == [None]


async def test_each_ghost_has_a_key_of_its_own(cell: Cell) -> None:
    ravi, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(ravi)
    one, other = await cell.says(gateway, "one"), await cell.says(gateway, "other", OTHER_GHOST)
    assert cell.read_by(ravi, one, other) == ["one", "other"]
    assert one.session != other.session and one.content["sender_key"] != other.content["sender_key"]


async def test_reactions_go_in_clear_and_so_does_everything_into_a_room_in_clear(cell: Cell) -> None:
    content = {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$1", "key": "👍"}}
    gateway = cell.gateway()
    assert await gateway.sealed(GHOST, CELL, "m.reaction", content) == ("m.reaction", content)
    assert await gateway.sealed(GHOST, "!park:mha.lab", "m.room.message", {"body": "x"}) == (
        "m.room.message", {"body": "x"},
    )  # fmt: skip
    assert not cell.server.calls


@pytest.mark.parametrize("before", [1, 4, 9, 10, 11])
async def test_a_new_device_of_a_member_reads_from_the_next_message_on(cell: Cell, before: int) -> None:
    """Also in the middle of the places that were reserved at once."""
    phone, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(phone)
    past = [await cell.says(gateway, f"past {n}") for n in range(before)]
    tablet = phone.another("TABLET")
    cell.server.has(tablet)
    await cell.changed(tablet)
    next = [await cell.says(gateway, f"next {n}") for n in range(15)]
    assert cell.read_by(tablet, *next) == [f"next {n}" for n in range(15)]
    assert cell.read_by(tablet, *past) == [None] * before, "what was said before it came is not its to read"
    assert cell.read_by(phone, *past, *next).count(None) == 0
    assert len({one.session for one in (*past, *next)}) == 1


async def test_so_does_one_of_somebody_whom_followers_have_not_noticed_yet(cell: Cell) -> None:
    ravi, meera, gateway = Handset.of(RAVI), Handset.of(MEERA), cell.gateway()
    await cell.joins(ravi)
    await cell.joins(meera, journalled=False)
    await cell.is_journalled(MEERA, followed=False)
    past = await cell.says(gateway, "past")
    tablet = meera.another("TABLET")
    cell.server.has(tablet)
    await cell.changed(tablet)
    next = await cell.says(gateway, "next")
    assert cell.read_by(meera, past, next) == ["past", "next"]
    assert cell.read_by(tablet, past, next) == [None, "next"]


async def test_who_joins_reads_from_the_next_message_on(cell: Cell) -> None:
    ravi, meera, gateway = Handset.of(RAVI), Handset.of(MEERA), cell.gateway()
    await cell.joins(ravi)
    past = [await cell.says(gateway, f"past {n}") for n in range(3)]
    await cell.joins(meera)
    next = [await cell.says(gateway, f"next {n}") for n in range(9)]
    assert cell.read_by(meera, *past, *next) == [None] * 3 + [f"next {n}" for n in range(9)]


async def test_who_is_invited_by_our_bot_reads_from_the_next_message_on(cell: Cell) -> None:
    ravi, meera, gateway = Handset.of(RAVI), Handset.of(MEERA), cell.gateway()
    await cell.joins(ravi)
    past = await cell.says(gateway, "past")
    await cell.joins(meera, how="invite")
    next = [await cell.says(gateway, "next"), await cell.says(gateway, "other", OTHER_GHOST)]
    assert cell.read_by(meera, past, *next) == [None, "next", "other"]


async def test_who_left_reads_no_further(cell: Cell) -> None:
    ravi, meera, gateway = Handset.of(RAVI), Handset.of(MEERA), cell.gateway()
    await cell.joins(ravi, meera)
    past = await cell.says(gateway, "past")
    await cell.leaves(meera)
    next = await cell.says(gateway, "next")
    assert next.session != past.session
    assert cell.read_by(meera, past, next) == ["past", None]
    assert cell.read_by(ravi, past, next) == ["past", "next"]


async def test_a_device_that_was_logged_out_reads_no_further(cell: Cell) -> None:
    phone, gateway = Handset.of(RAVI), cell.gateway()
    tablet = phone.another("TABLET")
    await cell.joins(phone, tablet)
    past = await cell.says(gateway, "past")
    cell.server.logs_out(tablet)
    await cell.changed(tablet)
    next = await cell.says(gateway, "next")
    assert cell.read_by(tablet, past, next) == ["past", None]
    assert cell.read_by(phone, past, next) == ["past", "next"]


async def test_a_device_that_comes_again_under_its_old_name_with_new_keys_reads_on(cell: Cell) -> None:
    """It was logged out in between, and nobody wrote meanwhile."""
    phone, gateway = Handset.of(RAVI), cell.gateway()
    desk = phone.another("DESK")
    await cell.joins(phone, desk)
    past = await cell.says(gateway, "past")
    cell.server.logs_out(desk)
    await cell.changed(desk)
    await cell.says(gateway, "unseen", OTHER_GHOST)
    again = phone.another("DESK")
    cell.server.has(again)
    await cell.changed(again)
    next = await cell.says(gateway, "next")
    assert cell.read_by(again, past, next) == [None, "next"]
    assert cell.read_by(desk, next) == [None]


async def test_comings_and_goings_of_our_own_change_no_key_and_ask_the_homeserver_nothing(cell: Cell) -> None:
    ravi, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(ravi)
    first = await cell.says(gateway, "first")
    asked = len(cell.server.calls)
    await cell.joins(OTHER_GHOST)
    second = await cell.says(gateway, "second")
    assert first.session == second.session and len(cell.server.calls) == asked
    assert cell.read_by(ravi, first, second) == ["first", "second"]


async def test_a_blocked_device_is_told_why_it_gets_no_key(cell: Cell) -> None:
    phone = Handset.of(RAVI)
    tablet = phone.another("TABLET")
    await cell.joins(phone, tablet)
    gateway = cell.gateway(blocked=frozenset({f"{RAVI} TABLET"}))
    said = [await cell.says(gateway, f"n{n}") for n in range(3)]
    assert cell.read_by(phone, *said) == ["n0", "n1", "n2"]
    assert cell.read_by(tablet, *said) == [None] * 3 and not tablet.keys
    assert _withheld(tablet) == [("m.blacklisted", CELL, said[0].session)], "once, not with each message"
    assert not phone.withheld


async def test_a_device_for_which_its_person_does_not_vouch_gets_a_key_only_where_that_is_allowed(cell: Cell) -> None:
    phone = Handset.of(RAVI)
    tablet = phone.another("TABLET")
    await cell.joins(phone, tablet)
    cell.server.lies[RAVI] = _unsigned(phone, tablet)
    strict, lenient = cell.gateway(cross_signed_only=True), cell.gateway()
    said = await cell.says(strict, "strict")
    assert cell.read_by(phone, said) == ["strict"] and cell.read_by(tablet, said) == [None]
    assert _withheld(tablet) == [("m.unverified", CELL, said.session)]
    assert cell.read_by(tablet, await cell.says(lenient, "lenient", OTHER_GHOST)) == ["lenient"]

    del cell.server.lies[RAVI]  # now its person verifies it
    await cell.changed(tablet)
    assert cell.read_by(tablet, await cell.says(strict, "verified")) == ["verified"]


async def test_a_device_that_is_blocked_after_a_restart_reads_no_further(cell: Cell) -> None:
    phone = Handset.of(RAVI)
    tablet = phone.another("TABLET")
    await cell.joins(phone, tablet)
    past = await cell.says(cell.gateway(), "past")
    gateway = cell.gateway(blocked=frozenset({f"{RAVI} TABLET"}))
    await cell.changed(tablet)
    next = await cell.says(gateway, "next")
    assert cell.read_by(tablet, past, next) == ["past", None]
    assert cell.read_by(phone, past, next) == ["past", "next"]


async def test_a_device_without_one_time_keys_stops_nobody_and_is_told(cell: Cell) -> None:
    phone, gateway = Handset.of(RAVI), cell.gateway()
    tablet = phone.another("TABLET")
    await cell.joins(phone, tablet)
    cell.server.without_keys.add((RAVI, "TABLET"))
    said = [await cell.says(gateway, f"n{n}") for n in range(3)]
    assert cell.read_by(phone, *said) == ["n0", "n1", "n2"]
    assert _withheld(tablet) == [("m.no_olm", None, None)]

    cell.server.without_keys.clear()
    await cell.joins(Handset.of(MEERA))  # the next occasion to share
    again = await cell.says(gateway, "again")
    assert cell.read_by(tablet, again) == ["again"]
    assert again.session == said[0].session and len(tablet.withheld) == 1


async def test_a_device_whose_signing_key_changes_under_its_name_is_not_believed(cell: Cell) -> None:
    phone, gateway = Handset.of(RAVI), cell.gateway()
    await cell.joins(phone)
    past = await cell.says(gateway, "past")
    impostor = phone.another("PHONE")
    cell.server.lies[RAVI] = impostor.phone.answer()
    await cell.changed(phone)
    next = [await cell.says(gateway, "next"), await cell.says(gateway, "other", OTHER_GHOST)]
    assert cell.read_by(phone, past, *next) == ["past", "next", "other"]
    assert cell.read_by(impostor, *next) == [None, None] and not impostor.heard


async def test_keys_that_a_device_did_not_sign_are_not_used(cell: Cell) -> None:
    phone = Handset.of(RAVI)
    await cell.joins(phone)
    forged = phone.phone.answer()
    forged["device_keys"][RAVI]["PHONE"]["keys"]["curve25519:PHONE"] = Handset.of(MEERA).phone.account.curve25519
    cell.server.lies[RAVI] = forged
    await cell.says(cell.gateway(), "namaste")
    assert not phone.heard and not cell.server.asked("claim")


def _withheld(handset: Handset) -> list[tuple[Any, ...]]:
    return [(one["code"], one.get("room_id"), one.get("session_id")) for one in handset.withheld]


def _unsigned(phone: Handset, tablet: Handset) -> dict[str, Any]:
    """What is answered of Ravi, whose identity signed the phone and not the tablet."""
    answer = phone.phone.answer()
    keys = tablet.phone.keys()
    own = {name: one for name, one in keys["signatures"][RAVI].items() if name == "ed25519:TABLET"}
    answer["device_keys"][RAVI]["TABLET"] = {**keys, "signatures": {RAVI: own}}
    return answer
