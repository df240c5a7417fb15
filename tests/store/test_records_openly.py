"""People know of the record: who comes in learns of it, anyone may ask how it stands, and a timer that somebody sets is
told to the moderators; and it is clear which rooms are archived.
"""

from typing import Any

import pytest

from bots.retention.openly import welcome
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.store import archive as archives
from tests.store.archive import OTHER, Archive
from tests.store.chat import ASHA, HALL, MEERA, OFFICE

QUIET = "!quiet:mha.lab"
NAMELESS = "!0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
"""A room of version 12: its id names no server."""
BOT = "@records:mha.lab"


@pytest.fixture
async def archive(pool: Pool, journal: Journal, keyring: Keyring) -> Archive:
    return await archives.archive(pool, journal, keyring)


async def with_(pool: Pool, journal: Journal, keyring: Keyring, **settings: Any) -> Archive:
    return await archives.archive(pool, journal, keyring, settings=settings)


async def joins(archive: Archive, room: str, person: str, membership: str = "join") -> None:
    await archive.happens(archive.event(room, person, "m.room.member", person, membership=membership))


async def test_who_comes_into_a_recorded_room_learns_so_once_and_privately(archive: Archive) -> None:
    await joins(archive, CELL, MEERA)
    chat = await archive.private(MEERA)
    [told] = await archive.told(chat)
    assert CELL in told and "Home Affairs" in told and "!records status" in told
    assert not any("You have joined" in said for said in await archive.told(CELL))
    await joins(archive, CELL, MEERA, "leave")
    await joins(archive, CELL, MEERA)
    assert len(await archive.told(chat)) == 1


async def test_the_chat_in_which_it_is_told_is_not_recorded(archive: Archive) -> None:
    await joins(archive, CELL, MEERA)
    chat = await archive.private(MEERA)
    assert chat is not None
    await archive.say(chat, MEERA, "thank you")
    assert await archive.recorded(chat) == 0


