"""Power games around the ladder, on a real database: levels that people change while somebody may not write."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bridge.actions import Action, SetPower
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, RAVI
from tests.store import bureau as bureaus
from tests.store.bureau import MEERA, Bureau
from tests.store.chat import ASHA, HALL

DAY = timedelta(days=1)
LEELA = "@leela:mha.lab"
GHOST = "@_setu_mha.lab_meera:nic.lab"
ROOM = {"link": "cell", "enforce": "on", "steps": {"remind": [], "restrict": "1d", "ask": "14d", "remove": None}}


@pytest.fixture
async def bureau(pool: Pool, journal: Journal, keyring: Keyring) -> Bureau:
    made = await bureaus.linked(bureaus.bureau(pool, journal, keyring, {"rooms": [ROOM]}))
    await made.gives_power(CELL, {RAVI: 50})
    await made.gives_power(HALL, {ASHA: 50})
    return made


def changes(actions: Sequence[Action]) -> list[tuple[str, str, int | None]]:
    """Each level that is to be set: by which bot, whose, and to what."""
    powers = [action for action in actions if isinstance(action, SetPower)]
    return [(one.as_user, str(user), level) for one in powers for user, level in one.users.items()]


async def restricts(bureau: Bureau, *people: str) -> list[tuple[str, str, int | None]]:
    """These come, and after their day may not write."""
    for user in people:
        await bureau.comes(CELL, user)
    await bureau.look()
    return changes(await bureau.passes(DAY))


async def ordered(bureau: Bureau, after: int) -> list[tuple[str, str, int | None]]:
    return changes([action for _, action in await bureau.orders(after)])


async def test_where_moderators_alone_write_nobody_is_given_the_right(bureau: Bureau) -> None:
    for room, moderator in ((CELL, RAVI), (HALL, ASHA)):
        bot = f"@setu:{room.partition(':')[2]}"
        users = {bot: 100, moderator: 50}
        await bureau.happens(bureau.event(room, moderator, "m.room.power_levels", "", users=users, events_default=50))
    await bureau.comes(CELL, "@clerk:mha.lab")
    assert {level for _, _, level in await restricts(bureau, MEERA)} <= {-1}


async def test_who_was_made_a_moderator_is_not_put_down_with_the_next_one(bureau: Bureau) -> None:
    await restricts(bureau, MEERA)
    await bureau.gives_power(CELL, {RAVI: 50, MEERA: 50})
    assert ("@setu:mha.lab", MEERA, -1) not in await restricts(bureau, LEELA)


async def test_who_is_made_a_moderator_may_write_on_both_sides_at_once(bureau: Bureau) -> None:
    await restricts(bureau, MEERA)
    await bureau.gives_power(HALL, {ASHA: 50, GHOST: -1})
    before = await bureau.last_order()
    await bureau.gives_power(CELL, {RAVI: 50, MEERA: 50})
    assert ("@setu:nic.lab", GHOST, None) in await ordered(bureau, before)
    assert not await bureau.pool.fetchval("select restricted from identity_ladder where user_id = $1", MEERA)


async def test_a_bot_that_is_given_power_later_restricts_then(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    bureau = await bureaus.linked(bureaus.bureau(pool, journal, keyring, {"rooms": [ROOM]}))
    await bureau.gives_power(HALL, {ASHA: 50})
    assert ("@setu:mha.lab", MEERA, -1) not in await restricts(bureau, MEERA)
    before = await bureau.last_order()
    await bureau.gives_power(CELL, {RAVI: 50})
    assert ("@setu:mha.lab", MEERA, -1) in await ordered(bureau, before)
    assert await bureau.pool.fetchval("select over_at is not null from alarm where cause like 'identity-powerless:%'")


async def test_who_may_not_write_cannot_walk_round_into_the_other_room(bureau: Bureau) -> None:
    await restricts(bureau, MEERA)
    await bureau.gives_power(CELL, {RAVI: 50, MEERA: -1})
    before = await bureau.last_order()
    await bureau.comes(HALL, MEERA)
    assert ("@setu:nic.lab", MEERA, -1) in await ordered(bureau, before)


async def test_the_bot_does_not_fight_a_moderator_over_a_level(bureau: Bureau) -> None:
    await restricts(bureau, MEERA)
    await bureau.gives_power(CELL, {RAVI: 50, MEERA: -1})
    before = await bureau.last_order()
    await bureau.gives_power(CELL, {RAVI: 50, MEERA: 0})
    assert ("@setu:mha.lab", MEERA, -1) not in await ordered(bureau, before)


async def test_a_homeserver_that_is_away_is_not_asked_again_at_every_look(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.pool.execute("insert into identity_raised select id from endpoint where room_id = $1", CELL)
    await bureau.happens(bureau.event(
        CELL, RAVI, "m.room.power_levels", "", users={"@setu:mha.lab": 100, RAVI: 50}, events_default=1
    ))  # fmt: skip
    before = await bureau.last_order()
    for _ in range(5):
        await bureau.look()
    orders = [action for _, action in await bureau.orders(before) if isinstance(action, SetPower)]
    assert len(orders) == 1


async def test_who_says_it_before_the_homeserver_was_told_may_write_in_the_end(bureau: Bureau) -> None:
    await restricts(bureau, MEERA)  # and the homeserver is away
    before = await bureau.last_order()
    await bureau.say(CELL, MEERA, "!id me Meera Nair; Section Officer; Home Affairs")
    assert ("@setu:mha.lab", MEERA, None) in await ordered(bureau, before)
