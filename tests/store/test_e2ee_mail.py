"""What other devices tell ours: each answer of /sync is taken whole or not at all, so that no room key is lost, and a
hostile message in it stops no other.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest

from bridge.e2ee.libolm import InboundGroup
from bridge.lab import at_rest
from bridge.store import inbound_sessions
from bridge.store.inbound_sessions import InboundSession
from tests.people import CELL, MHA, RAVI
from tests.store.handset import Handset, Pen, ToDevice
from tests.store.secret_cell import GHOST, Cell, device

MEERA = "@meera:mha.lab"


async def gives(cell: Cell, pen: Pen, anew: bool = True) -> ToDevice:
    """Somebody's device gives ours the key of what it writes."""
    bot = await cell.bot()
    key = cell.one_time_key(bot) if anew else None
    return pen.handset.tells(device(bot), key, "m.room_key", pen.key())


async def kept(cell: Cell, pen: Pen) -> Sequence[InboundSession]:
    """What we hold of a room key."""
    async with cell.pool.acquire() as connection:
        return await inbound_sessions.find(connection, cell.keyring, MHA, pen.room_id, [pen.session_id])


async def since(cell: Cell) -> str | None:
    token: str | None = await cell.pool.fetchval("select since from our_device where user_id = $1", "@setu:mha.lab")
    return token