async def test_it_is_said_in_their_language(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    archive = await archives.archive(pool, journal, keyring, {"mha.lab": "hi"})
    await joins(archive, CELL, MEERA)
    [told] = await archive.told(await archive.private(MEERA))
    assert "रिकॉर्ड में रखता है" in told


async def test_ghosts_and_those_who_were_there_are_not_told(archive: Archive) -> None:
    await joins(archive, CELL, "@_setu_nic.lab_asha:mha.lab")
    again = {"unsigned": {"prev_content": {"membership": "join"}}}
    renamed = archive.event(CELL, MEERA, "m.room.member", MEERA, membership="join", displayname="M.")
    renamed = type(renamed).read(renamed.raw[:-1] + b', "unsigned": {"prev_content": {"membership": "join"}}}')
    assert renamed.was == again["unsigned"]["prev_content"]["membership"]
    await archive.happens(renamed)
    found = archive.event(CELL, "@old:mha.lab", "m.room.member", "@old:mha.lab", membership="join")
    await archive.journalled(MHA, Arrival(found, "state"))
    assert await archive.pool.fetchval("select count(*) from private_chat") == 0


async def test_in_a_large_room_nobody_is_written_to(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(welcome, "MOST", 3)
    for number in range(5):
        await joins(archive, CELL, f"@p{number}:mha.lab")
    assert await archive.pool.fetchval("select count(*) from private_chat") < 5


async def test_anyone_may_ask_how_the_record_of_a_room_stands(archive: Archive) -> None:
    await archive.say(CELL, MEERA, "namaste")
    entries = await archive.recorded(CELL)
    [told] = await archive.say(CELL, MEERA, "!records status")
    assert "by Home Affairs since 20" in told and f"there are {entries} entries" in told
    assert "Nothing is missing." in told and "records officer" in told


async def test_gaps_the_last_signature_and_whom_to_ask_are_told(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    archive = await with_(pool, journal, keyring, contact="Room 114")
    await archive.write(CELL, "namaste")
    await pool.execute("insert into gap (room, pos, reason) select id, 1, 'x' from room where room_id = $1", CELL)
    await pool.execute(
        "insert into record_checkpoint (organisation, size, note, at)"
        " select 'mha.lab', size, '', '2026-05-01T20:00:00Z' from record_log where organisation = 'mha.lab'"
    )
    [told] = await archive.say(CELL, MEERA, "!records status")
    assert "One entry could not be read" in told and "2026-05-02 01:30" in told and "Room 114" in told


async def test_a_room_that_is_not_recorded_says_so(archive: Archive) -> None:
    await archive.enter(MHA, QUIET, [RAVI])
    [told] = await archive.say(QUIET, RAVI, "!records status")
    assert "not recorded" in told
    assert await archive.recorded(QUIET) == 0 == await archive.recorded(OFFICE)


async def test_a_room_into_which_the_bot_is_invited_is_recorded_from_its_beginning_and_hears_so(
    archive: Archive,
) -> None:
    await archive.enter(MHA, QUIET, [RAVI])
    await archive.say(QUIET, RAVI, "before")
    told_before = await archive.told(QUIET)
    await joins(archive, QUIET, BOT)
    said = await archive.write(QUIET, "after")
    assert await archive.recorded(QUIET) == await archive.pool.fetchval(
        "select j.pos from journal j where event_id = $1", said.id
    )
    assert await archive.find(f"before room:{QUIET}") == ["before"]
    [told] = [one for one in await archive.told(QUIET) if one not in told_before]
    assert "From now on" in told and "Home Affairs" in told


async def test_it_does_not_matter_who_reads_first_that_the_bot_came_in(archive: Archive) -> None:
    await archive.enter(MHA, QUIET, [RAVI])
    came = archive.event(QUIET, BOT, "m.room.member", BOT, membership="join")
    await archive.journal.append(MHA, [Arrival(came, "push")])
    await archive.read(archive.retention)
    head = await archive.pool.fetchval("select head from room where room_id = $1", QUIET)
    assert await archive.recorded(QUIET) == head > 1


async def test_a_record_that_is_begun_goes_on_though_the_bot_is_put_out(archive: Archive) -> None:
    await archive.enter(MHA, QUIET, [RAVI])
    await joins(archive, QUIET, BOT)
    before = await archive.recorded(QUIET)
    await joins(archive, QUIET, BOT, "leave")
    await archive.write(QUIET, "he is gone")
    assert await archive.recorded(QUIET) == before + 2


async def test_what_was_linked_stays_on_record(archive: Archive) -> None:
    await archive.write(CELL, "carried")
    await archive.say(OFFICE, ASHA, "!setu unlink cell")
    before = await archive.recorded(CELL)
    await archive.write(CELL, "no more carried")
    assert await archive.recorded(CELL) == before + 1


@pytest.mark.parametrize(
    ("rooms", "archived"),
    [
        ([], []), (["*:mha.lab"], [QUIET, NAMELESS]), (["!qu?et:mha.lab"], [QUIET]), (["!0123*:mha.lab"], [NAMELESS]),
        ([NAMELESS], [NAMELESS]), (["*:nic.lab"], []), (["!quiet:mha.la"], []), (["*.lab"], [QUIET, NAMELESS]),
    ],
)  # fmt: skip
async def test_the_settings_may_name_rooms(
    pool: Pool, journal: Journal, keyring: Keyring, rooms: list[str], archived: list[str]
) -> None:
    archive = await with_(pool, journal, keyring, rooms=rooms)
    for room in (QUIET, NAMELESS):
        await archive.enter(MHA, room, [RAVI])
    assert [room for room in (QUIET, NAMELESS) if await archive.recorded(room)] == archived


async def test_a_chat_with_a_bot_is_recorded_only_where_it_is_named_in_full(
    pool: Pool, journal: Journal, keyring: Keyring
) -> None:
    archive = await with_(pool, journal, keyring, rooms=["*", "!private-two:mha.lab"])
    for number, room in enumerate(("!private-one:mha.lab", "!private-two:mha.lab")):
        await archive.enter(MHA, room)
        await archive.pool.execute(
            "insert into private_chat (bot, person, endpoint) select 'identity', $1, id from endpoint"
            " where room_id = $2",
            f"@p{number}:mha.lab", room,
        )  # fmt: skip
        await archive.pool.execute(
            "delete from record_head where room in (select id from room where room_id = $1)", room
        )
        await archive.write(room, "hush")
    assert await archive.recorded("!private-one:mha.lab") == 0 < await archive.recorded("!private-two:mha.lab")


RETENTION = "m.room.retention"


async def sets(archive: Archive, days: int | None, sender: str = MEERA) -> None:
    """Somebody sets a room's timer, or removes it."""
    content = {"max_lifetime": days * 86_400_000} if days is not None else {}
    await archive.happens(archive.event(CELL, sender, RETENTION, "", **content))


async def test_a_timer_is_told_to_the_moderators_and_left_where_the_settings_do_not_say_else(
    archive: Archive,
) -> None:
    await sets(archive, 1)
    [said] = [one for one in await archive.sent(CELL) if "timer" in str(one.content["body"])]
    assert said.content["m.mentions"] == {"user_ids": [RAVI]}, "who is no moderator, or a bot, is not mentioned"
    assert await archive.set_back() == []
    await sets(archive, 1)
    assert len([one for one in await archive.told(CELL) if "timer" in one]) == 1, "said again, it is the same timer"
    await sets(archive, None)
    assert len([one for one in await archive.told(CELL) if "timer" in one]) == 1


async def gives_power(archive: Archive) -> None:
    """Our bot moderates the room."""
    levels = {RAVI: 50, "@setu:mha.lab": 100}
    await archive.happens(archive.event(CELL, "@maker:mha.lab", "m.room.power_levels", "", users=levels))


async def test_it_is_set_back_to_what_was_before(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    archive = await with_(pool, journal, keyring, timers={"set_back": True})
    await gives_power(archive)
    before = await archive.recorded(CELL)
    await sets(archive, 1)
    [back] = await archive.set_back()
    assert (back.type, back.state_key, dict(back.content)) == (RETENTION, "", {})
    assert back.as_user == "@setu:mha.lab"
    assert "set back" in (await archive.told(CELL))[-1]
    await sets(archive, None, "@setu:mha.lab")  # it has happened
    assert len(await archive.set_back()) == 1
    assert await archive.recorded(CELL) == before + 2, "the record has all of it"


async def test_a_timer_of_before_is_what_it_is_set_back_to(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    archive = await with_(pool, journal, keyring, timers={"set_back": True})
    await gives_power(archive)
    shorter = archive.event(CELL, MEERA, RETENTION, "", max_lifetime=1_000)
    unsigned = b', "unsigned": {"prev_content": {"max_lifetime": 9000, "min_lifetime": 5}}}'
    await archive.happens(type(shorter).read(shorter.raw[:-1] + unsigned))
    [back] = await archive.set_back()
    assert back.content == {"max_lifetime": 9000, "min_lifetime": 5}


async def test_a_moderator_who_insists_is_not_fought(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    archive = await with_(pool, journal, keyring, timers={"set_back": True, "times_a_day": 2})
    await gives_power(archive)
    for days in range(1, 6):
        await sets(archive, days)
        await sets(archive, None, "@setu:mha.lab")
    assert len(await archive.set_back()) == 2
    alarms = "select count(*) from alarm where cause like 'records-timer:%' and over_at is null"
    assert await pool.fetchval(alarms) == 1
    assert "left as it is" in (await archive.told(CELL))[-1]
    await sets(archive, 6)
    await sets(archive, None)
    assert await pool.fetchval(alarms) == 0, "the moderators have removed it"


async def test_without_power_it_is_said_that_it_stays(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    archive = await with_(pool, journal, keyring, timers={"set_back": True})
    await sets(archive, 1)
    assert await archive.set_back() == []
    assert "no power" in (await archive.told(CELL))[-1]


async def test_messages_that_vanish_are_told_of_once_a_day(archive: Archive) -> None:
    for body in ("one", "two"):
        timed: dict[str, Any] = {"com.beeper.disappearing_timer": {"type": "after_read", "timer": 5_000}}
        await archive.write(CELL, body, MEERA, **timed)
    assert len([one for one in await archive.told(CELL) if "to vanish" in one]) == 1
    assert await archive.pool.fetchval("select count(*) from record_timer where change = 'message'") == 2


async def test_what_is_old_or_late_is_recorded_and_told_to_nobody(archive: Archive) -> None:
    before = await archive.last_order()
    timer = archive.event(CELL, MEERA, RETENTION, "", max_lifetime=1_000)
    came = archive.event(CELL, MEERA, "m.room.member", MEERA, membership="join")
    await archive.journalled(MHA, Arrival(timer, "messages", late=True), Arrival(came, "messages", late=True))
    bodies = [one.content.get("body") for _, one in await archive.orders(before) if hasattr(one, "content")]
    assert not any("timer" in str(body) or "joined" in str(body) for body in bodies)
    assert await archive.pool.fetchval("select count(*) from record_timer") == 1


async def test_reading_twice_tells_nothing_twice(archive: Archive) -> None:
    await joins(archive, CELL, MEERA)
    await sets(archive, 1)
    before = await archive.last_order()
    await archive.pool.execute("update bookmark set pos = 0 where follower = 'retention'")
    await archive.read(archive.retention)
    assert await archive.last_order() == before
    assert await archive.pool.fetchval("select count(*) from record_timer") == 1
    assert NIC != MHA and HALL != OTHER
