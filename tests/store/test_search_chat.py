"""A records officer searches in chat: what is found is told to them alone, encrypted; a room hears only that it is."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from bots.retention import deeds
from bridge.actions import CreateRoom, Encrypt, Send
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, NIC, RAVI
from tests.store import archive as archives
from tests.store.archive import CLERK, OFFICER, OTHER, Archive
from tests.store.chat import ASHA, HALL, OFFICE

DIRECT = "!direct:nic.lab"
BOT = "@records:nic.lab"
MORNING = datetime(2026, 3, 2, 4, tzinfo=UTC)
SEARCH = "!records search purpose: RTI 12/2026; "


@dataclass(frozen=True)
class Told:
    """A message of the bot in a direct chat."""

    room: str | None
    by: str
    body: str
    only_encrypted: bool


@pytest.fixture
async def archive(pool: Pool, journal: Journal, keyring: Keyring) -> Archive:
    made = await archives.archive(pool, journal, keyring)
    await made.write(CELL, "The culvert at km 42 is closed", at=MORNING)
    await made.write(HALL, "The culvert is open again", ASHA, at=MORNING + timedelta(hours=1))
    return made


async def told(archive: Archive, after: int = 0) -> list[Told]:
    """What the bot said as itself."""
    sent = [(room, one) for room, one in await archive.orders(after) if isinstance(one, Send)]
    return [Told(room, one.as_user, str(one.content["body"]), one.only_encrypted) for room, one in sent
            if one.as_user.startswith("@records:")]  # fmt: skip


async def begins_a_chat(archive: Archive, encrypted: bool = True, person: str = OFFICER) -> None:
    """Somebody invites the bot into a direct chat."""
    invited = archive.event(DIRECT, person, "m.room.member", BOT, membership="invite", is_direct=True)
    await archive.happens(invited, NIC)
    await archive.pool.execute("update endpoint set state = 'open' where room_id = $1", DIRECT)
    await archive.happens(archive.event(DIRECT, person, "m.room.member", person, membership="join"), NIC)
    await archive.happens(archive.event(DIRECT, BOT, "m.room.member", BOT, membership="join"), NIC)
    if encrypted:
        await archive.happens(archive.event(DIRECT, person, "m.room.encryption", "", algorithm="m.megolm.v1.aes-sha2"))


async def test_asked_in_a_room_the_answer_goes_to_an_encrypted_direct_chat(archive: Archive) -> None:
    before = await archive.last_order()
    [found, answer] = sorted(await archive.say(HALL, OFFICER, f"{SEARCH}culvert"), key=len, reverse=True)
    assert "told in a direct chat" in answer and "culvert" not in answer
    orders = await archive.orders(before)
    kinds = [type(action) for room, action in orders if room is None]
    assert kinds.index(CreateRoom) < kinds.index(Encrypt) < kinds.index(Send)
    [said] = await told(archive, before)
    assert said.only_encrypted and said.room is None and said.by == BOT and said.body == found
    assert "The culvert at km 42 is closed" in found and "The culvert is open again" in found
    assert found.index("open again") < found.index("km 42"), "the newest first"


async def test_asked_in_the_direct_chat_it_is_told_there(archive: Archive) -> None:
    await begins_a_chat(archive)
    found, answer = await archive.say(DIRECT, OFFICER, f'{SEARCH}"km 42"')
    assert "km 42 is closed" in found and "kept" in answer
    [where] = [one.room for one in await told(archive) if one.body == found and one.only_encrypted]
    assert where == DIRECT
    assert len(await archive.say(DIRECT, OFFICER, f"{SEARCH}RTI")) == 2
    assert "Nothing was found" in (await told(archive))[-2].body, "what was asked and told here is not found again"


async def test_nothing_is_told_into_a_chat_that_is_not_encrypted(archive: Archive) -> None:
    await begins_a_chat(archive, encrypted=False)
    [answer] = await archive.say(DIRECT, OFFICER, f"{SEARCH}culvert")
    assert "not encrypted" in answer
    assert await told(archive) == [] or all("km 42" not in one.body for one in await told(archive))


@pytest.mark.parametrize("how", ["invite", "join"])
async def test_nothing_is_told_into_a_chat_with_others(archive: Archive, how: str) -> None:
    await begins_a_chat(archive)
    by = OFFICER if how == "invite" else "@nosy:nic.lab"
    await archive.happens(archive.event(DIRECT, by, "m.room.member", "@nosy:nic.lab", membership=how))
    [answer] = await archive.say(DIRECT, OFFICER, f"{SEARCH}culvert")
    assert "Somebody else is in your direct chat" in answer
    await archive.happens(archive.event(DIRECT, "@nosy:nic.lab", "m.room.member", "@nosy:nic.lab", membership="leave"))
    assert len(await archive.say(DIRECT, OFFICER, f"{SEARCH}culvert")) == 2


async def test_who_left_the_chat_is_told_to_begin_another(archive: Archive) -> None:
    await begins_a_chat(archive)
    await archive.happens(archive.event(DIRECT, OFFICER, "m.room.member", OFFICER, membership="leave"))
    [answer] = await archive.say(HALL, OFFICER, f"{SEARCH}culvert")
    assert "Begin a new one" in answer


async def test_nobody_but_a_records_officer_searches(archive: Archive) -> None:
    for person, room in ((RAVI, CELL), (ASHA, HALL), (ASHA, OFFICE)):
        [denied] = await archive.say(room, person, f"{SEARCH}culvert")
        assert "role" in denied
    assert await archive.pool.fetchval("select count(*) from record_audit where action = 'search'") == 0
    assert await told(archive) == [] or all("km 42" not in one.body for one in await told(archive))


async def test_an_officer_of_a_department_finds_what_its_own_homeserver_saw(archive: Archive) -> None:
    found = max(await archive.say(CELL, CLERK, f"{SEARCH}culvert"), key=len)
    assert "km 42 is closed" in found and "open again" not in found


async def test_an_officer_of_nobody_of_ours_finds_nothing(archive: Archive) -> None:
    [answer] = await archive.say(HALL, "@far:elsewhere.example", f"{SEARCH}culvert")
    assert "people of the organisations" in answer


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ("!records search culvert", "purpose: WHY; QUERY"),
        ("!records search purpose: ; culvert", "purpose: WHY; QUERY"),
        ("!records search purpose: RTI", "purpose: WHY; QUERY"),
        (f"{SEARCH}from:yesterday culvert", "want a day"),
        (f"{SEARCH}...", "Say what is looked for"),
        ("!records", "kept on record"),
        ("!records nonsense", "kept on record"),
    ],
)
async def test_what_cannot_be_asked_is_explained(archive: Archive, asked: str, complaint: str) -> None:
    await begins_a_chat(archive)
    [answer] = await archive.say(DIRECT, OFFICER, asked)
    assert complaint in answer


async def test_each_search_is_a_leaf_of_its_officers_log_and_its_words_are_sealed_beside_it(archive: Archive) -> None:
    await archive.say(HALL, OFFICER, f"{SEARCH}culvert bribe")
    await archive.say(CELL, CLERK, f"{SEARCH}lorry")
    rows = await archive.pool.fetch(
        "select organisation, actor, purpose, detail from record_audit where action = 'search'"
    )
    assert [tuple(row)[:3] for row in rows] == [("nic.lab", OFFICER, "RTI 12/2026"), ("mha.lab", CLERK, "RTI 12/2026")]
    kept = [dict(row) for row in [*rows, *await archive.pool.fetch("select * from record_words")]]
    assert len(kept) == 4 and "bribe" not in str(kept)
    async with archive.pool.acquire() as connection:
        told = [done.words async for done in deeds.of(connection, archive.keyring, "nic.lab")]
    assert told == ["culvert bribe"]


async def test_the_next_results_are_on_the_next_page(archive: Archive) -> None:
    for number in range(12):
        await archive.write(OTHER, f"lorry {number:02}")
    await begins_a_chat(archive)
    pages = [(await archive.say(DIRECT, OFFICER, f"{SEARCH}lorry kind:message {page}"))[0] for page in
             ("", "page:2", "page:3", "page:4")]  # fmt: skip
    shown = [[number for number in range(12) if f": lorry {number:02}" in page] for page in pages]
    assert [max(one, default=None) for one in shown[:3]] == [11, 7, 2], "a result stands with what was said around it"
    assert "There is more" in pages[0] and "There is more" in pages[1] and "There is more" not in pages[2]
    assert "Nothing was found" in pages[3]


async def test_long_messages_in_any_script_fit_into_the_answer(archive: Archive) -> None:
    for _ in range(7):
        await archive.write(OTHER, "पुल " * 4_000 + "अंतिम " + "मार्ग " * 4_000)
    await begins_a_chat(archive)
    [found, _] = await archive.say(DIRECT, OFFICER, f"{SEARCH}अंतिम")
    assert found.count("अंतिम") >= 5, "the words that were asked for are shown"
    [action] = [one for room, one in await archive.orders() if room == DIRECT and isinstance(one, Send)
                and one.only_encrypted]  # fmt: skip
    assert len(str(action.content).encode()) < 45_000


async def test_it_speaks_the_language_of_who_asks(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    made = await archives.archive(pool, journal, keyring, {"mha.lab": "hi"})
    [answer] = await made.say(CELL, CLERK, "!records search")
    assert "प्रयोजन" in answer
