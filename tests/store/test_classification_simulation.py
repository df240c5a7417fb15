"""What other rules would have done about what people wrote is counted against what was done; nothing else happens."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bots.classification.engine import Engine
from bots.classification.verdict import Verdict
from bridge.model import Event
from bridge.reading import PATIENCE
from bridge.store.journal import Arrival
from tests.people import CELL, MHA, RAVI
from tests.store import guardroom as guardrooms
from tests.store.chat import ASHA, HALL
from tests.store.guardroom import CONFIDENTIAL, MEERA, SECRET, SETTINGS, Guardroom
from tests.store.handset import Handset, Pen
from tests.store.secret_cell import Cell, device
from tests.store.secret_journal import healing, key_comes, passes
from tests.store.simulating import PLANTED, Simulating, everything, with_ceiling

RESTRICTED = "RESTRICTED\nThe estimate is enclosed."


@pytest.fixture
def simulating(guardroom: Guardroom, capsys: pytest.CaptureFixture[str]) -> Simulating:
    return Simulating(guardroom, capsys)


async def test_the_rules_that_held_would_do_the_same_again(guardroom: Guardroom, simulating: Simulating) -> None:
    await guardroom.says(CELL, RAVI, SECRET)
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.says(HALL, ASHA, CONFIDENTIAL)
    await guardroom.says(CELL, RAVI, "Good morning.")
    found = await simulating()
    assert found.code == 0
    assert found.counts("messages") == (3, 0, 0, 0)
    assert found.counts("hold") == (2, 0, 0, 0)
    assert [found.counts(deed) for deed in ("redact", "incident")] == [(1, 0, 0, 0)] * 2
    assert found.counts("remind") == (3, 0, 0, 0)
    assert found.counts("remind", CELL) == (2, 0, 0, 0) and found.counts("remind", HALL) == (1, 0, 0, 0)
    assert found.counts("hold", "in.line") == (2, 0, 0, 0)


async def test_a_higher_ceiling_does_less_and_a_lower_one_more(guardroom: Guardroom, simulating: Simulating) -> None:
    for said in (SECRET, CONFIDENTIAL, RESTRICTED):
        await guardroom.says(CELL, RAVI, said)
    higher = await simulating(with_ceiling("SECRET"))
    assert higher.counts("messages") == (0, 0, 2, 0)
    assert (higher.counts("hold"), higher.counts("redact", "in.line")) == ((0, 0, 1, 0), (0, 0, 1, 0))
    lower = await simulating(with_ceiling("UNCLASSIFIED"))
    assert lower.counts("messages") == (3, 1, 0, 0)
    assert lower.counts("redact") == (2, 1, 0, 0), "what is confidential would be taken back now"
    assert lower.counts("hold") == (1, 1, 1, 0), "what is restricted would be held, what is confidential no more"


async def test_a_ceiling_that_was_said_in_the_room_counts_in_a_simulation_too(
    guardroom: Guardroom, simulating: Simulating
) -> None:
    await guardroom.say(HALL, ASHA, "!mark ceiling restricted")
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    assert (await simulating(with_ceiling("TOP SECRET"))).counts("hold") == (1, 0, 0, 0)


async def test_rules_and_rooms_on_trial_do_nothing_and_are_counted_apart(
    guardroom: Guardroom, simulating: Simulating
) -> None:
    await guardroom.says(CELL, RAVI, SECRET)
    for rules in ({**SETTINGS, "default": {"mode": "simulate"}}, {**SETTINGS, "simulate": ["in.line"]}):
        found = await simulating(rules)
        assert found.counts("redact") == (0, 0, 1, 1) and found.counts("redact", "in.line") == (0, 0, 1, 1)
    assert (await simulating({**SETTINGS, "default": {"mode": "off"}})).counts("redact") == (0, 0, 1, 0)


async def test_what_was_on_trial_then_is_new_where_it_would_be_done_now(
    guardroom: Guardroom, simulating: Simulating
) -> None:
    trial = {**SETTINGS, "default": {"mode": "simulate"}}
    made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, trial)
    await made.says(CELL, RAVI, SECRET)
    assert (await simulating()).counts("redact") == (1, 1, 0, 0)
    assert (await simulating(trial)).counts("redact") == (0, 0, 0, 1)


async def test_an_exemption_counts_for_what_was_said_until_its_last_day(
    guardroom: Guardroom, simulating: Simulating
) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    one = {"rule": "in.line", "link": "cell", "owner": RAVI, "reason": "an exercise"}
    for until, counts in (("2999-12-31", (0, 0, 1, 0)), ("2020-01-01", (1, 0, 0, 0))):
        rules = {**SETTINGS, "exemptions": [{**one, "until": until}]}
        assert (await simulating(rules)).counts("hold") == counts


async def test_it_counts_as_said_on_its_day_however_long_ago_that_is(
    guardroom: Guardroom, simulating: Simulating
) -> None:
    await guardroom.says(CELL, RAVI, SECRET)
    await guardroom.pool.execute("update journal set received_at = received_at - interval '40 days'")
    assert (await simulating()).counts("redact") == (1, 0, 0, 0)
    one = {"rule": "in.line", "owner": RAVI, "reason": "an exercise", "until": str(datetime.now(UTC).date())}
    over = {**one, "until": "2020-01-01"}
    assert (await simulating({**SETTINGS, "exemptions": [one]})).counts("redact") == (0, 0, 1, 0)
    assert (await simulating({**SETTINGS, "exemptions": [over]})).counts("redact") == (1, 0, 0, 0)


async def test_history_is_held_and_nothing_else_as_it_was_then(guardroom: Guardroom, simulating: Simulating) -> None:
    said = guardroom.event(CELL, RAVI, "m.room.message", msgtype="m.text", body=SECRET)
    await guardroom.journalled(MHA, Arrival(said, "messages"))
    found = await simulating()
    assert found.counts("hold") == (1, 0, 0, 0) and found.counts("redact") == (0, 0, 0, 1)


async def test_false_alarms_are_told_with_those_that_would_be_raised_again(
    guardroom: Guardroom, simulating: Simulating
) -> None:
    for said in (CONFIDENTIAL, SECRET):
        event_id = await guardroom.says(CELL, RAVI, said)
        for _ in range(2):
            await guardroom.replies(CELL, RAVI, event_id, "!mark wrong")
    for rules, still in ((SETTINGS, 2), (with_ceiling("CONFIDENTIAL"), 1), (with_ceiling("SECRET"), 0)):
        found = (await simulating(rules)).told
        assert found["all"]["false_alarms"] == {"called": 2, "still": still}
        assert found["by_rule"]["in.line"]["false_alarms"] == {"called": 2, "still": still}


async def test_a_simulation_writes_nothing_anywhere(guardroom: Guardroom, simulating: Simulating) -> None:
    for said in (SECRET, CONFIDENTIAL, RESTRICTED):
        await guardroom.says(CELL, RAVI, said)
    before = await everything(guardroom.pool)
    await simulating(with_ceiling("UNCLASSIFIED", default={"responses": [
        {"kinds": ["marking"], "do": ["note", "remind", "warn", "hold", "redact", "incident", "restrict"]}
    ]}))  # fmt: skip
    assert await everything(guardroom.pool) == before
    assert before["classification_case"][0] == 2, "there was something to be compared"


async def test_not_a_word_that_people_wrote_is_printed(guardroom: Guardroom, simulating: Simulating) -> None:
    await guardroom.says(CELL, RAVI, f"SECRET\n{PLANTED} leaves at five.")
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.topic", "", topic=f"SECRET: {PLANTED}"))
    await guardroom.happens(
        guardroom.event(CELL, RAVI, "m.room.message", msgtype="m.file", body=f"{PLANTED}.docx", url="mxc://mha.lab/a")
    )
    for as_json in (True, False):
        found = await simulating(as_json=as_json)
        assert CELL in found.out and "in.line" in found.out
        assert PLANTED not in found.out + found.err and RAVI not in found.out + found.err


async def test_files_are_told_to_be_left_out_and_what_was_done_for_them_is_not_told_to_be_gone(
    guardroom: Guardroom, simulating: Simulating
) -> None:
    for name in ("a.pdf", "b.pdf"):
        content = {"msgtype": "m.file", "body": name, "url": f"mxc://mha.lab/{name[0]}"}
        await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.message", **content))
    for occasion in ("said", "file"):  # it was known in time, or came late
        await guardroom.pool.execute(
            "insert into classification_case"
            " (room, pos, event_id, sender, occasion, place, kind, above, rules, deeds, would)"
            " select room, pos, event_id, sender, $2, e.id, 'marking', 1, '{in.line}', '{hold}', '{}'"
            " from journal j, endpoint e where j.type = 'm.room.message' and e.room_id = $1 order by pos desc limit 1",
            CELL, occasion,
        )  # fmt: skip
    assert "files: not simulated (2 messages)" in (await simulating(as_json=False)).out
    found = await simulating()
    assert found.told["files"] == 2 and found.told["files_simulated"] is False
    assert found.counts("hold") == (0, 0, 0, 0)


async def test_what_is_written_beside_a_file_is_simulated(guardroom: Guardroom, simulating: Simulating) -> None:
    content = {"msgtype": "m.file", "body": CONFIDENTIAL, "filename": "a.pdf", "url": "mxc://mha.lab/a"}
    await guardroom.happens(guardroom.event(CELL, RAVI, "m.room.message", **content))
    assert (await simulating()).counts("hold") == (1, 0, 0, 0)
    assert (await simulating(with_ceiling("UNCLASSIFIED"))).counts("redact") == (1, 1, 0, 0)


async def test_since_is_heeded_and_in_the_future_there_is_nothing(guardroom: Guardroom, simulating: Simulating) -> None:
    await guardroom.says(CELL, RAVI, SECRET)
    await guardroom.pool.execute("update journal set received_at = received_at - interval '40 days'")
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    yesterday = datetime.now(UTC).replace(hour=0, minute=0)
    found = await simulating(since=yesterday)
    assert found.counts("messages") == (1, 0, 0, 0) and found.told["messages"] == 1
    future = datetime(2999, 1, 1, tzinfo=UTC)
    later = await simulating(since=future)
    assert (later.code, later.told["rooms"], later.told["messages"]) == (0, 0, 0)
    assert "Nothing would be done" in (await simulating(since=future, as_json=False)).out


async def test_one_room_is_simulated_alone_and_one_that_nobody_knows_is_told(
    guardroom: Guardroom, simulating: Simulating
) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.says(HALL, ASHA, CONFIDENTIAL)
    found = await simulating(room=HALL)
    assert [room["room"] for room in found.told["by_room"]] == [HALL] and found.told["rooms"] == 1
    unknown = await simulating(room="!nowhere:mha.lab")
    assert (unknown.code, unknown.out) == (1, "") and "!nowhere:mha.lab" in unknown.err


async def test_a_room_that_setu_left_is_left_out(guardroom: Guardroom, simulating: Simulating) -> None:
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    await guardroom.pool.execute("update link set active = false")
    await guardroom.pool.execute("update endpoint set state = 'left' where room_id = $1", CELL)
    found = await simulating({**SETTINGS, "default": {"ceiling": "UNCLASSIFIED"}})
    assert found.told["rooms_left_out"] == 1 and found.counts("messages") == (0, 0, 0, 0)


async def test_with_no_room_at_all_there_is_nothing(
    guardroom_of_nobody: Guardroom, capsys: pytest.CaptureFixture[str]
) -> None:
    found = await Simulating(guardroom_of_nobody, capsys)()
    assert (found.code, found.told["rooms"], found.told["by_room"], found.told["by_rule"]) == (0, 0, [], {})


async def test_what_ghosts_and_bots_say_is_not_counted(guardroom: Guardroom, simulating: Simulating) -> None:
    await guardroom.says(CELL, "@_setu_nic.lab_asha:mha.lab", SECRET)
    await guardroom.says(CELL, "@records:mha.lab", SECRET)
    assert (await simulating()).counts("messages") == (0, 0, 0, 0)


async def test_a_key_that_was_destroyed_is_not_readable_and_ends_nothing(
    guardroom: Guardroom, simulating: Simulating
) -> None:
    gone = await guardroom.says(CELL, RAVI, SECRET)
    await guardroom.says(CELL, MEERA, CONFIDENTIAL)
    await guardroom.pool.execute(
        "delete from event_key k using journal j where j.room = k.room and j.pos = k.pos and j.event_id = $1", gone
    )
    found = await simulating()
    assert found.told["not_readable"] == 1 and found.counts("messages") == (1, 0, 0, 0)


async def test_an_encrypted_room_is_read_as_it_was_read_then_and_what_nobody_read_is_told(
    cell: Cell, guardroom_of_nobody: Guardroom, capsys: pytest.CaptureFixture[str]
) -> None:
    guardroom = guardroom_of_nobody
    await guardroom.enter(MHA, CELL, [RAVI])
    pen = Pen(Handset.of(RAVI), CELL)
    await key_comes(cell, pen)

    async def arrive(*events: Event) -> None:
        await guardroom.journal.append(MHA, [Arrival(event, "push") for event in events])

    await arrive(pen.writes("$secret1", f"SECRET\n{PLANTED} leaves at five."))
    await guardroom.read_all()
    lost = Pen(Handset.of(MEERA), CELL)
    await arrive(lost.writes("$secret2", SECRET))
    await passes(cell, PATIENCE)
    await guardroom.read_all()
    await arrive(pen.writes("$secret3", SECRET))
    before = await everything(guardroom.pool)
    found = await Simulating(guardroom, capsys)({"default": {"ceiling": "RESTRICTED"}})
    assert found.counts("redact", CELL) == (1, 1, 0, 0), "it was simulated with a ceiling that was not there then"
    assert found.told["not_readable"] == 2, "one whose key never came, and one that nobody has read yet"
    assert PLANTED not in found.out
    assert await everything(guardroom.pool) == before


async def test_what_could_be_read_late_counts_once_and_as_read(
    cell: Cell, guardroom_of_nobody: Guardroom, capsys: pytest.CaptureFixture[str]
) -> None:
    guardroom, rules = guardroom_of_nobody, {"default": {"ceiling": "RESTRICTED"}}
    await guardroom.enter(MHA, CELL, [RAVI])
    pen = Pen(Handset.of(RAVI), CELL)
    key = pen.key()  # as of now: it reaches back to the first message
    await guardroom.journal.append(MHA, [Arrival(pen.writes("$secret", SECRET), "push")])
    await passes(cell, PATIENCE)
    await guardroom.read_all()
    unread = await Simulating(guardroom, capsys)(rules)
    assert unread.told["not_readable"] == 1 and unread.counts("messages") == (0, 0, 0, 0)
    bot = await cell.bot()
    await cell.hears(pen.handset.tells(device(bot), cell.one_time_key(bot), "m.room_key", key))
    assert await (await healing(cell)).heal() == 1
    read = await Simulating(guardroom, capsys)(rules)
    assert read.told["not_readable"] == 0 and read.counts("messages")[0] == 1


async def test_a_message_that_breaks_the_engine_is_counted_and_ends_nothing(
    guardroom: Guardroom, simulating: Simulating, monkeypatch: pytest.MonkeyPatch
) -> None:
    await guardroom.says(CELL, RAVI, SECRET)
    await guardroom.says(CELL, RAVI, CONFIDENTIAL)
    judge = Engine.judge_event

    def breaks(self: Engine, kind: str, content: Mapping[str, Any]) -> Verdict:
        if content.get("body") == SECRET:
            raise RuntimeError(SECRET)
        return judge(self, kind, content)

    monkeypatch.setattr(Engine, "judge_event", breaks)
    found = await simulating()
    assert found.told["not_judged"] == 1 and found.counts("messages") == (1, 0, 0, 0)
