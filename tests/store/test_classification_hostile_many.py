"""Many at once, histories, rooms that were replaced, and rows that cannot be opened: the bot neither floods anybody nor
stands still, and tells that something is contained only when it is.
"""

from typing import Any

import pytest

from bridge.actions import Redact
from bridge.mirror.backfill import Backfill
from bridge.model import EndpointRef, Fate
from bridge.reading import Reader
from bridge.store import replaced
from bridge.store.journal import Arrival
from bridge.store.outbox import Lane
from tests.people import CELL, MHA, RAVI
from tests.store import guardroom as guardrooms
from tests.store.chat import HALL
from tests.store.guardroom import CONFIDENTIAL, MEERA, OFFICER, SECRET, SECURITY, Guardroom, replying
from tests.store.test_classification_border import fates


async def test_who_writes_fifty_marked_messages_gets_a_few_letters_and_so_do_officers(guardroom: Guardroom) -> None:
    written = [
        guardroom.event(CELL, RAVI, "m.room.message", msgtype="m.text", body=f"{CONFIDENTIAL} {n}") for n in range(50)
    ]
    await guardroom.journalled(MHA, *(Arrival(one, "push") for one in written))
    assert len(await guardroom.cases()) == 50
    letters, notices = await guardroom.letters(RAVI), await guardroom.told(SECURITY)
    assert len(letters) == 6 and "For an hour I do not tell you of each" in letters[-1]
    assert sum("Held" in one for one in notices) == 10 and sum("do not name each" in one for one in notices) == 1
    assert "Case #1:" in (await guardroom.say(SECURITY, OFFICER, "!mark held"))[0]


async def test_officers_hear_of_another_spill_though_somebody_floods_them(guardroom: Guardroom) -> None:
    written = [
        guardroom.event(CELL, RAVI, "m.room.message", msgtype="m.text", body=f"{CONFIDENTIAL} {n}") for n in range(20)
    ]
    await guardroom.journalled(MHA, *(Arrival(one, "push") for one in written))
    await guardroom.says(CELL, MEERA, SECRET)
    assert any("Incident #21" in one for one in await guardroom.told(SECURITY))


