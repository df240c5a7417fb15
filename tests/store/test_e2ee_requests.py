"""Room keys that are missing are asked for: of the devices of whoever wrote, again and again, ever more seldom, until
they come.
"""

from datetime import timedelta

import pytest

from bridge.model import Event
from bridge.reading import PATIENCE
from bridge.store import key_requests
from tests.people import CELL, MHA, RAVI
from tests.store.handset import Handset, Pen
from tests.store.key_server import DOWN
from tests.store.secret_cell import Cell, device
from tests.store.secret_journal import arrive, gaps, healing, late, passes, read, replayed

MEERA = "@meera:mha.lab"


@pytest.fixture
def pen() -> Pen:
    return Pen(Handset.of(RAVI), CELL)


async def unread(cell: Cell, *events: Event) -> None:
    """They came, and nobody could read them."""
    await arrive(cell, *events)
    await passes(cell, PATIENCE)
    await read(cell)


async def asks(cell: Cell) -> list[tuple[str, str]]:
    """What is asked for now: of whom, and which session."""
    before = len(cell.server.requests)
    await (await healing(cell)).ask()
    return [(user, content["body"]["session_id"]) for _, user, content in cell.server.requests[before:]]


async def ago(cell: Cell, time: timedelta) -> None:
    """So long ago was all that was asked."""
    await cell.pool.execute("update key_request set asked_at = asked_at - $1::interval", time)


async def test_the_devices_of_who_wrote_are_asked_and_told_which_key_it_is(cell: Cell, pen: Pen) -> None:
    await unread(cell, pen.writes("$1", "one"), pen.writes("$2", "two"))
    assert await asks(cell) == [(RAVI, pen.session_id)]
    [(type, _, content)] = cell.server.requests
    account = pen.handset.phone.account
    assert type == "m.room_key_request" and content["action"] == "request"
    assert content["requesting_device_id"] == (await cell.bot()).device.device_id and content["request_id"]
    assert content["body"] == {
        "algorithm": "m.megolm.v1.aes-sha2", "room_id": CELL, "session_id": pen.session_id,
        "sender_key": account.curve25519,
    }  # fmt: skip


async def test_what_could_be_read_and_what_never_can_be_is_not_asked_for(cell: Cell, pen: Pen) -> None:
    bot = await cell.bot()
    await cell.hears(pen.handset.tells(device(bot), cell.one_time_key(bot), "m.room_key", pen.key()))
    event = pen.writes("$1", "one")
    await unread(cell, event, replayed(event, "$2"))
    assert await gaps(cell) == [2] and await asks(cell) == []


async def test_a_key_that_begins_too_late_is_asked_for(cell: Cell, pen: Pen) -> None:
    early, bot = pen.writes("$1", "early"), await cell.bot()
    await cell.hears(pen.handset.tells(device(bot), cell.one_time_key(bot), "m.room_key", pen.key()))
    await unread(cell, early)
    assert await asks(cell) == [(RAVI, pen.session_id)]


async def test_it_is_asked_again_after_twice_as_long_each_time_and_at_last_once_a_day(cell: Cell, pen: Pen) -> None:
    await unread(cell, pen.writes("$1", "one"))
    waits = []
    moment, wait = timedelta(seconds=1), timedelta(minutes=1)
    for _ in range(14):
        assert len(await asks(cell)) == 1
        await ago(cell, wait - moment)
        assert await asks(cell) == [], f"{wait} have not passed"
        await ago(cell, moment)
        waits.append(wait)
        wait = min(2 * wait, key_requests.LONGEST)
    assert waits[:3] == [timedelta(minutes=n) for n in (1, 2, 4)] and waits[-1] == timedelta(days=1)
    ids = {content["request_id"] for _, _, content in cell.server.requests}
    assert len(ids) == 1 and len(cell.server.requests) == 14, "each time it is sent, as the same question"


async def test_it_is_still_asked_for_after_years(cell: Cell, pen: Pen) -> None:
    await unread(cell, pen.writes("$1", "one"))
    await asks(cell)
    await cell.pool.execute("update key_request set times = 2000, asked_at = now() - interval '1 day'")
    assert len(await asks(cell)) == 1


async def test_no_more_are_asked_for_at_once_than_was_agreed_and_the_rest_the_next_time(cell: Cell) -> None:
    pens = [Pen(Handset.of(RAVI), CELL) for _ in range(5)]
    await unread(cell, *(pen.writes(f"${n}", "?") for n, pen in enumerate(pens)))
    found = []
    for _ in range(4):
        async with cell.pool.acquire() as connection, connection.transaction():
            found.append([one.session_id for one in await key_requests.due(connection, MHA, 2)])
    assert [len(some) for some in found] == [2, 2, 1, 0]
    assert {one for some in found for one in some} == {pen.session_id for pen in pens}


async def test_a_question_that_does_not_reach_the_homeserver_is_asked_later(cell: Cell, pen: Pen) -> None:
    await unread(cell, pen.writes("$1", "one"))
    cell.server.faults["m.room_key_request"].append(DOWN)
    with pytest.raises(type(DOWN)):
        await asks(cell)
    await ago(cell, timedelta(minutes=1))
    assert len(await asks(cell)) == 1


async def test_the_answer_heals_and_ends_the_asking(cell: Cell, pen: Pen) -> None:
    whole, bot = pen.inbound(), await cell.bot()
    await unread(cell, pen.writes("$1", "one"))
    await asks(cell)
    answer = pen.forwarded(whole)
    await cell.hears(pen.handset.tells(device(bot), cell.one_time_key(bot), "m.forwarded_room_key", answer))
    assert await (await healing(cell)).heal() == 1
    assert await late(cell) == [(1, "one")]
    await ago(cell, timedelta(days=2))
    assert await asks(cell) == []


async def test_a_false_event_does_not_turn_the_question_away_from_who_wrote(cell: Cell, pen: Pen) -> None:
    thief = Pen(Handset.of(MEERA), CELL, pen.group)
    await unread(cell, thief.writes("$1", "as Meera"), pen.writes("$2", "as Ravi"))
    assert (RAVI, pen.session_id) in await asks(cell)
