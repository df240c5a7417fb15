"""A spill is contained on both sides, officers work it through, and people mark what they wrote."""

from bots.classification.room.clock import Clock
from bridge.actions import Quarantine, SetPower, SetState
from bridge.store.journal import Arrival
from tests.people import CELL, MHA, RAVI
from tests.store import guardroom as guardrooms
from tests.store.chat import ASHA, HALL, OFFICE
from tests.store.guardroom import CONFIDENTIAL, MEERA, OFFICER, SECRET, SECURITY, Guardroom, editing, replying

KIRAN = "@kiran:nic.lab"
"""Of the hub; moderates nothing."""
RESTRICTED = "RESTRICTED\nThe estimate is enclosed."


async def test_a_spill_is_taken_back_where_it_was_said_and_its_sender_told_in_private(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, SECRET)
    assert await guardroom.redactions() == [(CELL, said)] and await guardroom.copies() == []
    [case] = await guardroom.cases()
    assert (case["incident"], case["hold"], case["above"]) == ("open", "refused", 2)
    assert "was removed" in (await guardroom.letters(RAVI))[0]
    assert any("Incident #1" in one for one in await guardroom.told(SECURITY))
    assert not any("SECRET" in one or "convoy" in one for one in await guardroom.told(CELL))


async def test_an_incident_is_contained_when_all_is_taken_back_and_closed_by_an_officer(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, SECRET)
    refused = await guardroom.say(SECURITY, OFFICER, "!mark close 1 all is done")
    assert "still being taken back" in refused[0]
    await guardroom.ticks()
    assert (await guardroom.cases())[0]["incident"] == "open"
    await guardroom.all_done()
    await guardroom.ticks()
    assert (await guardroom.cases())[0]["incident"] == "contained"
    listed = await guardroom.say(SECURITY, OFFICER, "!mark incidents")
    assert "#1 (contained)" in listed[0] and RAVI in listed[0]
    checked = await guardroom.say(SECURITY, OFFICER, "!mark check 1 readers asked by phone")
    assert "✓ `readers`" in checked[0] and "☐ `owner`" in checked[0]
    assert "is closed" in (await guardroom.say(SECURITY, OFFICER, "!mark close 1 all is done"))[0]
    assert "no open incidents" in (await guardroom.say(SECURITY, OFFICER, "!mark incidents"))[0]
    kept = await guardroom.pool.fetch("select * from classification_step order by id")
    assert [row["step"] for row in kept] == ["check", "close"] and b"phone" not in kept[0]["sealed"]


async def test_what_could_not_be_taken_back_is_told_with_the_reason(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, SECRET)
    await guardroom.pool.execute(
        "update outbox set state = 'dead', outcome = '403 M_FORBIDDEN' where kind = 'Redact' and state = 'waiting'"
    )
    await guardroom.ticks()
    assert (await guardroom.cases())[0]["incident"] == "open"
    assert sum("could not be taken back at mha.lab" in one for one in await guardroom.told(SECURITY)) == 1
    await guardroom.ticks()
    assert sum("could not be taken back at mha.lab" in one for one in await guardroom.told(SECURITY)) == 1
    assert "Remains at mha.lab" in (await guardroom.say(SECURITY, OFFICER, "!mark incident 1"))[0]


async def test_marked_by_its_writer_after_it_crossed_it_is_taken_back_on_both_sides_with_its_edits(
    guardroom: Guardroom,
) -> None:
    said = await guardroom.says(CELL, RAVI, "The convoy leaves at five.")
    edit = guardroom.event(CELL, RAVI, "m.room.message", **editing(said, "The convoy leaves at six."))
    await guardroom.happens(edit)
    answer = await guardroom.replies(CELL, RAVI, said, "!mark secret")
    assert any("your mark counts" in one for one in answer)
    assert not any("SECRET" in one for one in await guardroom.told(CELL)), "the room is told no level"
    assert set(await guardroom.redactions()) == {(room, event) for room in (CELL, HALL) for event in (said, edit.id)}
    assert (await guardroom.cases())[0]["incident"] == "open"