async def test_what_is_marked_again_the_same_is_not_kept_nor_told_again(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The estimate is enclosed.")
    for _ in range(3):
        await guardroom.replies(CELL, RAVI, said, "!mark restricted")
    assert await guardroom.pool.fetchval("select count(*) from classification_label") == 1


async def test_a_history_is_laid_only_after_it_was_judged(guardroom: Guardroom) -> None:
    end = await guardroom.pool.fetchval("select id from endpoint where room_id = $1", CELL)
    await guardroom.pool.execute("update link set without_verdict = 'open'")
    past = [
        guardroom.event(CELL, RAVI, "m.room.message", msgtype="m.text", body=body) for body in (SECRET, "Good morning.")
    ]
    await guardroom.journal.append(MHA, [Arrival(one, "messages") for one in past])
    await guardroom.pool.execute("insert into history (endpoint, state) values ($1, 'read')", end)
    guardroom.house.mirror.after = ("classification",)
    backfill = Backfill(
        guardroom.house.mirror, guardroom.pool, Reader(guardroom.journal, guardroom.keyring), guardroom.keyring, 100
    )
    await backfill._lay(int(end))
    assert await guardroom.copies() == [], "nobody has judged it yet"
    await guardroom.read_all()
    await backfill._lay(int(end))
    assert await guardroom.copies() == ["Good morning."]


async def test_one_that_cannot_be_opened_any_more_stops_none_of_the_others(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.says(CELL, RAVI, f"{CONFIDENTIAL} Again.")
    await guardroom.pool.execute(
        "delete from event_key k using classification_case c where (k.room, k.pos) = (c.room, c.pos) and c.number = 1"
    )
    await guardroom.pool.execute("update classification_case set hold = 'released'")
    await guardroom.ticks()
    await guardroom.read_all()
    assert await guardroom.copies() == [f"{CONFIDENTIAL} Again."]


async def test_what_was_being_copied_while_it_was_taken_back_is_taken_back_there_too(guardroom: Guardroom) -> None:
    said = guardroom.event(CELL, RAVI, "m.room.message", msgtype="m.text", body="The convoy leaves at five.")
    await guardroom.happens(said)
    crossing = await guardroom.pool.fetchrow("delete from crossing where fate = 'ordered' and pos = (select pos from"
                                             " seen where event_id = $1) returning *", said.id)  # fmt: skip
    assert crossing is not None, "the mirror has not committed it yet"
    mirrored = await guardroom.pool.fetchval(
        "update bookmark set pos = pos - 1 where follower = 'mirror' and room = $1 returning pos", crossing["room"]
    )
    await _marks_secret(guardroom, said.id or "")
    await guardroom.all_done()
    await guardroom.ticks()
    assert mirrored and (await guardroom.cases())[0]["incident"] == "open", "the mirror has not passed it"
    await guardroom.pool.execute(
        "insert into crossing (room, pos, endpoint, fate, order_id) values ($1, $2, $3, 'ordered', $4)",
        crossing["room"], crossing["pos"], crossing["endpoint"], crossing["order_id"],
    )  # fmt: skip
    await guardroom.pool.execute("update bookmark b set pos = r.head from room r where r.id = b.room")
    await guardroom.ticks()
    assert (HALL, said.id) in await _redacted(guardroom)
    assert (await guardroom.cases())[0]["incident"] == "open", "that is still under way"
    await guardroom.all_done()
    await guardroom.ticks()
    assert (await guardroom.cases())[0]["incident"] == "contained"


async def _marks_secret(guardroom: Guardroom, event_id: str) -> None:
    """The writer marks it, and everybody but the mirror reads that."""
    mark = guardroom.event(CELL, RAVI, "m.room.message", **replying(event_id, "!mark secret"))
    await guardroom.journal.append(MHA, [Arrival(mark, "push")])
    await guardroom.read(guardroom.commands)


async def _redacted(guardroom: Guardroom) -> list[tuple[str | None, str]]:
    rows = await guardroom.pool.fetch("select id from outbox where state = 'waiting'")
    before = min(row["id"] for row in rows) - 1 if rows else 0
    return [(room, one.event_id) for room, one in await guardroom.orders(before) if isinstance(one, Redact)]


async def test_a_room_that_was_replaced_keeps_the_ceiling_that_the_settings_name_for_it(guardroom: Guardroom) -> None:
    settings: dict[str, Any] = {"security_room": SECURITY, "rooms": [{"room": CELL, "ceiling": "RESTRICTED"}]}
    made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, settings)
    end = await guardroom.pool.fetchval("select id from endpoint where room_id = $1", CELL)
    new = "!newer:mha.lab"
    async with guardroom.pool.acquire() as connection, connection.transaction():
        await replaced.move(connection, Lane(EndpointRef(end), MHA), CELL, new)
    await made.says(new, RAVI, CONFIDENTIAL)
    assert await made.copies() == []
    assert "RESTRICTED" in (await made.letters(RAVI))[0]


async def test_a_name_of_a_policy_server_that_is_none_stays_out_of_the_alarm(guardroom: Guardroom) -> None:
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.policy", "", via="SECRET the convoy leaves at five"))
    assert "convoy" not in await guardroom.pool.fetchval("select what::text from alarm where cause like 'policy:%'")


@pytest.mark.parametrize("relation", [5, [], {"rel_type": ["m.replace"], "event_id": {}}, {"m.in_reply_to": 7}, None,
                                      {"rel_type": "m.replace", "event_id": "\ud800"}])  # fmt: skip
async def test_hostile_relations_are_judged_and_nothing_is_set_aside(guardroom: Guardroom, relation: object) -> None:
    hostile: dict[str, Any] = {"m.relates_to": relation, "in.setu.case": 10**30}
    said = guardroom.event(
        CELL, RAVI, "m.room.message", msgtype="m.text", body="SECRET\n\x00 The convoy \ud800", **hostile
    )
    await guardroom.happens(said)
    await guardroom.replies(CELL, MEERA, said.id or "", "!mark why")
    assert [case["incident"] for case in await guardroom.cases()] == ["open"]
    assert await guardroom.copies() == ["!mark why"] or Fate.REFUSED in await fates(guardroom)
