"""How followers read what came encrypted: all of them the same, a moment later where the key is still on its way, and
with the reason where nobody can read it.
"""

import asyncio
import json
from datetime import timedelta

import pytest

from bridge import reading
from bridge.model import Event
from bridge.reading import PATIENCE
from bridge.seal import CannotOpen
from tests.deadline import as_answer, until
from tests.people import CELL, RAVI, message
from tests.store.followers import Desk
from tests.store.handset import Handset, Pen, sent
from tests.store.secret_cell import Cell, device
from tests.store.secret_journal import (
    Listener,
    arrive,
    closed,
    gaps,
    heard,
    key_comes,
    passes,
    read,
    reader,
    replayed,
)

MEERA = "@meera:mha.lab"
NEVER_GIVEN = "(it is encrypted, and the room key was never given to the bridge's device)"
DAMAGED = "(it is encrypted, and damaged)"


@pytest.fixture
def pen() -> Pen:
    return Pen(Handset.of(RAVI), CELL)


async def test_with_the_key_it_is_read_and_afterwards_without(cell: Cell, pen: Pen) -> None:
    await key_comes(cell, pen)
    await arrive(cell, pen.writes("$1", "one"), message("$2", "in clear"), pen.writes("$3", "three"))
    assert await heard(cell) == ["one", "in clear", "three"]
    await cell.pool.execute("delete from inbound_session")
    assert await heard(cell) == ["one", "in clear", "three"], "it was told once, for all who read later"
    assert await gaps(cell) == []


async def test_an_event_that_comes_before_its_key_waits_for_it_and_no_longer_than_was_agreed(
    cell: Cell, pen: Pen
) -> None:
    await arrive(cell, message("$1", "before"), pen.writes("$2", "secret"), message("$3", "behind"))
    waits = await read(cell)
    assert [entry.pos for entry in waits.entries] == [1] and waits.up_to == 1
    assert waits.wait is not None and timedelta() < waits.wait <= PATIENCE
    await passes(cell, PATIENCE)
    assert await heard(cell) == ["before", NEVER_GIVEN, "behind"]
    assert await gaps(cell) == [2]


async def test_with_the_key_it_waits_no_longer(cell: Cell, pen: Pen) -> None:
    event, by = pen.writes("$1", "secret"), reader(cell)
    early = Pen(pen.handset, CELL, pen.group)
    await arrive(cell, event)
    assert (await read(cell, by)).wait is not None
    fresh = Pen(pen.handset, CELL)
    await arrive(cell, fresh.writes("$2", "never"))
    await key_comes(cell, early)
    assert (await read(cell, by)).wait is not None, "this key reads only what is written from now on"
    await passes(cell, PATIENCE)
    assert "later message" in (await heard(cell, by))[0]


async def test_while_one_room_waits_for_a_key_others_are_read_and_the_key_is_noticed_at_once(
    cell: Cell, pen: Pen, url: str
) -> None:
    park = "!park:mha.lab"
    desk, listener = Desk(url, cell.pool, cell.journal, cell.master), Listener()
    key = pen.key()
    async with desk.reading(listener, poll=60.0):
        await arrive(cell, pen.writes("$1", "secret"), message("$2", "behind"))
        await arrive(cell, message("$3", "elsewhere", room=park))
        await until(lambda: as_answer(listener.heard.get(park) == ["elsewhere"]), 4.0)
        assert CELL not in listener.heard
        bot = await cell.bot()
        given = pen.handset.tells(device(bot), cell.one_time_key(bot), "m.room_key", key)
        await cell.hears(given)
        await until(lambda: as_answer(listener.heard.get(CELL) == ["secret", "behind"]), 4.0)


