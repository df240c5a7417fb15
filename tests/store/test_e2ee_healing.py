"""What could not be read and then can: it comes into the journal once, as a late entry that cites the encrypted one,
whoever heals and how often.
"""

import asyncio
from typing import Any

import pytest

from bridge.e2ee.libolm import InboundGroup
from bridge.gateway.homeserver import Refused
from bridge.reading import PATIENCE
from bridge.store import inbound_sessions
from bridge.store.inbound_sessions import InboundSession
from bridge.store.keyring import NO_ROOM
from tests.deadline import as_answer, until
from tests.people import CELL, MHA, RAVI, message
from tests.store.followers import Desk
from tests.store.handset import Handset, Pen, sent
from tests.store.key_server import DOWN
from tests.store.secret_cell import Cell, device
from tests.store.secret_journal import (
    Listener,
    arrive,
    gaps,
    healing,
    heard,
    key_comes,
    late,
    passes,
    read,
    replayed,
)

LIMIT = 10.0
"""Seconds after which healing has not come to an end."""


@pytest.fixture
def pen() -> Pen:
    return Pen(Handset.of(RAVI), CELL)


async def heals(cell: Cell) -> int:
    async with asyncio.timeout(LIMIT):
        return await (await healing(cell)).heal()


async def holds(cell: Cell, pen: Pen, group: InboundGroup, **changed: Any) -> None:
    """We hold a room key of his, however it came."""
    account = pen.handset.phone.account
    known = {"sender_key": account.curve25519, "sender": RAVI, "forwarded": False, **changed}
    async with cell.pool.acquire() as connection:
        kek = await cell.keyring.current(connection, NO_ROOM)
        session = InboundSession(
            pen.room_id, pen.session_id, first_index=group.first_index, pickled=group.pickled(), **known
        )
        assert await inbound_sessions.put(connection, kek, MHA, session)


async def unread(cell: Cell, pen: Pen, *bodies: str) -> InboundGroup:
    """He writes, and followers passed what nobody could read; gives the key that would have read it."""
    group = pen.inbound()
    await arrive(cell, *(pen.writes(f"${body}", body) for body in bodies))
    await passes(cell, PATIENCE)
    await read(cell)
    return group


async def test_when_the_key_comes_the_room_is_told_what_was_said_and_the_gap_is_healed(cell: Cell, pen: Pen) -> None:
    key = pen.key()
    await unread(cell, pen, "one", "two")
    await arrive(cell, message("$3", "meanwhile"))
    assert await gaps(cell) == [1, 2] and await heals(cell) == 0
    await key_comes(cell, Pen(pen.handset, CELL, pen.group))
    assert await heals(cell) == 0, "this key reads only what comes"
    assert "later message" in (await heard(cell))[0]
    bot = await cell.bot()
    await cell.hears(pen.handset.tells(device(bot), None, "m.room_key", key))
    assert await heals(cell) == 2
    assert await late(cell) == [(1, "one"), (2, "two")]
    assert (await gaps(cell), await gaps(cell, healed=True)) == ([], [1, 2])


async def test_what_is_healed_reaches_followers_that_had_gone_on(cell: Cell, pen: Pen, url: str) -> None:
    group = await unread(cell, pen, "one")
    desk, listener = Desk(url, cell.pool, cell.journal, cell.master), Listener()
    async with desk.reading(listener, poll=60.0):
        await until(lambda: as_answer(len(listener.heard.get(CELL, [])) == 1))
        await holds(cell, pen, group)
        assert await heals(cell) == 1
        await until(lambda: as_answer(listener.heard[CELL][1:] == ["one"]), 4.0)


async def test_it_is_healed_once_however_often_and_by_however_many(cell: Cell, pen: Pen) -> None:
    group = await unread(cell, pen, *(f"n{n}" for n in range(12)))
    await holds(cell, pen, group)
    await asyncio.gather(*(heals(cell) for _ in range(4)))
    assert await heals(cell) == 0
    assert await late(cell) == [(n + 1, f"n{n}") for n in range(12)]
    assert await gaps(cell) == []


async def test_after_a_process_is_killed_between_the_next_heals_the_rest(cell: Cell, pen: Pen) -> None:
    group = await unread(cell, pen, "one", "two", "three")
    await holds(cell, pen, group)
    cell.server.faults["event/%24two"].append(DOWN)
    with pytest.raises(Refused):
        await heals(cell)
    assert await heals(cell) == 2
    assert await late(cell) == [(1, "one"), (2, "two"), (3, "three")]


