"""People who try what they may not, rooms that change under the bot, and what two do at once: nothing above a ceiling
crosses, nobody decides who may not, and nothing stays at the border for ever.
"""

from typing import Any

from bridge.actions import Send, SetMember, SetState
from bridge.model import Fate
from bridge.store.journal import Arrival
from tests.people import CELL, MHA, RAVI
from tests.store import guardroom as guardrooms
from tests.store.chat import ASHA, HALL, OFFICE
from tests.store.guardroom import CONFIDENTIAL, MEERA, OFFICER, SECRET, SECURITY, Guardroom, editing, replying
from tests.store.test_classification_border import fates

EDITED = "The convoy leaves at six."


async def held_ones(room: Guardroom) -> int:
    return (await fates(room)).count(Fate.HELD)


async def test_nobody_takes_back_what_another_wrote_by_a_marked_edit_of_it(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "Good morning.")
    forged = guardroom.event(CELL, MEERA, "m.room.message", **editing(said, SECRET))
    await guardroom.happens(forged)
    assert await guardroom.redactions() == [(CELL, forged.id)]


async def test_a_marked_edit_of_a_message_that_we_never_saw_is_an_incident_all_the_same(guardroom: Guardroom) -> None:
    await guardroom.pool.execute("update link set without_verdict = 'open'")
    edit = guardroom.event(CELL, RAVI, "m.room.message", **editing("$never", SECRET))
    await guardroom.happens(edit)
    assert await guardroom.redactions() == [(CELL, edit.id)]
    assert [case["incident"] for case in await guardroom.cases()] == ["open"]


