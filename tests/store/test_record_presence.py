"""Who could see what when it was said, whatever came late, twice, out of order, or with a wrong clock."""

import random
from datetime import timedelta
from typing import Any

import pytest

from bridge.model import Event
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, RAVI
from tests.store.chamber import MEERA, Chamber

GHOST, ASHA = "@_setu_nic.lab_asha:mha.lab", "@asha:nic.lab"
FARID = "@farid:mha.lab"


@pytest.fixture
async def chamber(pool: Pool, journal: Journal, keyring: Keyring) -> Chamber:
    return await Chamber.of(pool, journal, keyring)


async def intervals(chamber: Chamber, user: str = RAVI) -> list[tuple[str, int, int | None]]:
    rows = await chamber.pool.fetch(
        "select membership, since_pos, until_pos from record_presence where user_id = $1"
        " order by since_pos, since_rank, since",
        user,
    )
    return [(row["membership"], row["since_pos"], row["until_pos"]) for row in rows]


async def test_who_joined_and_left_and_came_again_was_there_twice(chamber: Chamber) -> None:
    said = [chamber.message(str(n), MEERA) for n in range(3)]
    await chamber.comes(
        chamber.membership(MEERA, "join"), chamber.membership(RAVI, "invite", sender=MEERA),
        chamber.membership(RAVI, "join"), said[0], chamber.membership(RAVI, "leave"), said[1],
        chamber.membership(RAVI, "join"), said[2],
    )  # fmt: skip
    assert await intervals(chamber) == [("invite", 2, 3), ("join", 3, 5), ("join", 7, None)]
    assert [await chamber.saw(one) for one in said] == [[MEERA, RAVI], [MEERA], [MEERA, RAVI]]


async def test_a_new_name_is_no_new_membership(chamber: Chamber) -> None:
    named = chamber.event("m.room.member", RAVI, {"membership": "join", "displayname": "R."}, state_key=RAVI)
    await chamber.comes(chamber.membership(RAVI, "join"), named, chamber.membership(RAVI, "ban", sender=MEERA))
    assert await intervals(chamber) == [("join", 1, 3)]


async def test_a_ghost_is_told_from_people_with_whose_ghost_it_is(chamber: Chamber) -> None:
    said = chamber.message()
    bot = "@setu:mha.lab"
    await chamber.comes(*(chamber.membership(user, "join") for user in (RAVI, GHOST, bot)), said)
    present = (await chamber.audience(said)).present
    assert {(one.user_id, one.kind, one.person) for one in present} == {
        (RAVI, "person", None), (GHOST, "ghost", ASHA), (bot, "bot", None),
    }  # fmt: skip


async def test_the_state_in_which_a_room_was_found_is_older_than_all_that_was_pushed(chamber: Chamber) -> None:
    """It was read before Ravi left, and journalled after."""
    said = chamber.message(sender=MEERA)
    await chamber.comes(chamber.membership("@setu:mha.lab", "join"), chamber.membership(RAVI, "leave"), said)
    state = [chamber.membership(RAVI, "join", ago=9_000), chamber.membership(MEERA, "join", ago=9_000)]
    await chamber.comes(*state, source="state")
    assert await chamber.saw(said) == [MEERA, "@setu:mha.lab"]
    assert await intervals(chamber) == [("join", 0, 2)]


async def test_state_that_came_first_is_older_too(chamber: Chamber) -> None:
    said = chamber.message(sender=MEERA)
    await chamber.comes(chamber.membership(RAVI, "join", ago=9_000), source="state")
    await chamber.comes(chamber.membership(MEERA, "join"), said)
    assert await chamber.saw(said) == [MEERA, RAVI]


async def test_of_history_that_was_carried_over_it_is_known_who_was_there(chamber: Chamber) -> None:
    said = chamber.message(sender=MEERA, ago=500)
    await chamber.comes(chamber.membership(MEERA, "join", ago=900), source="state")
    past = [
        chamber.membership(RAVI, "join", ago=800), said, chamber.membership(RAVI, "leave", ago=400),
        last := chamber.message(sender=MEERA, ago=300),
    ]  # fmt: skip
    await chamber.comes(*past, source="messages")
    await chamber.comes(now := chamber.message(sender=MEERA))
    assert [await chamber.saw(one) for one in (said, last, now)] == [[MEERA, RAVI], [MEERA], [MEERA]]


async def test_a_leave_that_was_missed_counts_from_when_it_was(chamber: Chamber) -> None:
    said = [chamber.message(str(n), MEERA, ago=90 - 30 * n) for n in range(3)]
    await chamber.comes(chamber.membership(RAVI, "join", ago=100), *said, chamber.membership(FARID, "join", ago=5))
    await chamber.comes(chamber.membership(RAVI, "leave", ago=75), source="messages", late=True)
    assert [await chamber.saw(one) for one in said] == [[RAVI], [], []]


async def test_a_membership_that_was_missed_does_not_undo_a_younger_one(chamber: Chamber) -> None:
    said = chamber.message(sender=MEERA, ago=10)
    await chamber.comes(chamber.membership(RAVI, "join", ago=90), chamber.membership(RAVI, "leave", ago=50), said)
    await chamber.comes(chamber.membership(RAVI, "join", ago=70), source="messages", late=True)
    assert await chamber.saw(said) == []


