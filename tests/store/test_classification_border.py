"""What carries a marking above the room's ceiling stays on its side, until an officer lets it go on or not."""

from bridge.model import Fate
from bridge.store.journal import Arrival
from tests.people import CELL, MHA, RAVI, event
from tests.store.chat import ASHA, HALL
from tests.store.guardroom import CONFIDENTIAL, MEERA, OFFICER, SECRET, SECURITY, Guardroom, editing, reacting


async def fates(room: Guardroom) -> list[str]:
    return [row["fate"] for row in await room.pool.fetch(
        "select c.fate from crossing c join journal j using (room, pos) where j.type = 'm.room.message' order by pos"
    )]  # fmt: skip


async def test_what_is_marked_within_the_ceiling_crosses_and_nobody_is_told(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, "RESTRICTED\nThe estimate is enclosed.")
    await guardroom.says(CELL, RAVI, "Who draws Secret Santa?")
    assert await guardroom.copies() == ["RESTRICTED\nThe estimate is enclosed.", "Who draws Secret Santa?"]
    assert await guardroom.letters(RAVI) == [] and await guardroom.cases() == []


async def test_the_marking_travels_in_the_copy(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, "RESTRICTED\nThe estimate is enclosed.")
    await guardroom.says(CELL, RAVI, "And this is not.")
    copies = [action for room, action in await guardroom.orders() if room == HALL and hasattr(action, "content")]
    marks = [copy.content.get("in.setu.label") for copy in copies if "body" in copy.content][-2:]
    assert marks == [{"level": "IN:RESTRICTED"}, None]


