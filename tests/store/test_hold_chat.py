"""Records officers order holds in chat and let them go; what is held is told to them alone."""

import pytest

from bridge.actions import Send
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, RAVI
from tests.store import archive as archives
from tests.store.archive import CLERK, OFFICER, Archive
from tests.store.chat import ASHA, HALL, OFFICE
from tests.store.test_search_chat import DIRECT, begins_a_chat

ADD = "!records hold add matter: the bridge; authority: High Court; reason: ordered;"


@pytest.fixture
async def archive(pool: Pool, journal: Journal, keyring: Keyring) -> Archive:
    made = await archives.archive(pool, journal, keyring)
    await made.write(CELL, "The culvert at km 42 is closed")
    await begins_a_chat(made)
    return made


async def holds(archive: Archive) -> int:
    return int(await archive.pool.fetchval("select count(*) from record_hold"))


async def test_an_officer_orders_a_hold_in_the_direct_chat_and_sees_it_there(archive: Archive) -> None:
    [answer] = await archive.say(DIRECT, OFFICER, f'{ADD} persons: {RAVI}; words: "a ; b", culvert; from: 2026-01-31')
    assert "Hold 1 is in force" in answer and "culvert" not in answer
    told, answer = await archive.say(DIRECT, OFFICER, "!records hold list")
    assert "kept" in answer and "Hold 1: the bridge" in told and "High Court" in told
    assert f"By {RAVI}" in told and '"a ; b", culvert' in told and "From 2026-01-31 to –" in told
    [where] = [room for room, one in await archive.orders()
               if isinstance(one, Send) and one.content["body"] == told and one.only_encrypted]  # fmt: skip
    assert where == DIRECT


async def test_what_is_held_is_told_privately_though_it_was_asked_in_the_admin_room(archive: Archive) -> None:
    await archive.say(OFFICE, OFFICER, f"{ADD} persons: {RAVI}")
    answers = await archive.say(OFFICE, OFFICER, "!records hold list")
    assert ["direct chat" in one for one in answers].count(True) == 1
    [public] = [one for one in answers if "direct chat" in one]
    assert "bridge" not in public


@pytest.mark.parametrize(("room", "person"), [(HALL, OFFICER), (CELL, CLERK)])
async def test_nobody_speaks_of_holds_in_a_room_of_others(archive: Archive, room: str, person: str) -> None:
    [answer] = await archive.say(room, person, f"{ADD} persons: {RAVI}")
    assert "in this room" in answer and await holds(archive) == 0


async def test_nobody_but_a_records_officer_orders_a_hold(archive: Archive) -> None:
    [denied] = await archive.say(OFFICE, ASHA, f"{ADD} persons: {RAVI}")
    assert "role" in denied and await holds(archive) == 0


async def test_one_officer_alone_lets_nothing_go(archive: Archive) -> None:
    await archive.say(DIRECT, OFFICER, f"{ADD} persons: {RAVI}")
    [asked] = await archive.say(DIRECT, OFFICER, "!records hold release 1 reason: settled")
    assert "until another officer" in asked
    [again] = await archive.say(DIRECT, OFFICER, "!records hold release 1 reason: settled")
    assert "Another officer must release it too" in again
    [kept] = await archive.say(DIRECT, OFFICER, "!records hold keep 1 reason: an appeal")
    assert "taken back" in kept
    acts = await archive.pool.fetch("select act from record_hold_act order by n")
    assert [row["act"] for row in acts] == ["asked", "taken_back"]


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ("!records hold", "`"),
        ("!records hold nonsense", "holds what fits"),
        ("!records hold release 1", "holds what fits"),
        ("!records hold release 1 reason:   ", "holds what fits"),
        ("!records hold release one reason: x", "holds what fits"),
        ("!records hold release 7 reason: x", "There is no hold 7"),
        (ADD, "Say what is held"),
        ("!records hold add persons: @a:b", "Say matter:"),
        (f"{ADD} persons: ravi", "whole Matrix ids"),
        (f"{ADD} persons:", "Behind persons:"),
        (f"{ADD} rooms: hall", "begins with an exclamation mark"),
        (f"{ADD} words: …", "no word behind"),
        (f"{ADD} words: ab*", "at least 3"),
        (f"{ADD} from: tomorrow", "want a day"),
        (f"{ADD} from: 2026-02-02; to: 2026-02-01", "after from:"),
        (f"{ADD} persons: @a:b; persons: @c:d", "stands there twice"),
        (f"{ADD} colour: red", "not one of them"),
        (f"{ADD} words: {'x ' * 31}", "at most 1000"),
        (f"!records hold add matter: {'x' * 501}; authority: a; reason: r; words: x", "Say matter:"),
    ],
)
async def test_what_cannot_be_held_is_explained(archive: Archive, asked: str, complaint: str) -> None:
    [answer] = await archive.say(DIRECT, OFFICER, asked)
    assert complaint in answer.replace("1,000", "1000")
    assert await holds(archive) == 0


@pytest.mark.parametrize(
    "words", ["'; drop table record_hold; --", "\x00", "\ud800", "<b>x</b> x", "%s {x} $1 x", '"unended x', "x" * 800]
)
async def test_hostile_words_are_words(archive: Archive, words: str) -> None:
    before = await holds(archive)
    answers = await archive.say(DIRECT, OFFICER, f"{ADD} persons: {RAVI}; words: {words}")
    assert len(answers) == 1
    assert await holds(archive) - before == ("in force" in answers[0])


async def test_many_long_holds_fit_into_an_answer(archive: Archive) -> None:
    long = f"!records hold add matter: {'म' * 300}; authority: {'अ' * 300}; reason: r;"
    for _ in range(12):
        await archive.say(DIRECT, OFFICER, f"{long} words: {'सेतु' * 60}")
    told, _ = await archive.say(DIRECT, OFFICER, "!records hold list")
    assert "5 more" in told
    [said] = [one for _, one in await archive.orders() if isinstance(one, Send) and one.content["body"] == told]
    assert len(str(said.content).encode()) < 45_000


async def test_it_speaks_the_language_of_who_asks(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    made = await archives.archive(pool, journal, keyring, {"nic.lab": "hi"})
    await begins_a_chat(made)
    [answer] = await made.say(DIRECT, OFFICER, f"{ADD} persons: {RAVI}")
    assert "रोक 1 लागू है" in answer
