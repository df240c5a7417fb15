"""The ladder on a real database: who does not say who they are is told, reminded, restricted, asked to leave and
removed, each at its time; and whoever says it is restored at once.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bridge.actions import Action, Join, SetMember, SetPower
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL
from tests.store import bureau as bureaus
from tests.store.bureau import MEERA, OFFICER, VISITOR, Bureau
from tests.store.chat import HALL, OFFICE

DAY = timedelta(days=1)
GHOST_OF_MEERA, GHOST_OF_VISITOR = "@_setu_mha.lab_meera:nic.lab", "@_setu_elsewhere.example_visitor:nic.lab"
STEPS = {"remind": ["1d", "2d"], "restrict": "3d", "ask": "4d", "remove": "5d"}
ROOM = {"link": "cell", "enforce": "on", "steps": STEPS}


async def opened(pool: Pool, journal: Journal, keyring: Keyring, **policy: Any) -> Bureau:
    """A linked room in which our bot may do everything."""
    made = bureaus.bureau(pool, journal, keyring, {"rooms": [{**ROOM, **policy}]})
    await bureaus.linked(made)
    await made.gives_power(CELL, {"@ravi:mha.lab": 50})
    await made.gives_power(HALL, {"@asha:nic.lab": 50})
    await made.look()  # the rooms say what they ask
    return made


@pytest.fixture
async def bureau(pool: Pool, journal: Journal, keyring: Keyring) -> Bureau:
    return await opened(pool, journal, keyring)


def powers(actions: Sequence[Action]) -> list[dict[str, int | None]]:
    changes = [action.users for action in actions if isinstance(action, SetPower)]
    return [{str(user): level for user, level in users.items()} for users in changes]


async def test_who_comes_is_told_once_in_private(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    await bureau.look()
    [told] = await bureau.told(MEERA)
    assert "!id me NAME" in told


async def test_each_step_comes_at_its_time_and_not_before(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    assert await bureau.passes(0.9 * DAY) == []
    await bureau.passes(0.2 * DAY)
    assert len(await bureau.told(MEERA)) == 2
    await bureau.passes(2 * DAY)
    assert len(await bureau.told(MEERA)) == 3
    restricted = await bureau.passes(3 * DAY)
    assert {MEERA: -1} in powers(restricted) and {"@_setu_mha.lab_meera:nic.lab": -1} in powers(restricted)
    await bureau.passes(4 * DAY)
    assert "Please leave https://matrix.to/#/!cell:mha.lab" in (await bureau.told(MEERA))[-1]
    removed = await bureau.passes(5 * DAY)
    assert [(action.user_id, action.membership) for action in removed if isinstance(action, SetMember)] == [
        (MEERA, "leave")
    ]
    assert await bureau.passes(100 * DAY) == []


async def test_who_was_away_for_long_is_not_thrown_down_the_whole_ladder(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    await bureau.passes(100 * DAY)
    assert len(await bureau.told(MEERA)) == 2


async def test_whoever_says_who_they_are_may_write_again_at_once(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    for days in (1, 2, 3):
        await bureau.passes(days * DAY)
    await bureau.gives_power(CELL, {"@ravi:mha.lab": 50, MEERA: -1})  # as the restriction came back from the homeserver
    before = await bureau.last_order()
    await bureau.say(await bureau.private(MEERA), MEERA, "!id me Meera Nair; Section Officer; Home Affairs")
    assert {MEERA: None} in powers([action for _, action in await bureau.orders(before)])
    assert any("you can write in the room as before" in said for said in await bureau.told(MEERA))
    assert await bureau.passes(100 * DAY) == []


async def test_who_was_removed_and_says_it_is_asked_in_again(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    for days in (1, 2, 3, 4, 5):
        await bureau.passes(days * DAY)
    await bureau.goes(CELL, MEERA)
    before = await bureau.last_order()
    await bureau.say(await bureau.private(MEERA), MEERA, "!id me Meera Nair; Section Officer; Home Affairs")
    orders = [action for _, action in await bureau.orders(before)]
    assert any(isinstance(one, SetMember) and (one.user_id, one.membership) == (MEERA, "invite") for one in orders)


async def test_a_moderator_is_left_alone(bureau: Bureau) -> None:
    await bureau.gives_power(CELL, {MEERA: 50})
    await bureau.comes(CELL, MEERA)
    assert await bureau.look() == []
    assert await bureau.passes(100 * DAY) == []


async def test_who_is_known_is_left_alone(bureau: Bureau) -> None:
    await bureau.comes(HALL, OFFICER)
    assert await bureau.look() == []


async def test_simulating_touches_nobody_and_tells_the_admin_room(
    pool: Pool, journal: Journal, keyring: Keyring
) -> None:
    bureau = await opened(pool, journal, keyring, enforce="simulate")
    await bureau.comes(CELL, MEERA)
    for days in (0, 1, 2, 3, 4, 5):
        assert await bureau.passes(days * DAY) == []
    rows = await bureau.pool.fetch("select cause from alarm where cause like 'identity-simulated:%' order by cause")
    assert [row["cause"].rpartition(":")[2] for row in rows] == ["asked", "reminded", "removed", "restricted", "told"]


async def test_what_was_simulated_begins_anew_when_it_becomes_real(
    pool: Pool, journal: Journal, keyring: Keyring
) -> None:
    bureau = await opened(pool, journal, keyring, enforce="simulate")
    await bureau.comes(CELL, MEERA)
    for days in (0, 1, 2):
        await bureau.passes(days * DAY)
    await bureau.say(CELL, "@ravi:mha.lab", "!id room enforce on")
    await bureau.passes(3 * DAY)
    [told] = await bureau.told(MEERA)
    assert "everyone is asked to say who they are" in told


async def test_switched_off_it_takes_back_what_it_did(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    for days in (1, 2, 3):
        await bureau.passes(days * DAY)
    await bureau.gives_power(CELL, {"@ravi:mha.lab": 50, MEERA: -1})
    await bureau.say(CELL, "@ravi:mha.lab", "!id room enforce off")
    assert {MEERA: None} in powers(await bureau.look())


async def test_a_moderator_undoes_it_for_good(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    for days in (1, 2, 3):
        await bureau.passes(days * DAY)
    [line] = await bureau.say(CELL, "@ravi:mha.lab", "!id preview")
    assert MEERA in line and "may not write" in line and "asked to leave" in line
    [undone] = await bureau.say(CELL, "@ravi:mha.lab", f"!id undo {MEERA}")
    assert "Taken back" in undone
    assert await bureau.passes(100 * DAY) == []


async def test_who_leaves_and_comes_again_goes_on_where_they_were(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    await bureau.passes(1 * DAY)
    await bureau.goes(CELL, MEERA)
    await bureau.passes(10 * DAY)
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    assert len(await bureau.told(MEERA)) == 2
    await bureau.passes(2 * DAY)
    assert len(await bureau.told(MEERA)) == 3


async def test_who_has_left_the_chat_is_told_in_the_room(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.look()
    private = await bureau.private(MEERA)
    await bureau.comes(private, MEERA)
    await bureau.goes(private, MEERA)
    before = await bureau.last_order()
    await bureau.passes(1 * DAY)
    [(room, said)] = [(room, action) for room, action in await bureau.orders(before) if hasattr(action, "content")]
    assert room == CELL and said.content["m.mentions"] == {"user_ids": [MEERA]}


async def test_externals_are_put_out_where_the_room_is_not_open_to_them(
    pool: Pool, journal: Journal, keyring: Keyring
) -> None:
    bureau = await opened(pool, journal, keyring, enforce="off", externals="refuse")
    await bureau.comes(CELL, VISITOR)
    await bureau.comes(CELL, MEERA)
    out = [action for action in await bureau.look() if isinstance(action, SetMember)]
    assert [(action.user_id, action.membership) for action in out] == [(VISITOR, "leave")]


async def test_whom_our_bot_puts_out_is_followed_by_their_ghost(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    bureau = await opened(pool, journal, keyring, externals="refuse")
    await bureau.comes(CELL, VISITOR)
    await bureau.look()
    before = await bureau.last_order()
    await bureau.happens(bureau.member(CELL, VISITOR, "leave", by="@setu:mha.lab"))
    orders = [(room, action) for room, action in await bureau.orders(before) if isinstance(action, SetMember)]
    assert [(room, one.user_id, one.membership) for room, one in orders] == [(HALL, GHOST_OF_VISITOR, "leave")]


async def test_a_ghost_that_a_moderator_put_out_stays_out_when_our_bot_puts_its_person_out(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    await bureau.happens(bureau.member(HALL, GHOST_OF_MEERA, "leave", by="@asha:nic.lab"))
    await bureau.happens(bureau.member(CELL, MEERA, "leave", by="@setu:mha.lab"))
    before = await bureau.last_order()
    await bureau.comes(CELL, MEERA)
    assert [one for room, one in await bureau.orders(before) if room == HALL and isinstance(one, Join)] == []


async def test_the_invitation_of_an_external_is_taken_back(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    bureau = await opened(pool, journal, keyring, externals="refuse")
    before = await bureau.last_order()
    await bureau.happens(bureau.member(CELL, VISITOR, "invite", by="@ravi:mha.lab"))
    orders = [action for _, action in await bureau.orders(before)]
    assert [(one.user_id, one.membership) for one in orders if isinstance(one, SetMember)] == [(VISITOR, "leave")]


async def test_without_power_it_says_so_and_does_nothing(pool: Pool, journal: Journal, keyring: Keyring) -> None:
    made = bureaus.bureau(pool, journal, keyring, {"rooms": [ROOM]})
    bureau = await bureaus.linked(made)
    await bureau.comes(CELL, MEERA)
    for days in (0, 1, 2, 3):
        await bureau.passes(days * DAY)
    assert powers([action for _, action in await bureau.orders()]) == []
    assert await bureau.pool.fetchval("select count(*) from alarm where cause like 'identity-powerless:%'") == 2


async def test_a_member_of_the_room_changes_no_policy(bureau: Bureau) -> None:
    await bureau.comes(CELL, MEERA)
    [denied] = await bureau.say(CELL, MEERA, "!id room enforce off")
    assert "moderator" in denied
    assert await bureau.pool.fetchval("select count(*) from identity_policy") == 0
    assert await bureau.say(OFFICE, MEERA, "!id room enforce off") == []


async def test_who_moderates_no_more_is_asked_like_everybody(bureau: Bureau) -> None:
    await bureau.gives_power(CELL, {MEERA: 50})
    await bureau.comes(CELL, MEERA)
    assert await bureau.look() == []
    await bureau.gives_power(CELL, {})
    await bureau.passes(DAY)
    [told] = await bureau.told(MEERA)
    assert "everyone is asked to say who they are" in told


async def test_nobody_is_told_that_they_were_removed_who_could_not_be(
    pool: Pool, journal: Journal, keyring: Keyring
) -> None:
    made = bureaus.bureau(pool, journal, keyring, {"rooms": [{"link": "cell", "externals": "refuse"}]})
    bureau = await bureaus.linked(made)
    await bureau.comes(CELL, VISITOR)
    assert not [action for action in await bureau.look() if isinstance(action, SetMember)]
    assert await bureau.pool.fetchval("select count(*) from private_chat") == 0
    assert await bureau.pool.fetchval("select count(*) from alarm where cause like 'identity-powerless:%'") == 1
    await bureau.gives_power(CELL)
    await bureau.passes(timedelta(hours=2))
    assert len(await bureau.told(VISITOR)) == 1