async def test_what_is_above_the_ceiling_is_held_and_blocks_nothing_after_it(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.says(CELL, RAVI, "Good morning.")
    assert await guardroom.copies() == ["Good morning."]
    [case] = await guardroom.cases()
    assert (case["hold"], case["level"], case["above"]) == ("held", "IN:CONFIDENTIAL", 1)
    [letter] = await guardroom.letters(RAVI)
    assert "CONFIDENTIAL" in letter and "RESTRICTED" in letter and "estimate" not in letter
    told = await guardroom.told(SECURITY)
    assert any("Held #1" in one for one in told) and not any("estimate" in one for one in told)
    assert not any("CONFIDENTIAL" in one for one in await guardroom.told(CELL))


async def test_released_it_goes_on_late_with_its_own_time_and_with_what_depends_on_it(guardroom: Guardroom) -> None:
    held = await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.replies(CELL, MEERA, held, "I have seen it.")
    await guardroom.says(CELL, RAVI, "Good morning.")
    assert await guardroom.copies() == ["Good morning."]
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.read_all()
    assert await guardroom.copies() == ["Good morning.", CONFIDENTIAL, "I have seen it."]
    assert (await guardroom.cases())[0]["hold"] == "released"
    assert any("go to the other side" in letter for letter in await guardroom.letters(RAVI))
    assert Fate.HELD not in await fates(guardroom)


async def test_released_twice_it_goes_on_once(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    answer = await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.read_all()
    assert await guardroom.copies() == [CONFIDENTIAL] and "is not held" in answer[0]


async def test_refused_it_never_crosses_nor_what_depends_on_it(guardroom: Guardroom) -> None:
    held = await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.replies(CELL, MEERA, held, "I have seen it.")
    await guardroom.say(SECURITY, OFFICER, "!mark refuse 1 not for the hub")
    await guardroom.replies(CELL, MEERA, held, "Really?")
    assert await guardroom.copies() == []
    assert (await fates(guardroom))[-3:].count(Fate.REFUSED) == 3
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 after all")
    assert await guardroom.copies() == []


async def test_what_its_author_takes_back_while_it_is_held_can_not_be_released(guardroom: Guardroom) -> None:
    held = await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.replies(CELL, MEERA, held, "I have seen it.")
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.redaction", redacts=held))
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.read_all()
    assert await guardroom.copies() == ["I have seen it."], "the reply depends on nothing any more"
    assert (await guardroom.cases())[0]["hold"] == "withdrawn"


async def test_an_edit_is_judged_anew(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The estimate is enclosed.")
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.message", **editing(said, CONFIDENTIAL)))
    assert await guardroom.copies() == ["The estimate is enclosed."]


async def test_a_reaction_a_topic_and_a_poll_are_judged_too(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The estimate is enclosed.")
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.reaction", **reacting(said, "TOP SECRET")))
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.topic", "", topic="TOP SECRET//Convoys"))
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.name", "", name="SECRET: Convoys"))
    levels = [case["level"] for case in await guardroom.cases()]
    assert levels == ["IN:TOP SECRET", "IN:TOP SECRET", "IN:SECRET"]


async def test_a_redaction_crosses_without_its_reason(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The estimate is enclosed.")
    await guardroom.happens(
        guardroom.event(CELL, RAVI, "m.room.redaction", redacts=said, reason="SECRET: see the file")
    )
    [(_, redaction)] = [
        (room, action) for room, action in await guardroom.orders() if room == HALL and hasattr(action, "reason")
        and getattr(action, "event_id", None) == said
    ]  # fmt: skip
    assert redaction.reason is None


async def test_what_the_hub_says_is_judged_by_the_same_ceiling(guardroom: Guardroom) -> None:
    await guardroom.says(HALL, ASHA, CONFIDENTIAL)
    assert await guardroom.copies(CELL) == []
    assert (await guardroom.cases())[0]["sender"] == ASHA


async def test_what_could_not_be_judged_waits_where_the_link_is_closed_and_an_officer_decides(
    guardroom: Guardroom,
) -> None:
    guardroom.judges = False
    await guardroom.says(CELL, RAVI, "Good morning.")
    assert await guardroom.copies() == []
    await guardroom.ticks()
    [case] = await guardroom.cases()
    assert (case["occasion"], case["hold"]) == ("unjudged", "held")
    guardroom.judges = True
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 looked at it")
    await guardroom.read_all()
    assert await guardroom.copies() == ["Good morning."]


async def test_what_could_not_be_judged_crosses_where_the_link_is_open(guardroom: Guardroom) -> None:
    await guardroom.pool.execute("update link set without_verdict = 'open'")
    guardroom.judges = False
    await guardroom.says(CELL, RAVI, "Good morning.")
    assert await guardroom.copies() == ["Good morning."]


async def test_what_was_said_long_ago_is_held_and_nobody_is_told(guardroom: Guardroom) -> None:
    said = guardroom.event(CELL, RAVI, "m.room.message", msgtype="m.text", body=SECRET)
    await guardroom.journal.append(MHA, [Arrival(said, "push")])
    await guardroom.pool.execute("update journal set received_at = received_at - interval '2 hours'")
    await guardroom.read_all()
    assert await guardroom.copies() == [] and await guardroom.letters(RAVI) == []
    [case] = await guardroom.cases()
    assert (case["hold"], case["incident"]) == ("held", None)


async def test_an_officer_who_decides_while_the_mirror_writes_is_heeded_later(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.pool.execute("update classification_case set hold = 'released'")
    await guardroom.ticks()
    await guardroom.read_all()
    assert await guardroom.copies() == [CONFIDENTIAL]


async def test_a_topic_that_is_over_when_it_is_released_waits_no_more(guardroom: Guardroom) -> None:
    for number, topic in enumerate(("CONFIDENTIAL//Convoys", "Roads")):
        said = {"type": "m.room.topic", "state_key": "", "content": {"topic": topic}}
        await guardroom.happens(
            event(f"$topic{number}", CELL, RAVI, **said, origin_server_ts=1_764_000_000_000 + number)
        )
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.read_all()
    rows = await guardroom.pool.fetch(
        "select c.fate from crossing c join journal j using (room, pos) where j.type = 'm.room.topic' order by pos"
    )
    assert [row["fate"] for row in rows] == [Fate.PAST, Fate.ORDERED, Fate.PAST]


async def test_a_reply_that_is_held_itself_and_released_first_goes_on_after_what_it_replies_to(
    guardroom: Guardroom,
) -> None:
    first = await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.replies(CELL, MEERA, first, "CONFIDENTIAL\nSeen.")
    await guardroom.say(SECURITY, OFFICER, "!mark release 2 a receipt")
    await guardroom.read_all()
    assert await guardroom.copies() == []
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.read_all()
    assert await guardroom.copies() == [CONFIDENTIAL, "CONFIDENTIAL\nSeen."]
    assert Fate.HELD not in await fates(guardroom)