async def test_more_than_are_healed_at_once_are_all_healed(cell: Cell, pen: Pen) -> None:
    group = await unread(cell, pen, *(f"n{n}" for n in range(105)))
    await holds(cell, pen, group)
    assert await heals(cell) == 105
    assert await gaps(cell) == []


async def test_a_better_key_than_the_one_that_began_too_late_heals(cell: Cell, pen: Pen) -> None:
    whole = pen.inbound()
    early = pen.writes("$early", "early")
    await key_comes(cell, pen)
    await arrive(cell, early, pen.writes("$late", "late"))
    assert [("later message" in one) for one in await heard(cell)] == [True, False]
    assert await heals(cell) == 0
    await holds(cell, pen, whole)
    assert await heals(cell) == 1
    assert await late(cell) == [(1, "early")]


async def test_of_two_keys_that_name_two_devices_the_one_that_reaches_far_enough_heals(cell: Cell, pen: Pen) -> None:
    """The second was passed on with a device's name that is not the owner's; and healing comes to an end."""
    whole = pen.inbound()
    early = pen.writes("$early", "early")
    await key_comes(cell, pen)
    await arrive(cell, early)
    await read(cell)
    await holds(cell, pen, whole, sender_key=Handset.of(RAVI).phone.account.curve25519, forwarded=True)
    assert await heals(cell) == 1
    assert await late(cell) == [(1, "early")]


async def test_of_two_keys_that_both_begin_too_late_none_is_tried_for_ever(cell: Cell, pen: Pen) -> None:
    early = pen.writes("$early", "early")
    middle = pen.inbound()
    pen.group.encrypt("unseen")
    await key_comes(cell, pen)
    await arrive(cell, early)
    await read(cell)
    await holds(cell, pen, middle, sender_key=Handset.of(RAVI).phone.account.curve25519, forwarded=True)
    assert await heals(cell) == 0 and await heals(cell) == 0
    assert await gaps(cell) == [1]


async def test_a_key_that_does_not_read_it_is_tried_once(cell: Cell, pen: Pen) -> None:
    group = pen.inbound()
    whole = pen.writes("$1", "one")
    hurt = {**whole.content, "ciphertext": whole.content["ciphertext"][:-4] + "AAAA"}
    await arrive(cell, sent("$1", CELL, RAVI, hurt))
    await passes(cell, PATIENCE)
    await read(cell)
    await holds(cell, pen, group)
    assert await heals(cell) == 0 and await late(cell) == []
    assert "damaged" in str(await cell.pool.fetchval("select reason from gap"))


async def test_what_was_taken_back_meanwhile_is_told_as_taken_back(cell: Cell, pen: Pen) -> None:
    group = await unread(cell, pen, "regretted")
    cell.server.events["$regretted"] = {
        "event_id": "$regretted", "content": {}, "unsigned": {"redacted_because": {"type": "m.room.redaction"}}
    }  # fmt: skip
    await holds(cell, pen, group)
    assert await heals(cell) == 1
    [entry] = [entry for entry in (await read(cell)).entries if entry.source == "decrypted"]
    assert entry.taken_back and entry.cites == 1


async def test_what_was_destroyed_meanwhile_is_not_told(cell: Cell, pen: Pen) -> None:
    group = await unread(cell, pen, "secret", "other")
    await cell.pool.execute("delete from event_key where pos = 1")
    await holds(cell, pen, group)
    assert await heals(cell) == 1
    assert [row["cites"] for row in await cell.pool.fetch("select cites from journal where source = 'decrypted'")] == [
        2
    ]
    assert await heals(cell) == 0


async def test_what_is_sent_again_after_it_was_healed_is_not_told_again(cell: Cell, pen: Pen) -> None:
    group = pen.inbound()
    event = pen.writes("$1", "pay the contractor")
    await arrive(cell, event, replayed(event, "$2"))
    await passes(cell, PATIENCE)
    await read(cell)
    await holds(cell, pen, group)
    assert await heals(cell) == 1
    await arrive(cell, replayed(event, "$3"))
    assert await late(cell) == [(1, "pay the contractor")]
    assert sum("pay the contractor" in one for one in await heard(cell)) == 1
    assert await heals(cell) == 0


async def test_what_somebody_else_wrote_with_his_key_is_never_healed(cell: Cell, pen: Pen) -> None:
    thief = Pen(Handset.of("@meera:mha.lab"), CELL, pen.group)
    group = pen.inbound()
    await arrive(cell, thief.writes("$1", "as Meera"))
    await passes(cell, PATIENCE)
    await read(cell)
    await holds(cell, pen, group)
    assert await heals(cell) == 0 and await late(cell) == []