async def test_an_edit_of_what_was_taken_back_after_it_crossed_does_not_cross(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The convoy leaves at five.")
    await guardroom.replies(CELL, RAVI, said, "!mark secret")
    before = await guardroom.last_order()
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.message", **editing(said, EDITED)))
    crossed = [one for room, one in await guardroom.orders(before) if room == HALL and isinstance(one, Send)]
    assert crossed == []


async def test_who_has_left_the_bots_chat_is_not_told_in_front_of_the_room(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.private(RAVI)
    await guardroom.pool.execute("update private_chat set gone = true")
    before = await guardroom.told(CELL)
    await guardroom.says(CELL, RAVI, CONFIDENTIAL + " Again.")
    await guardroom.says(CELL, RAVI, "For the official file, please write to ravi.kumar@gmail.com about the tender.")
    await guardroom.say(SECURITY, OFFICER, "!mark refuse 2 not for the hub")
    assert await guardroom.told(CELL) == before


async def test_a_reply_that_the_mirror_has_not_read_when_its_message_is_released_goes_on_too(
    guardroom: Guardroom,
) -> None:
    held = await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    reply = guardroom.event(CELL, MEERA, "m.room.message", **replying(held, "I have seen it."))
    await guardroom.journal.append(MHA, [Arrival(reply, "push")])
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.ticks()
    await guardroom.read_all()
    assert await guardroom.copies() == [CONFIDENTIAL, "I have seen it."] and await held_ones(guardroom) == 0


async def test_a_mark_of_somebody_else_does_not_stand_in_the_way_of_the_writers_own(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The convoy leaves at five.")
    await guardroom.replies(CELL, MEERA, said, "!mark secret")
    assert await guardroom.redactions() == []
    await guardroom.replies(CELL, RAVI, said, "!mark secret")
    assert set(await guardroom.redactions()) == {(CELL, said), (HALL, said)}


async def test_who_marks_higher_than_before_is_heeded_again(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The convoy leaves at five.")
    await guardroom.replies(CELL, RAVI, said, "!mark confidential")
    await guardroom.replies(CELL, RAVI, said, "!mark secret")
    assert set(await guardroom.redactions()) == {(CELL, said), (HALL, said)}


async def test_an_administrator_of_a_department_does_not_decide_what_comes_to_it(guardroom: Guardroom) -> None:
    await guardroom.says(HALL, ASHA, CONFIDENTIAL)
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    chat = await guardroom.private(RAVI)
    await guardroom.enter(MHA, chat)
    await guardroom.say(chat, RAVI, "!mark release 1 I want to read it")
    assert (await guardroom.cases())[0]["hold"] == "held"
    assert not any(ASHA in one for one in await guardroom.say(chat, RAVI, "!mark held"))


async def test_nobody_lifts_what_keeps_themselves_from_writing(guardroom: Guardroom) -> None:
    settings = {
        **guardrooms.SETTINGS,
        "default": {"responses": [{"kinds": ["marking"], "above": 1, "do": ["restrict", "incident"]}]},
    }
    made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, settings)
    await made.happens(made.event(HALL, OFFICER, "m.room.member", OFFICER, membership="join"))
    await made.says(HALL, OFFICER, CONFIDENTIAL)
    assert "wrote themselves" in (await made.say(SECURITY, OFFICER, "!mark lift 1 I know now"))[0]


async def test_an_officer_does_not_mark_their_own_message_lower(guardroom: Guardroom) -> None:
    said = await guardroom.says(HALL, OFFICER, "RESTRICTED\nThe estimate is enclosed.")
    await guardroom.replies(HALL, OFFICER, said, "!mark unclassified it is nothing")
    assert await guardroom.pool.fetchval("select count(*) from classification_label") == 0


async def test_why_by_number_is_for_the_writer_and_officers(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    assert "reply" in (await guardroom.say(HALL, "@kiran:nic.lab", "!mark why 1"))[0]
    assert "reply" in (await guardroom.say(HALL, "@kiran:nic.lab", "!mark wrong 1"))[0]


async def test_who_removes_a_ghost_gives_no_reason_above_the_ceiling_to_the_other_side(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, MEERA, "Good morning.")
    ghost = await guardroom.pool.fetchval(
        "select user_id from ghost where person = $1 and homeserver = 'nic.lab'", MEERA
    )
    await guardroom.happens(guardroom.event(CELL, MEERA, "m.room.member", MEERA, membership="join"))
    await guardroom.happens(
        guardroom.event(HALL, ASHA, "m.room.member", ghost, membership="leave", reason="SECRET: the convoy")
    )
    removed = [one for room, one in await guardroom.orders() if room == CELL and isinstance(one, SetMember)]
    assert [one.reason for one in removed] == [None]


async def test_a_reason_that_could_not_be_judged_stays(guardroom: Guardroom) -> None:
    guardroom.judges = False
    said = await guardroom.says(CELL, RAVI, "Good morning.")
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.member", MEERA, membership="ban", reason="SECRET: why"))
    banned = [one for room, one in await guardroom.orders() if room == HALL and isinstance(one, SetMember)]
    assert said and [one.reason for one in banned] == [None]


async def test_what_is_released_carries_its_marking(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.read_all()
    [copy] = [one for room, one in await guardroom.orders() if room == HALL and isinstance(one, Send) and one.origin]
    assert copy.content.get("in.setu.label") == {"level": "IN:CONFIDENTIAL"}


async def test_what_is_released_while_the_link_is_paused_goes_on_when_the_pause_is_over(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.say(CELL, RAVI, "!setu pause cell")
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.ticks()
    await guardroom.read_all()
    assert CONFIDENTIAL not in await guardroom.copies()
    await guardroom.say(CELL, RAVI, "!setu resume cell")
    await guardroom.ticks()
    await guardroom.read_all()
    assert CONFIDENTIAL in await guardroom.copies() and await held_ones(guardroom) == 0


async def test_a_moderator_of_one_side_does_not_raise_what_the_other_may_carry_by_default(guardroom: Guardroom) -> None:
    settings: dict[str, Any] = {"security_room": SECURITY, "default": {"ceiling": "RESTRICTED"}}
    made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, settings)
    assert "RESTRICTED" in (await made.say(CELL, RAVI, "!mark ceiling top secret"))[0]
    await made.says(CELL, RAVI, CONFIDENTIAL)
    assert CONFIDENTIAL not in await made.copies()


async def test_a_reply_that_is_marked_itself_stays_when_what_it_replies_to_is_released(guardroom: Guardroom) -> None:
    held = await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    reply = guardroom.event(CELL, MEERA, "m.room.message", **replying(held, "I have seen it."))
    await guardroom.happens(reply)
    await guardroom.replies(CELL, MEERA, reply.id or "", "!mark confidential")
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.read_all()
    assert "I have seen it." not in await guardroom.copies()
    await guardroom.say(SECURITY, OFFICER, "!mark release 2 so is this")
    await guardroom.read_all()
    assert "I have seen it." in await guardroom.copies()


async def test_a_topic_from_before_the_rooms_were_linked_is_held_by_the_ceiling_of_the_link(
    guardroom: Guardroom,
) -> None:
    await guardroom.say(OFFICE, ASHA, "!setu unlink cell")
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.topic", "", topic="SECRET//Convoys"))
    settings = {**guardrooms.SETTINGS, "rooms": [{"link": "fresh", "ceiling": "RESTRICTED"}]}
    made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, settings)
    made.numbers = guardroom.numbers
    await made.say(CELL, RAVI, "!setu link fresh")
    await made.say(OFFICE, ASHA, "!setu accept fresh")
    topics = [one.content for _, one in await made.orders() if isinstance(one, SetState) and one.type == "m.room.topic"]
    assert topics == []
    await made.ticks()
    [case] = await made.cases()
    assert (case["hold"], case["level"], case["occasion"]) == ("held", "IN:SECRET", "unjudged")


async def test_a_message_that_could_not_be_read_whole_goes_by_the_rule_of_the_link(guardroom: Guardroom) -> None:
    deep: Any = "SECRET\nThe convoy leaves at five."
    for _ in range(45):
        deep = [deep]
    await guardroom.happens(
        guardroom.event(CELL, RAVI, "m.room.message", msgtype="m.text", body="Roads", **{"m.text": deep})
    )
    assert await guardroom.copies() == []


async def test_a_release_after_the_link_was_stopped_leaves_nothing_held(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.say(OFFICE, ASHA, "!setu unlink cell")
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.ticks()
    await guardroom.read_all()
    assert await held_ones(guardroom) == 0


async def test_a_spill_is_taken_back_on_both_sides_though_the_link_was_stopped_since(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The convoy leaves at five.")
    await guardroom.replies(CELL, MEERA, said, "!mark secret")
    await guardroom.say(OFFICE, ASHA, "!setu unlink cell")
    await guardroom.say(SECURITY, OFFICER, "!mark contain 1 it is about convoys")
    assert set(await guardroom.redactions()) == {(CELL, said), (HALL, said)}