async def test_without_the_key_the_room_goes_on_when_its_patience_ends(
    cell: Cell, pen: Pen, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PATIENCE", timedelta(seconds=0.3))
    desk, listener = Desk(url, cell.pool, cell.journal, cell.master), Listener()
    async with desk.reading(listener, poll=60.0):
        await arrive(cell, pen.writes("$1", "secret"))
        await arrive(cell, message("$2", "behind"))
        await until(lambda: as_answer(listener.heard.get(CELL) == [NEVER_GIVEN, "behind"]), 15.0)


async def test_only_what_was_just_pushed_waits(cell: Cell, pen: Pen) -> None:
    await arrive(cell, pen.writes("$1", "past"), source="messages")
    assert await heard(cell) == [NEVER_GIVEN]


async def test_for_a_key_that_was_waited_for_in_vain_nobody_waits_again(cell: Cell, pen: Pen) -> None:
    await arrive(cell, pen.writes("$1", "one"))
    await passes(cell, PATIENCE)
    await read(cell)
    await arrive(cell, pen.writes("$2", "two"))
    assert await heard(cell) == [NEVER_GIVEN] * 2
    other = Pen(pen.handset, CELL)
    await arrive(cell, other.writes("$3", "three"))
    assert (await read(cell)).wait is not None


async def test_followers_that_read_at_once_read_the_same_and_it_is_told_once(cell: Cell, pen: Pen) -> None:
    await key_comes(cell, pen)
    lost = Pen(pen.handset, CELL)
    await arrive(cell, *(pen.writes(f"${n}", f"n{n}") for n in range(20)), source="messages")
    await arrive(cell, lost.writes("$lost", "never"), source="messages")
    found = await asyncio.gather(*(heard(cell) for _ in range(6)))
    assert found == [[*(f"n{n}" for n in range(20)), NEVER_GIVEN]] * 6
    assert await cell.pool.fetchval("select count(*) from clear_text") == 21
    assert await gaps(cell) == [21]


async def test_a_message_that_is_sent_again_as_another_event_is_not_read_twice(cell: Cell, pen: Pen) -> None:
    await key_comes(cell, pen)
    event = pen.writes("$1", "pay the contractor")
    await arrive(cell, event, replayed(event, "$2"))
    await arrive(cell, replayed(event, "$3"), pen.writes("$4", "next"))
    words = await heard(cell)
    assert words[0] == "pay the contractor" and words[3] == "next"
    assert all("repeats" in one for one in words[1:3])
    assert await gaps(cell) == [2, 3]
    assert await heard(cell) == words


async def test_nobody_writes_with_somebody_elses_key(cell: Cell, pen: Pen) -> None:
    await key_comes(cell, pen)
    his = pen.writes("$1", "his")
    hers = Event.read(json.dumps({**his.fields, "event_id": "$2", "sender": MEERA}).encode())
    await arrive(cell, hers, his)
    words = await heard(cell)
    assert "somebody else" in words[0] and words[1] == "his"


async def test_who_claims_somebody_elses_key_does_not_stand_in_the_way(cell: Cell, pen: Pen) -> None:
    thief = Pen(Handset.of(MEERA), CELL, pen.group)
    await key_comes(cell, thief)
    await arrive(cell, pen.writes("$1", "before his key"))
    await passes(cell, PATIENCE)
    assert "somebody else" in (await heard(cell))[0]
    await key_comes(cell, pen)
    await arrive(cell, pen.writes("$2", "with his key"))
    assert (await heard(cell))[1] == "with his key"


@pytest.mark.parametrize(
    "content",
    [{}, {"algorithm": "m.megolm.v2"}, {"algorithm": "m.megolm.v1.aes-sha2", "session_id": 3, "ciphertext": []}],
)
async def test_what_is_encrypted_in_no_way_that_we_know_waits_for_nothing(cell: Cell, content: dict[str, str]) -> None:
    await arrive(cell, sent("$1", CELL, RAVI, content), message("$2", "behind"))
    words = await heard(cell)
    assert words[0].startswith("(it is encrypted") and words[1] == "behind"
    assert await gaps(cell) == [1]


@pytest.mark.parametrize("cut", [0, 20, 60, -8])
async def test_a_damaged_message_is_said_to_be_so_and_the_others_are_read(cell: Cell, pen: Pen, cut: int) -> None:
    await key_comes(cell, pen)
    whole = pen.writes("$1", "one")
    text = whole.content["ciphertext"]
    place = cut % len(text)
    hurt = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    await arrive(cell, sent("$2", CELL, RAVI, {**whole.content, "ciphertext": hurt}), pen.writes("$3", "two"), whole)
    words = await heard(cell)
    assert words == [DAMAGED, "two", "one"]
    assert await gaps(cell) == [1]


async def test_what_was_taken_back_is_no_gap(cell: Cell, pen: Pen) -> None:
    await arrive(cell, sent("$1", CELL, RAVI, {}, unsigned={"redacted_because": {"type": "m.room.redaction"}}))
    [entry] = (await read(cell)).entries
    assert entry.unreadable is not None and entry.taken_back
    assert await gaps(cell) == []


async def test_an_entry_whose_key_was_destroyed_stops_no_other(cell: Cell, pen: Pen, url: str) -> None:
    await key_comes(cell, pen)
    await arrive(cell, *(pen.writes(f"${n}", f"n{n}") for n in range(1, 5)))
    await cell.pool.execute("delete from event_key where pos = 2")
    desk, listener = Desk(url, cell.pool, cell.journal, cell.master), Listener()
    async with desk.reading(listener):
        await until(lambda: as_answer(len(listener.heard.get(CELL, [])) == 3))
    assert listener.heard[CELL] == ["n1", "n3", "n4"]


async def test_where_one_key_was_destroyed_the_others_are_read_at_their_places(cell: Cell, pen: Pen) -> None:
    await key_comes(cell, pen)
    await arrive(cell, *(pen.writes(f"${n}", f"n{n}") for n in range(1, 4)))
    await cell.pool.execute("delete from event_key where pos = 2")
    async with cell.pool.acquire() as connection, connection.transaction():
        one, two, three = await reader(cell).read_at(connection, cell.room, [1, 2, 3])
    assert (one.event.content["body"], three.event.content["body"]) == ("n1", "n3")
    assert closed(two)


async def test_what_was_read_is_gone_with_the_key_of_its_entry(cell: Cell, pen: Pen) -> None:
    await key_comes(cell, pen)
    await arrive(cell, pen.writes("$1", "secret"))
    assert await heard(cell) == ["secret"]
    await cell.pool.execute("delete from event_key")
    [entry] = (await read(cell)).entries
    with pytest.raises(CannotOpen):
        assert entry.event
