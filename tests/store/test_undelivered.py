"""Who is told when a message dies on its way: who wrote it, and nobody for what was said before the link was made."""

from datetime import timedelta

import pytest

from bridge.actions import CopyOf, Send
from bridge.mirror.undelivered import Undelivered
from bridge.model import Event, Room, UserId
from bridge.store import links, outbox
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI, message
from tests.store import chat as rooms
from tests.store.chat import ASHA, BOTS, HALL, OFFICE, Chat

TOO_LARGE = "413 M_TOO_LARGE"


@pytest.fixture
async def linked(pool: Pool, journal: Journal, keyring: Keyring) -> Chat:
    """Ravi's room is linked with the hall."""
    made = rooms.chat(pool, journal, keyring)
    for homeserver, room, moderator in ((NIC, OFFICE, ASHA), (NIC, HALL, ASHA), (MHA, CELL, RAVI)):
        await made.enter(homeserver, room, [moderator])
    await made.say(CELL, RAVI, f"!setu link cell {HALL}")
    await made.say(OFFICE, ASHA, "!setu accept cell")
    return made


async def told_of(chat: Chat, arrival: Arrival, reason: str = TOO_LARGE) -> list[str]:
    """What is said in the sender's room when the copy of this event dies."""
    await chat.journal.append(MHA, [arrival])
    undelivered = Undelivered(chat.house.customs, chat.keyring, chat.journal, chat.house.tongues)
    async with chat.pool.acquire() as connection:
        ref = (await chat.journal.rooms(connection, MHA, [CELL]))[CELL]
        await chat.keyring.current(connection, ref)
        before = await chat.last_order()
        order = await copy_of(chat, Room(ref, MHA, CELL), arrival.event)
        async with connection.transaction():
            await undelivered.tell(connection, order, reason)
    said = [action for room, action in await chat.orders(before) if room == CELL and isinstance(action, Send)]
    return [str(action.content["m.mentions"]["user_ids"]) for action in said]


async def copy_of(chat: Chat, room: Room, event: Event) -> outbox.Order:
    """The order that would carry it into the hall."""
    async with chat.pool.acquire() as connection:
        there = await links.endpoint_of(connection, NIC, HALL)
    assert there is not None and event.id is not None
    action = Send(UserId("@_setu_mha.lab_ravi:nic.lab"), "m.room.message", event.content, CopyOf(room.ref, event.id))
    return outbox.Order(0, there.lane, HALL, f"copy:{event.id}#0", action, 0, False, None, timedelta(), 0, None, ())


async def test_who_wrote_it_is_told(linked: Chat) -> None:
    assert await told_of(linked, Arrival(message("$new"), "push")) == [f"['{RAVI}']"]


async def test_who_wrote_what_was_found_late_is_told(linked: Chat) -> None:
    assert await told_of(linked, Arrival(message("$late"), "messages", late=True)) == [f"['{RAVI}']"]


async def test_nobody_is_told_of_what_was_said_before_the_link(linked: Chat) -> None:
    assert await told_of(linked, Arrival(message("$old"), "messages")) == []


async def test_our_own_accounts_are_told_nothing(linked: Chat) -> None:
    assert await told_of(linked, Arrival(message("$own", sender=BOTS[MHA]), "push")) == []