async def test_its_files_are_taken_back_where_setu_is_administrator(guardroom: Guardroom) -> None:
    content = {"msgtype": "m.file", "body": "estimate.docx", "url": "mxc://mha.lab/abc"}
    said = guardroom.event(CELL, RAVI, "m.room.message", **content)
    await guardroom.happens(said)
    await guardroom.all_done()
    done = await guardroom.last_order()
    event = guardroom.event(CELL, RAVI, "m.room.message", **replying(said.id or "", "!mark secret"))
    await guardroom.journalled(MHA, Arrival(event, "push"))
    files = [(room, one.mxc) for room, one in await guardroom.orders(done) if isinstance(one, Quarantine)]
    assert len(files) == 2 and dict(files)[CELL] == "mxc://mha.lab/abc" and dict(files)[HALL].startswith("$done")


async def test_what_somebody_else_marks_is_for_officers_to_decide(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The convoy leaves at five.")
    await guardroom.replies(CELL, MEERA, said, "!mark secret")
    assert await guardroom.redactions() == []
    assert (await guardroom.cases())[0]["incident"] == "open"
    await guardroom.say(SECURITY, OFFICER, "!mark contain 1 she is right")
    assert set(await guardroom.redactions()) == {(CELL, said), (HALL, said)}


async def test_marking_lower_takes_an_officer_and_a_reason(guardroom: Guardroom) -> None:
    said = await guardroom.says(HALL, ASHA, RESTRICTED)
    assert "takes a security officer" in (await guardroom.replies(HALL, KIRAN, said, "!mark unclassified"))[0]
    assert "takes a reason" in (await guardroom.replies(HALL, OFFICER, said, "!mark unclassified"))[0]
    assert "your mark counts" in " ".join(
        await guardroom.replies(HALL, OFFICER, said, "!mark unclassified it was published")
    )
    kept = await guardroom.pool.fetchrow("select * from classification_label")
    assert kept is not None and b"published" not in kept["sealed"]


async def test_a_moderator_sets_the_ceiling_and_the_lower_one_counts(guardroom: Guardroom) -> None:
    assert "up to RESTRICTED" in (await guardroom.say(CELL, MEERA, "!mark ceiling"))[0]
    assert "Only moderators" in (await guardroom.say(CELL, MEERA, "!mark ceiling secret"))[0]
    assert "but RESTRICTED counts" in (await guardroom.say(CELL, RAVI, "!mark ceiling secret"))[0]
    assert "no such level" in (await guardroom.say(CELL, RAVI, "!mark ceiling purple"))[0]
    assert "up to UNCLASSIFIED" in (await guardroom.say(HALL, ASHA, "!mark ceiling unclassified"))[0]
    await guardroom.says(CELL, RAVI, RESTRICTED)
    assert RESTRICTED not in await guardroom.copies()
    assert "up to RESTRICTED" in (await guardroom.say(HALL, ASHA, "!mark ceiling none"))[0]


async def test_the_ceiling_stands_in_the_state_of_both_rooms_and_changes_with_it(guardroom: Guardroom) -> None:
    for room in (CELL, HALL):
        await guardroom.happens(guardroom.event(
            room, f"@maker:{room.partition(':')[2]}", "m.room.power_levels", "",
            users={f"@setu:{room.partition(':')[2]}": 100, RAVI: 50, ASHA: 50},
        ))  # fmt: skip

    async def shown() -> list[tuple[str | None, object]]:
        await guardroom.ticks()
        found = [(room, one) for room, one in await guardroom.orders() if isinstance(one, SetState)]
        return [(room, one.content) for room, one in found if one.type == "in.setu.ceiling"]

    expected = {"ceiling": "IN:RESTRICTED"}
    assert sorted(await shown(), key=str) == [(CELL, expected), (HALL, expected)]
    assert len(await shown()) == 2, "the same is not shown twice"
    await guardroom.say(HALL, ASHA, "!mark ceiling unclassified")
    assert len(await shown()) == 4


async def test_a_room_shows_its_ceiling_at_once_where_the_bot_came_in_after_the_clock_had_looked(
    guardroom: Guardroom,
) -> None:
    ends = "update endpoint set state = $1 where room_id = $2"
    await guardroom.pool.execute(ends, "opening", CELL)
    clock = Clock(guardroom.desk)
    async with guardroom.pool.acquire() as connection:
        await clock.look(connection)
        await guardroom.happens(
            guardroom.event(CELL, "@maker:mha.lab", "m.room.power_levels", "", users={"@setu:mha.lab": 100})
        )
        await connection.execute(ends, "open", CELL)
        await clock.look(connection)
    shown = [room for room, one in await guardroom.orders() if isinstance(one, SetState)]
    assert shown == [CELL], "the hub's gave the bot no power"


async def test_why_tells_the_writer_the_grounds_and_others_only_the_rule_and_never_in_the_room(
    guardroom: Guardroom,
) -> None:
    said = await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    before = len(await guardroom.told(CELL))
    for person in (MEERA, RAVI):
        await guardroom.replies(CELL, person, said, "!mark why")
    in_the_room = (await guardroom.told(CELL))[before:]
    assert len(in_the_room) == 2 and not any("CONFIDENTIAL" in one or "in.line" in one for one in in_the_room)
    assert (
        "in.line" in (await guardroom.letters(MEERA))[-1] and "CONFIDENTIAL" not in (await guardroom.letters(MEERA))[-1]
    )
    assert "CONFIDENTIAL" in (await guardroom.letters(RAVI))[-1]
    alone = await guardroom.say(await guardroom.private(RAVI), RAVI, "!mark why 1")
    assert "CONFIDENTIAL" in alone[0] and "What would change it" in alone[0]
    assert "reply" in (await guardroom.say(CELL, MEERA, "!mark why"))[0]


async def test_a_false_alarm_is_counted_once_for_each_who_says_so_and_officers_hear_of_it(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    for _ in range(2):
        await guardroom.replies(CELL, RAVI, said, "!mark wrong")
    rows = await guardroom.pool.fetch("select rule, said_by from classification_wrong")
    assert [(row["rule"], row["said_by"]) for row in rows] == [("in.line", RAVI)]
    assert sum("is a false alarm" in one for one in await guardroom.told(SECURITY)) == 1


async def test_only_officers_decide_only_where_officers_are_and_never_about_themselves(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    for room, sender in ((CELL, RAVI), (SECURITY, MEERA), (HALL, ASHA), (HALL, OFFICER)):
        await guardroom.say(room, sender, "!mark release 1 please")
    assert (await guardroom.cases())[0]["hold"] == "held"
    own = await guardroom.says(HALL, OFFICER, CONFIDENTIAL)
    assert own
    assert "wrote themselves" in (await guardroom.say(SECURITY, OFFICER, "!mark release 2 mine"))[0]
    assert "reason" in (await guardroom.say(SECURITY, OFFICER, "!mark release 1"))[0]
    assert "release" not in str((await guardroom.cases())[1]["hold"])
    await guardroom.say(OFFICE, ASHA, "!mark release 1 administrators decide too")
    assert (await guardroom.cases())[0]["hold"] == "released"


async def test_the_sender_may_be_kept_from_writing_until_an_officer_lifts_it(guardroom: Guardroom) -> None:
    settings = {
        **guardrooms.SETTINGS,
        "default": {"responses": [{"kinds": ["marking"], "above": 1, "do": ["restrict", "incident"]}]},
    }
    made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, settings)
    await made.happens(made.event(CELL, MEERA, "m.room.member", MEERA, membership="join"))
    await made.says(CELL, MEERA, CONFIDENTIAL)

    async def levels() -> list[object]:
        return [
            one.users.get(MEERA) for _, one in await made.orders() if isinstance(one, SetPower) and MEERA in one.users
        ]

    assert await levels() == [-1]
    assert "may write again" in (await made.say(SECURITY, OFFICER, "!mark lift 1 she knows now"))[0]
    assert await levels() == [-1, None]


async def test_simulated_nothing_happens_and_it_is_kept_what_would_have(guardroom: Guardroom) -> None:
    settings = {**guardrooms.SETTINGS, "default": {"mode": "simulate"}}
    made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, settings)
    await made.says(CELL, RAVI, SECRET)
    assert await made.copies() == [SECRET] and await made.letters(RAVI) == [] and await made.redactions() == []
    [case] = await made.cases()
    assert (case["deeds"], case["would"]) == ([], ["incident", "redact", "remind"])


async def test_an_exempted_rule_does_not_count_until_its_last_day(guardroom: Guardroom) -> None:
    one = {"rule": "in.line", "link": "cell", "owner": RAVI, "until": "2999-12-31", "reason": "an exercise"}
    for until, crosses in (("2999-12-31", True), ("2020-01-01", False)):
        settings = {**guardrooms.SETTINGS, "exemptions": [{**one, "until": until}]}
        made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, settings)
        await made.says(CELL, RAVI, f"CONFIDENTIAL\nThe estimate of {until}.")
        assert (f"CONFIDENTIAL\nThe estimate of {until}." in await made.copies()) is crosses


