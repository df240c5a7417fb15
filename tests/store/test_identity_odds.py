"""What happens around the ladder while the world changes, on a real database: links that end, externals that are
exempt, one person for whom nothing can be done, names that differ from room to room.
"""

from datetime import timedelta
from typing import Any

import pytest

from bots.identity import rungs
from bots.identity.place import Place
from bots.identity.standings import Due
from bridge.actions import Leave, Send, SetMember, SetPower
from bridge.model import UserId
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, RAVI
from tests.store import bureau as bureaus
from tests.store.bureau import MEERA, VISITOR, Bureau
from tests.store.chat import ASHA, HALL

DAY = timedelta(days=1)
TRICKSTER = "@trickster:mha.lab"
ROOM = {"link": "cell", "enforce": "on", "steps": {"remind": [], "restrict": "1d", "ask": "14d", "remove": None}}


async def opened(pool: Pool, journal: Journal, keyring: Keyring, **policy: Any) -> Bureau:
    made = await bureaus.linked(bureaus.bureau(pool, journal, keyring, {"rooms": [{**ROOM, **policy}]}))
    await made.gives_power(CELL, {RAVI: 50})
    await made.gives_power(HALL, {ASHA: 50})
    return made


@pytest.fixture
async def bureau(pool: Pool, journal: Journal, keyring: Keyring) -> Bureau:
    return await opened(pool, journal, keyring)


async def restricted(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    await bureau.passes(DAY)
    await bureau.gives_power(CELL, {RAVI: 50, MEERA: -1})


async def test_whoever_may_not_write_may_again_when_the_link_ends(bureau: Bureau) -> None:
    await restricted(bureau)
    await bureau.say(CELL, RAVI, "!setu unlink cell")
    levels = [(one.as_user, dict(one.users)) for one in await bureau.look() if isinstance(one, SetPower)]
    assert ("@setu:mha.lab", {MEERA: None}) in levels
    assert not [one for one in await bureau.look() if isinstance(one, SetPower)]


async def test_a_link_that_begins_anew_begins_the_ladder_anew(bureau: Bureau) -> None:
    await restricted(bureau)
    await bureau.say(CELL, RAVI, "!setu unlink cell")
    await bureau.passes(30 * DAY)
    await bureau.pool.execute("update link set active = true where name = 'cell'")
    await bureau.look()
    before = await bureau.last_order()
    await bureau.passes(DAY)
    assert any(isinstance(one, SetPower) for _, one in await bureau.orders(before))


async def test_an_external_who_is_exempt_is_let_in(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    bureau = await opened(pool, journal, keyring, externals="refuse", exempt=[VISITOR])
    before = await bureau.last_order()
    await bureau.happens(bureau.member(CELL, VISITOR, "invite", by=RAVI))
    assert not [one for _, one in await bureau.orders(before) if isinstance(one, SetMember) and one.user_id == VISITOR]


async def test_simulating_takes_no_invitation_back(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    bureau = await opened(pool, journal, keyring, externals="refuse", enforce="simulate")
    before = await bureau.last_order()
    await bureau.happens(bureau.member(CELL, VISITOR, "invite", by=RAVI))
    assert not [one for _, one in await bureau.orders(before) if isinstance(one, SetMember) and one.user_id == VISITOR]
    assert await bureau.pool.fetchval("select count(*) from alarm where cause like 'identity-simulated:%'") == 1


async def test_one_for_whom_nothing_can_be_done_holds_up_nobody(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    climb = rungs.climb

    async def fails(desk: Any, connection: Any, kek: Any, there: Place, due: Due, exempt: Any) -> rungs.Did:
        did = await climb(desk, connection, kek, there, due, exempt)
        if due.standing.user_id == TRICKSTER:
            await connection.execute("select 1 / 0")
        return did

    monkeypatch.setattr(rungs, "climb", fails)
    await bureau.comes(CELL, TRICKSTER)
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    assert len(await bureau.told(MEERA)) == 1


async def test_who_cannot_be_called_into_a_chat_is_told_in_the_room(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    await bureau.pool.execute(
        "update outbox set state = 'dead', outcome = 'refused' where kind = 'CreateRoom' and cause like 'private:%'"
    )
    before = await bureau.last_order()
    await bureau.passes(DAY)
    said = [(room, one) for room, one in await bureau.orders(before) if isinstance(one, Send)]
    assert [room for room, _ in said] == [CELL]


async def test_a_look_alike_is_not_cleared_by_another_name_in_another_room(bureau: Bureau) -> None:
    await bureau.comes(CELL, TRICKSTER, displayname="Ravi Kumаr")  # a Cyrillic а
    await bureau.comes(HALL, TRICKSTER, displayname="Nobody Special")
    assert await resembles(bureau) == RAVI
    await bureau.comes(CELL, TRICKSTER, displayname="Nobody Special")
    assert await resembles(bureau) is None


async def test_a_look_alike_who_leaves_the_room_bears_the_name_nowhere(bureau: Bureau) -> None:
    await bureau.comes(CELL, TRICKSTER, displayname="Ravi Kumаr")
    await bureau.goes(CELL, TRICKSTER)
    await bureau.comes(HALL, TRICKSTER, displayname="Nobody Special")
    assert await resembles(bureau) is None


async def test_nobody_clears_or_keeps_a_mark_by_inviting(bureau: Bureau) -> None:
    await bureau.comes(CELL, TRICKSTER, displayname="Ravi Kumаr")
    await bureau.happens(bureau.member(HALL, TRICKSTER, "invite", by=ASHA, displayname="Nobody Special"))
    assert await resembles(bureau) == RAVI
    await bureau.happens(bureau.member(HALL, MEERA, "invite", by=TRICKSTER, displayname="Ravi Kumаr"))
    await bureau.comes(HALL, MEERA, displayname="Meera")
    assert await resembles(bureau, MEERA) is None


async def resembles(bureau: Bureau, user_id: str = TRICKSTER) -> str | None:
    found = await bureau.pool.fetchval(
        "select resembles from identity_tag where user_id = $1 and until is null", user_id
    )
    return str(found) if found is not None else None


async def test_a_ghost_or_a_bot_that_came_by_federation_is_nobody_to_be_asked(bureau: Bureau) -> None:
    for stranger in ("@_setu_mha.lab_ravi:nic.lab", "@setu:nic.lab", "@identity:nic.lab"):
        await bureau.comes(CELL, stranger)
    await bureau.comes(CELL, "@identity:elsewhere.example")  # calls itself like our bot, and is none
    await bureau.look()
    rows = await bureau.pool.fetch("select user_id from identity_ladder")
    assert [row["user_id"] for row in rows] == ["@identity:elsewhere.example"]


async def test_a_bot_declines_a_chat_in_which_it_could_not_hear_the_person(bureau: Bureau) -> None:
    before = await bureau.last_order()
    await bureau.happens(bureau.member("!far:nic.lab", "@identity:nic.lab", "invite", by=MEERA, is_direct=True))
    assert [one for _, one in await bureau.orders(before)] == [Leave(UserId("@identity:nic.lab"))]
    assert await bureau.pool.fetchval("select count(*) from private_chat") == 0