async def test_a_message_that_was_missed_stands_where_it_was_said(chamber: Chamber) -> None:
    missed = chamber.message(sender=MEERA, ago=60)
    await chamber.comes(chamber.membership(RAVI, "join", ago=90), chamber.membership(RAVI, "leave", ago=50))
    await chamber.comes(chamber.membership(MEERA, "join", ago=40))
    await chamber.comes(missed, source="messages", late=True)
    assert await chamber.saw(missed) == [RAVI]


@pytest.mark.parametrize("wrong", [0, 1, 4_102_444_800_000, 2**53, "soon", None, True])
async def test_wrong_clocks_move_nothing_but_what_they_stamped(chamber: Chamber, wrong: Any) -> None:
    def stamped(user: str, membership: str) -> Event:
        return chamber.event("m.room.member", user, {"membership": membership}, state_key=user, origin_server_ts=wrong)

    before, during, after = (chamber.message(str(n), MEERA, ago=30 - n) for n in range(3))
    await chamber.comes(
        chamber.membership(MEERA, "join", ago=60), before, stamped(RAVI, "join"), during, stamped(RAVI, "leave"), after
    )
    await chamber.comes(chamber.membership(FARID, "join", ago=45), source="messages", late=True)
    assert await chamber.saw(before) == [FARID, MEERA]
    assert await chamber.saw(during) == [FARID, MEERA, RAVI]
    assert await chamber.saw(after) == [FARID, MEERA]
    plausible = "select bool_and(since between $1 and now()) from record_presence"
    assert await chamber.pool.fetchval(plausible, chamber.now - timedelta(minutes=5))


HOSTILE: tuple[dict[str, Any], ...] = (
    {"content": {"membership": ["join"]}, "state_key": RAVI},
    {"content": {"membership": "king"}, "state_key": RAVI},
    {"content": {}, "state_key": RAVI},
    {"content": "join", "state_key": RAVI},
    {"content": {"membership": "leave"}},
    {"content": {"membership": "leave"}, "state_key": 5},
    {"content": {"membership": "leave"}, "state_key": "ravi"},
    {"content": {"membership": "leave"}, "state_key": "@ravi:mha.lab\x00"},
    {"content": {"membership": "join"}, "state_key": '@"\\u0000":mha.lab'},
    {"content": {"membership": "join"}, "state_key": RAVI, "sender": None},
    {"type": "m.room.history_visibility", "content": {"history_visibility": ["joined"]}, "state_key": ""},
    {"type": "m.room.history_visibility", "content": {"history_visibility": "mine"}, "state_key": ""},
    {"type": "m.room.history_visibility", "content": {"history_visibility": "joined"}, "state_key": "other"},
    {"type": "m.room.history_visibility", "content": {"history_visibility": "joined"}},
)


async def test_memberships_of_any_kind_are_recorded_and_stop_nothing(chamber: Chamber) -> None:
    await chamber.comes(chamber.membership(RAVI, "join"))
    for fields in HOSTILE:
        await chamber.comes(chamber.event(**{"kind": "m.room.member", "sender": RAVI, **fields}))
    await chamber.comes(said := chamber.message())
    assert RAVI in await chamber.saw(said)
    assert (await chamber.audience(said)).visibility == "shared"
    assert await chamber.pool.fetchval("select room_seq from record_head") == len(HOSTILE) + 2


async def test_where_a_room_shows_what_was_said_to_whom_is_told_as_it_was_then(chamber: Chamber) -> None:
    def shows(visibility: str) -> Event:
        return chamber.event("m.room.history_visibility", MEERA, {"history_visibility": visibility}, state_key="")

    said = [chamber.message(str(n), MEERA) for n in range(4)]
    await chamber.comes(
        chamber.membership(MEERA, "join"), chamber.membership(RAVI, "invite", sender=MEERA), said[0],
        shows("invited"), said[1], shows("joined"), said[2], shows("world_readable"), said[3],
    )  # fmt: skip
    found = [await chamber.audience(one) for one in said]
    assert [one.visibility for one in found] == ["shared", "invited", "joined", "world_readable"]
    assert [len(one.present) for one in found] == [1, 2, 1, 2]


async def test_memberships_that_were_missed_may_come_in_any_order(
    pool: Pool, journal: Journal, keyring: Keyring, chamber: Chamber
) -> None:
    """What is told of a room is the same whether its memberships were pushed, or found one by one later."""
    words = [(user, change) for user in (RAVI, MEERA, FARID) for change in ("join", "leave", "join")]
    random.Random(3).shuffle(words)
    happened = [chamber.membership(user, change, ago=1_000 - 20 * n) for n, (user, change) in enumerate(words)]
    said = [chamber.message(str(n), "@x:mha.lab", ago=1_005 - 20 * n) for n in range(len(words) + 1)]
    mixed = [event for pair in zip(said, [*happened, None], strict=True) for event in pair if event is not None]
    await chamber.comes(*mixed)
    pushed = [await chamber.saw(one) for one in said]
    assert len({tuple(seen) for seen in pushed}) > 3
    for seed in range(3):
        await pool.execute(
            "truncate journal, seen, event_key, record, record_head, record_audit, record_log, record_leaves,"
            " record_node; update room set head = 0; update bookmark set pos = 0"
        )
        missed = list(happened)
        random.Random(seed).shuffle(missed)
        await chamber.comes(*said)
        for one in missed:
            await journal.append(MHA, [Arrival(one, "messages", late=True)])
            await chamber.reads()
        assert [await chamber.saw(one) for one in said] == pushed, f"in another order ({seed})"
    assert said[0].room_id == CELL
