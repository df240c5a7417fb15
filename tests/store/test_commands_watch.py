"""The watch over the whole, and what the admin room is told: one notice for one cause, changed as it changes."""

from datetime import timedelta

import pytest

from bridge import references
from bridge.actions import Enter, Send
from bridge.mirror.delivery import STATUS, Delivery
from bridge.mirror.unread import Unread
from bridge.model import UserId
from bridge.saying import Saying
from bridge.store import alarms, links, outbox
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.watch import Watch
from tests.people import CELL, MHA, NIC, RAVI
from tests.store import chat as rooms
from tests.store.chat import BOTS, HALL, OFFICE, Chat

INVITE = Saying.of("invite-it", bot="@setu:nic.lab", room="the hall")
LATER = "update alarm set told_at = told_at - interval '2 minutes'"


@pytest.fixture
async def chat(pool: Pool, journal: Journal, keyring: Keyring) -> Chat:
    """Ravi's room is linked with the hall, and all is done that was ordered."""
    made = await rooms.linked(pool, journal, keyring)
    await all_done(pool)
    return made


async def all_done(pool: Pool) -> None:
    await pool.execute(
        "update outbox set state = 'done', outcome = '$done' || id, kek = null, wrapped = null, sealed = null"
        " where state = 'waiting'"
    )


async def look(chat: Chat) -> list[Send]:
    """The watch looks once; gives what it lays down for the admin room."""
    watch = Watch(
        chat.pool,
        chat.keyring,
        NIC,
        UserId(BOTS[NIC]),
        OFFICE,
        Unread(chat.house.customs, chat.keyring, chat.house.tongues),
        chat.house.tongues,
        chat.house.followers,
        300.0,
        5.0,
    )
    before = await chat.last_order()
    async with chat.pool.acquire() as connection:
        await watch.look(connection)
    orders = await chat.orders(before)
    assert {room for room, _ in orders} <= {OFFICE}
    return [action for _, action in orders if isinstance(action, Send)]


async def tell(chat: Chat) -> list[str]:
    """What the admin room is told now, once it has arrived."""
    said = [str(send.content["body"]) for send in await look(chat)]
    await all_done(chat.pool)
    return said


async def dead_letter(chat: Chat, room: str, cause: str) -> None:
    async with chat.pool.acquire() as connection:
        end = await links.endpoint_of(connection, NIC, room)
        assert end is not None
        kek = await chat.keyring.current(connection, NO_ROOM)
        [order] = await outbox.put(connection, kek, end.lane, cause, [Enter(UserId(BOTS[NIC]))])
    await chat.pool.execute("update outbox set state = 'dead', outcome = 'refused' where id = $1", order)


async def test_where_all_is_well_nothing_is_said(chat: Chat) -> None:
    assert await tell(chat) == []


async def test_one_notice_for_one_cause_edited_as_it_counts_at_most_once_a_minute_and_when_it_is_over(
    chat: Chat,
) -> None:
    await dead_letter(chat, HALL, "one")
    [first] = await tell(chat)
    assert first.startswith("Alarm: messages and other orders were refused")
    notice = await chat.pool.fetchval("select notice from alarm")
    await dead_letter(chat, HALL, "two")
    assert await tell(chat) == [], "not before a minute is over"
    await chat.pool.execute(LATER)
    [again] = await look(chat)
    await all_done(chat.pool)
    assert again.content["body"].endswith("(2×)")
    assert again.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": references.sent(notice)}
    await chat.pool.execute(LATER)
    assert await tell(chat) == [], "nothing has changed"
    await chat.pool.execute("update outbox set state = 'waiting' where state = 'dead'")
    await all_done(chat.pool)
    [over] = await look(chat)
    assert over.content["body"].startswith("* Over: ")
    assert over.content["m.relates_to"]["event_id"] == references.sent(notice)


