"""What officers decide about claims, on a real database: who is told, what is decided, and who decides first."""

import asyncio

import pytest

from bots.identity import claims, tags
from bots.identity.identifying import LOCK, identify
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import NO_ROOM, Keyring
from tests.people import CELL, MHA
from tests.store import bureau as bureaus
from tests.store.bureau import MEERA, OFFICER, ROSTER, Bureau
from tests.store.chat import OFFICE

CLAIM = "!id me Meera Nair; Section Officer; Home Affairs"
CHAT = "!chat:mha.lab"
BOT = "@identity:mha.lab"


@pytest.fixture
async def bureau(pool: Pool, journal: Journal, keyring: Keyring) -> Bureau:
    made = await bureaus.linked(bureaus.bureau(pool, journal, keyring, {"rooms": [{"link": "cell", "enforce": "off"}]}))
    await made.comes(CELL, MEERA)
    await made.comes(OFFICE, OFFICER)
    return made


async def chats(bureau: Bureau) -> str:
    """Meera begins a direct chat with the bot."""
    await bureau.happens(bureau.member(CHAT, BOT, "invite", by=MEERA, is_direct=True), MHA)
    await bureau.pool.execute("update endpoint set state = 'open' where room_id = $1", CHAT)
    await bureau.happens(bureau.member(CHAT, BOT, "join"), MHA)
    return CHAT


async def state(bureau: Bureau) -> list[str]:
    rows = await bureau.pool.fetch("select state from identity_claim where user_id = $1 order by id", MEERA)
    return [str(row["state"]) for row in rows]


async def test_who_says_it_in_the_direct_chat_is_told_the_verdict_there(bureau: Bureau) -> None:
    await bureau.say(await chats(bureau), MEERA, CLAIM)
    await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA} for 20d")
    assert any("has verified" in said for said in await bureau.told(MEERA))


async def test_who_said_it_in_the_direct_chat_is_told_of_its_end(bureau: Bureau) -> None:
    await bureau.say(await chats(bureau), MEERA, CLAIM)
    await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA} for 5d")
    await bureau.look()
    assert any("counts until" in said for said in await bureau.told(MEERA))


async def test_what_no_officer_has_seen_is_not_verified_in_the_place_of_what_they_saw(bureau: Bureau) -> None:
    await bureau.say(CELL, MEERA, CLAIM)
    await bureau.say(OFFICE, OFFICER, "!id pending")
    await bureau.say(CELL, MEERA, "!id me Meera Nair; Home Secretary; Home Affairs")
    [answer] = await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA}")
    assert "Home Secretary" in answer and await state(bureau) == ["replaced", "open"]
    await bureau.say(OFFICE, OFFICER, "!id pending")
    await bureau.say(OFFICE, OFFICER, f"!id verify {MEERA}")
    assert await state(bureau) == ["replaced", "verified"]


async def test_of_two_officers_the_first_decides(bureau: Bureau) -> None:
    await bureau.say(CELL, MEERA, CLAIM)
    async with bureau.pool.acquire() as connection:
        [claim] = await claims.waiting(connection, bureau.keyring, 1)
        assert await claims.decide(connection, claim, "refused", ROSTER[1].user_id)
        assert not await claims.decide(connection, claim, "verified", ROSTER[2].user_id)
    assert await state(bureau) == ["refused"]


async def test_what_was_decided_while_somebody_waited_is_not_taken_back(bureau: Bureau) -> None:
    await bureau.say(CELL, MEERA, CLAIM)
    desk = bureau.desk
    async with bureau.pool.acquire() as officer, bureau.pool.acquire() as reader:
        kek = await bureau.keyring.current(officer, NO_ROOM)
        async with officer.transaction():
            await officer.execute("select pg_advisory_xact_lock($1)", LOCK)

            async def looks() -> None:
                async with reader.transaction():
                    await identify(reader, bureau.keyring, kek, desk.known, [MEERA], {MEERA: ROSTER[0].user_id})

            looking = asyncio.create_task(looks())
            while not await officer.fetchval("select exists (select from pg_locks where not granted)"):
                assert not looking.done()
                await asyncio.sleep(0.01)
            [claim] = await claims.waiting(officer, bureau.keyring, 1)
            await claims.decide(officer, claim, "verified", OFFICER)
            await identify(officer, bureau.keyring, kek, desk.known, [MEERA])
        await looking
        kept = await tags.now(officer, bureau.keyring, [MEERA])
    assert kept[MEERA].tag.status == "verified" and kept[MEERA].tag.resembles == ROSTER[0].user_id