async def test_a_room_key_is_kept_with_whose_it_is(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    for _ in range(3):
        pen.group.encrypt("said before")
    taken = await cell.hears(await gives(cell, pen))
    [key] = await kept(cell, pen)
    account = pen.handset.phone.account
    assert taken.keys == 1 and not taken.unread
    assert (key.sender, key.forwarded, key.first_index) == (RAVI, False, 3)
    assert (key.sender_key, key.claimed_ed25519) == (account.curve25519, account.ed25519)


@pytest.mark.parametrize("table", ["our_device", "olm_session", "inbound_session"])
async def test_an_answer_is_taken_whole_or_not_at_all(cell: Cell, table: str) -> None:
    """A write of it fails; the same answer is given again, as a homeserver does whose answer was lost."""
    pens = [Pen(Handset.of(f"@official{n}:mha.lab"), CELL) for n in range(3)]
    answer = [await gives(cell, pen) for pen in pens]
    await cell.pool.execute(
        "create function fail() returns trigger language plpgsql as"
        " $$begin if nextval('turn') >= 3 then raise 'the disk is full'; end if; return new; end$$;"
        f"create sequence turn; create trigger fail before insert or update on {table}"
        " for each row execute function fail()"
    )
    before = await since(cell)
    with pytest.raises(asyncpg.RaiseError):
        await cell.hears(*answer)
    assert await since(cell) == before
    assert await cell.pool.fetchval("select count(*) from inbound_session") == 0
    await cell.pool.execute(f"drop trigger fail on {table}")
    assert (await cell.hears(*answer)).keys == 3
    assert await since(cell) != before
    for pen in pens:
        [key] = await kept(cell, pen)
        assert key.first_index == 0
    more = [Pen(pen.handset, CELL) for pen in pens]
    assert (await cell.hears(*[await gives(cell, pen, anew=False) for pen in more])).keys == 3


async def test_a_commit_that_fails_loses_nothing(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    message = await gives(cell, pen)
    await cell.pool.execute(
        "create function fail() returns trigger language plpgsql as $$begin raise 'the disk is full'; end$$;"
        "create constraint trigger fail after update on our_device deferrable initially deferred"
        " for each row execute function fail()"
    )
    with pytest.raises(asyncpg.RaiseError):
        await cell.hears(message)
    assert not await kept(cell, pen)
    await cell.pool.execute("drop trigger fail on our_device")
    assert (await cell.hears(message)).keys == 1 and await kept(cell, pen)


async def test_the_same_answer_twice_changes_nothing_and_the_next_message_is_read(cell: Cell) -> None:
    handset = Handset.of(RAVI)
    pens = [Pen(handset, CELL) for _ in range(3)]
    answer = [await gives(cell, pens[0]), await gives(cell, pens[1], anew=False)]
    assert (await cell.hears(*answer)).keys == 2
    before = await cell.pool.fetch("select * from inbound_session order by session_id")
    assert (await cell.hears(*answer)).keys == 0
    assert await cell.pool.fetch("select * from inbound_session order by session_id") == before
    assert (await cell.hears(await gives(cell, pens[2], anew=False))).keys == 1


async def test_messages_that_come_in_another_order_are_all_read(cell: Cell) -> None:
    handset = Handset.of(RAVI)
    pens = [Pen(handset, CELL) for _ in range(6)]
    messages = [await gives(cell, pens[0])] + [await gives(cell, pen, anew=False) for pen in pens[1:]]
    assert (await cell.hears(*reversed(messages))).keys == 6


async def test_a_key_that_reaches_further_back_takes_the_place_of_one_that_does_not(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    early = await gives(cell, pen)
    pen.group.encrypt("one"), pen.group.encrypt("two")
    late = await gives(cell, pen)
    assert (await cell.hears(late)).keys == 1
    assert (await cell.hears(early)).keys == 1
    assert [key.first_index for key in await kept(cell, pen)] == [0]
    again = pen.handset.tells(device(await cell.bot()), None, "m.room_key", pen.key())
    assert (await cell.hears(again)).keys == 0
    assert [key.first_index for key in await kept(cell, pen)] == [0]


async def test_two_who_say_that_one_session_is_theirs_stand_side_by_side(cell: Cell) -> None:
    ravis, meera = Pen(Handset.of(RAVI), CELL), Handset.of(MEERA)
    bot = await cell.bot()
    hers = meera.tells(device(bot), cell.one_time_key(bot), "m.room_key", ravis.key())  # as he had given it to her
    assert (await cell.hears(hers, await gives(cell, ravis))).keys == 2
    assert {(key.sender, key.sender_key) for key in await kept(cell, ravis)} == {
        (RAVI, ravis.handset.phone.account.curve25519),
        (MEERA, meera.phone.account.curve25519),
    }


async def asked(cell: Cell, pen: Pen, whom: str) -> None:
    await cell.pool.execute(
        "insert into key_request (homeserver, room_id, session_id, request_id, sender) values ($1, $2, $3, 'r', $4)",
        MHA, pen.room_id, pen.session_id, whom,
    )  # fmt: skip


async def forwards(cell: Cell, giver: Handset, content: dict[str, Any]) -> ToDevice:
    bot = await cell.bot()
    return giver.tells(device(bot), cell.one_time_key(bot), "m.forwarded_room_key", content)


async def test_a_key_that_is_passed_on_is_taken_only_from_whom_we_asked(cell: Cell) -> None:
    pen, meera = Pen(Handset.of(RAVI), CELL), Handset.of(MEERA)
    content = pen.forwarded(pen.inbound())
    assert (await cell.hears(await forwards(cell, pen.handset, content))).keys == 0, "nobody was asked"
    await asked(cell, pen, RAVI)
    assert (await cell.hears(await forwards(cell, meera, content))).keys == 0, "somebody else was asked"
    other = Pen(pen.handset, CELL)
    assert (await cell.hears(await forwards(cell, pen.handset, other.forwarded(other.inbound())))).keys == 0
    assert (await cell.hears(await forwards(cell, pen.handset, content))).keys == 1
    assert [(key.forwarded, key.sender) for key in await kept(cell, pen)] == [(True, RAVI)]


async def test_what_is_passed_on_makes_the_owners_own_key_reach_further_back(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    whole = pen.inbound()
    pen.group.encrypt("one"), pen.group.encrypt("two")
    await cell.hears(await gives(cell, pen))
    await asked(cell, pen, RAVI)
    assert (await cell.hears(await forwards(cell, pen.handset, pen.forwarded(whole)))).keys == 1
    assert [(key.forwarded, key.first_index) for key in await kept(cell, pen)] == [(False, 0)]


async def test_the_owners_own_key_takes_nothing_away_from_what_was_passed_on(cell: Cell) -> None:
    pen = Pen(Handset.of(RAVI), CELL)
    whole = pen.inbound()
    pen.group.encrypt("one"), pen.group.encrypt("two")
    await asked(cell, pen, RAVI)
    await cell.hears(await forwards(cell, pen.handset, pen.forwarded(whole)))
    assert (await cell.hears(await gives(cell, pen))).keys == 1
    assert [(key.forwarded, key.first_index) for key in await kept(cell, pen)] == [(False, 0)]


async def test_a_false_key_that_was_passed_on_gives_way_to_the_owners_own(cell: Cell) -> None:
    """It has the session's name and reaches further back, and another ratchet."""
    pen = Pen(Handset.of(RAVI), CELL)
    false = damaged(pen.inbound())
    pen.group.encrypt("one")
    await asked(cell, pen, RAVI)
    assert (await cell.hears(await forwards(cell, pen.handset, pen.forwarded(false)))).keys == 1
    assert (await cell.hears(await gives(cell, pen))).keys == 1
    assert [(key.forwarded, key.first_index) for key in await kept(cell, pen)] == [(False, 1)]
    assert (await cell.hears(await forwards(cell, pen.handset, pen.forwarded(false)))).keys == 0
    assert [(key.forwarded, key.first_index) for key in await kept(cell, pen)] == [(False, 1)]


def damaged(group: InboundGroup) -> InboundGroup:
    """The same session with another ratchet, as somebody makes it who does not have the right one."""
    exported = group.exported()
    raw = bytearray(b64decode(exported + "=" * (-len(exported) % 4)))
    raw[20] ^= 1  # a version, an index of four bytes, then the ratchet, then the signing key
    return InboundGroup.imported(b64encode(raw).decode().rstrip("="))


async def test_no_key_stands_in_the_database_in_clear(cell: Cell, url: str) -> None:
    pen, phone = Pen(Handset.of(RAVI), CELL), Handset.of(RAVI, "OTHER")
    await cell.joins(phone)
    gateway = cell.gateway()
    said = await cell.says(gateway, "zq7-the-minister-lands-at-nine")
    await cell.hears(await gives(cell, pen))
    group, own = pen.inbound(), phone.keys[said.session]
    secret = [text for one in (group, own) for text in (one.exported(), one.exported()[8:60])]
    pickles = [one.pickled() for one in (group, own)]
    secret += [pickle[20:60].decode("latin-1") for pickle in pickles] + ["zq7-the-minister"]
    assert await at_rest.found(url, [pen.session_id]), "ids are in clear, and found"
    assert await at_rest.found(url, secret) == []
    sealed = await cell.pool.fetch(
        "select sealed from inbound_session union all select sealed from outbound_session"
        " union all select sealed from olm_session union all select sealed from our_device"
    )
    assert len(sealed) >= 5 and not [row for row in sealed if b"curve25519" in row["sealed"]]
    assert GHOST in str(await cell.pool.fetch("select user_id from our_device"))