async def test_what_comes_and_goes_stays_in_one_notice_for_an_hour(chat: Chat) -> None:
    async def cause(away: bool) -> None:
        async with chat.pool.acquire() as connection:
            if away:
                what = Saying.of("unreachable", homeserver="mha.lab")
                await alarms.raise_alarm(connection, "unreachable:mha.lab", what)
            else:
                await alarms.clear(connection, "unreachable:mha.lab")

    await cause(away=True)
    assert await tell(chat) == ["Alarm: mha.lab cannot be reached"]
    await cause(away=False)
    assert await tell(chat) == ["* Over: mha.lab cannot be reached"]
    await cause(away=True)
    assert await tell(chat) == [], "not twice within a minute"
    await chat.pool.execute(LATER)
    assert await tell(chat) == ["* Alarm: mha.lab cannot be reached (2×)"]
    await cause(away=False)
    assert await tell(chat) == ["* Over: mha.lab cannot be reached"]
    await chat.pool.execute("update alarm set told_at = told_at - interval '2 hours'")
    await cause(away=True)
    assert await tell(chat) == ["Alarm: mha.lab cannot be reached (3×)"]


async def test_a_word_that_still_waits_is_not_followed_by_another(chat: Chat) -> None:
    await dead_letter(chat, HALL, "one")
    assert len(await look(chat)) == 1
    await dead_letter(chat, HALL, "two")
    await chat.pool.execute(LATER)
    assert await look(chat) == [], "the hub does not take it yet"


async def test_a_notice_that_is_refused_is_no_new_cause_and_is_said_anew(chat: Chat) -> None:
    await dead_letter(chat, HALL, "one")
    assert len(await look(chat)) == 1
    await chat.pool.execute("update outbox set state = 'dead', outcome = 'refused' where cause like 'alarm:%'")
    await chat.pool.execute(LATER)
    [anew] = await look(chat)
    assert anew.content["body"].startswith("Alarm: ") and "(" not in anew.content["body"]


async def test_an_event_that_nobody_handles_is_an_alarm_until_it_is_handled(chat: Chat) -> None:
    await chat.journal.append(MHA, [Arrival(chat.event(CELL, RAVI, "m.room.message", body="hello"), "push")])
    assert await tell(chat) == [], "it has not waited long"
    await chat.pool.execute("update journal set received_at = received_at - interval '301 s' where source = 'push'")
    [said] = await tell(chat)
    assert said == "Alarm: cell: what was said at mha.lab waits for longer than 300 s"
    for follower in (chat.house.mirror, chat.commands):
        await chat.read(follower)
    await all_done(chat.pool)
    assert await tell(chat) == ["* Over: cell: what was said at mha.lab waits for longer than 300 s"]


async def test_a_parked_room_is_an_alarm(chat: Chat) -> None:
    await chat.pool.execute(
        "update endpoint set state = 'uninvited', why = $2 where room_id = $1", HALL, INVITE.stored()
    )
    assert await tell(chat) == ["Alarm: cell: nothing moves at nic.lab: invite @setu:nic.lab into the hall"]


async def test_while_the_bot_is_not_in_the_admin_room_alarms_are_kept(chat: Chat) -> None:
    await chat.pool.execute("update endpoint set state = 'uninvited' where room_id = $1", OFFICE)
    await dead_letter(chat, HALL, "one")
    assert await tell(chat) == []
    await chat.pool.execute("update endpoint set state = 'open' where room_id = $1", OFFICE)
    assert len(await tell(chat)) == 1


async def test_the_senders_client_is_told_what_became_of_a_message(chat: Chat) -> None:
    await chat.say(CELL, RAVI, "namaste")
    delivery = Delivery(chat.house.customs, chat.keyring, chat.journal, chat.house.tongues)
    async with chat.pool.acquire() as connection:
        hall = await links.endpoint_of(connection, NIC, HALL)
        assert hall is not None
        orders = await outbox.next_orders(connection, chat.keyring, hall.lane, 10, timedelta(hours=12))
        [(copy, origin)] = [(order, order.action.origin) for order in orders if isinstance(order.action, Send)]
        before = await chat.last_order()
        await delivery.failed(connection, copy, "refused: 403 M_FORBIDDEN")
        await delivery.arrived(connection, copy)
    failed, arrived = [action for _, action in await chat.orders(before) if isinstance(action, Send)]
    assert {failed.type, arrived.type} == {STATUS} and failed.as_user == BOTS[MHA]
    assert failed.content["status"] == "FAIL_PERMANENT" and failed.content["reason"] == "m.event_not_handled"
    assert arrived.content["status"] == "SUCCESS"
    assert origin is not None
    assert arrived.content["m.relates_to"] == {"rel_type": "m.reference", "event_id": origin.event_id}