async def test_an_address_abroad_is_pointed_out_once_a_month(guardroom: Guardroom) -> None:
    for _ in range(2):
        await guardroom.says(
            CELL, RAVI, "For the official file, please write to ravi.kumar@gmail.com about the tender."
        )
    assert sum("provider abroad" in one for one in await guardroom.letters(RAVI)) == 1


async def test_who_comes_into_the_room_is_told_its_ceiling_once(guardroom: Guardroom) -> None:
    for _ in range(2):
        await guardroom.happens(guardroom.event(CELL, MEERA, "m.room.member", MEERA, membership="leave"))
        await guardroom.happens(guardroom.event(CELL, MEERA, "m.room.member", MEERA, membership="join"))
    assert sum("matter up to RESTRICTED" in one for one in await guardroom.letters(MEERA)) == 1


async def test_an_edit_of_what_was_taken_back_is_taken_back_whatever_it_says(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, SECRET)
    edit = guardroom.event(CELL, RAVI, "m.room.message", **editing(said, "The convoy leaves at five."))
    await guardroom.happens(edit)
    assert (CELL, edit.id) in await guardroom.redactions() and await guardroom.copies() == []


async def test_officers_are_told_what_rules_on_trial_would_have_done_lately(guardroom: Guardroom) -> None:
    assert "nothing that was only counted" in (await guardroom.say(SECURITY, OFFICER, "!mark would"))[0]
    settings = {**guardrooms.SETTINGS, "simulate": ["in.line"]}
    made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, settings)
    await made.says(CELL, RAVI, CONFIDENTIAL)
    await made.says(HALL, ASHA, CONFIDENTIAL)
    await made.says(CELL, RAVI, SECRET)
    await made.pool.execute("update classification_case set at = now() - interval '31 days' where number = 2")
    told = (await made.say(SECURITY, OFFICER, "!mark would"))[0].splitlines()
    assert "the last 30 days" in told[0]
    assert f"sender reminded: 2 (by in.line 2; in {CELL} 2)" in told[1]
    assert sorted(told[2:]) == [
        f"{deed}: 1 (by in.line 1; in {CELL} 1)" for deed in ("held at the border", "incident opened", "taken back")
    ]
    assert not any("convoy" in line or RAVI in line for line in told)
    in_hindi = guardrooms.guardroom(made.pool, made.journal, made.keyring, settings, {"nic.lab": "hi"})
    assert "पिछले 30 दिनों" in (await in_hindi.say(SECURITY, OFFICER, "!mark would"))[0]


async def test_nobody_but_officers_among_themselves_is_told_what_would_have_been_done(guardroom: Guardroom) -> None:
    for room, sender in ((CELL, RAVI), (SECURITY, MEERA), (HALL, OFFICER)):
        said = await guardroom.say(room, sender, "!mark would")
        assert not any("only counted" in one for one in said)


async def test_what_one_case_lets_go_another_keeps(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.replies(CELL, RAVI, said, "!mark secret")
    await guardroom.say(SECURITY, OFFICER, "!mark release 1 it is public already")
    await guardroom.ticks()
    await guardroom.read_all()
    assert CONFIDENTIAL not in await guardroom.copies()


async def test_what_is_marked_one_level_above_after_it_crossed_is_for_officers(guardroom: Guardroom) -> None:
    said = await guardroom.says(CELL, RAVI, "The estimate is enclosed.")
    await guardroom.replies(CELL, RAVI, said, "!mark confidential")
    [case] = await guardroom.cases()
    assert (case["hold"], case["incident"]) == (None, "open") and await guardroom.redactions() == []


async def test_another_policy_server_is_an_alarm(guardroom: Guardroom) -> None:
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.policy", "", via="elsewhere.example"))
    assert await guardroom.pool.fetchval("select count(*) from alarm where cause like 'policy:%'") == 1


async def test_an_everyday_word_leaves_no_verdict_behind(guardroom: Guardroom) -> None:
    await guardroom.says(CELL, RAVI, "Who draws Secret Santa?")
    assert await guardroom.pool.fetchval("select count(*) from classification_verdict") == 0
