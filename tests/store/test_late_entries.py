"""What nobody could read, and what becomes of it when its key comes: it goes where it would have gone, never in clear
where it was said encrypted, and not at all once its author has taken it back.
"""

import pytest

from bridge.actions import Action, Redact, Send
from bridge.model import Event
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI, event
from tests.store import chat as rooms
from tests.store.chat import ASHA, HALL, Chat

SECRET = "$secret"
WORDS = "the bridge at km 42 has moved"


@pytest.fixture
async def chat(pool: Pool, journal: Journal, keyring: Keyring) -> Chat:
    """Ravi's room is linked with the hall."""
    return await rooms.linked(pool, journal, keyring)


def said(kind: str, **content: object) -> Event:
    return event(SECRET, CELL, RAVI, type=kind, content=content)


async def say_what_nobody_can_read(chat: Chat) -> int:
    """Ravi says it encrypted, and our device has no key; gives its place in the journal."""
    content = {"algorithm": "m.megolm.v1.aes-sha2", "session_id": "unknown", "ciphertext": "AwgA"}
    await chat.journalled(MHA, Arrival(said("m.room.encrypted", **content), "messages", late=True))
    pos: int = await chat.pool.fetchval("select pos from seen where event_id = $1", SECRET)
    return pos


async def heal(chat: Chat, pos: int) -> None:
    """Its key comes."""
    clear = said("m.room.message", msgtype="m.text", body=WORDS)
    await chat.journalled(MHA, Arrival(clear, "decrypted", late=True, cites=pos))


async def take_back(chat: Chat) -> None:
    redaction = event("$redaction", CELL, RAVI, type="m.room.redaction", content={"redacts": SECRET}, redacts=SECRET)
    await chat.journalled(MHA, Arrival(redaction, "push"))


async def carried(chat: Chat) -> list[Action]:
    """What is ordered in the hall because of it."""
    return [
        action
        for room, action in await chat.orders()
        if room == HALL and isinstance(action, Send | Redact) and action.origin is not None
    ]


async def test_what_could_not_be_read_crosses_when_its_key_comes_and_never_in_clear(chat: Chat) -> None:
    pos = await say_what_nobody_can_read(chat)
    assert await carried(chat) == []
    await heal(chat, pos)
    [copy] = await carried(chat)
    assert isinstance(copy, Send) and copy.content["body"] == WORDS and copy.only_encrypted


async def test_what_was_taken_back_before_its_key_came_is_shown_to_nobody(chat: Chat) -> None:
    pos = await say_what_nobody_can_read(chat)
    await take_back(chat)
    await heal(chat, pos)
    assert await carried(chat) == []


async def test_what_is_taken_back_after_its_key_came_is_taken_back_there_too(chat: Chat) -> None:
    pos = await say_what_nobody_can_read(chat)
    await heal(chat, pos)
    await take_back(chat)
    assert [type(action) for action in await carried(chat)] == [Send, Redact]


async def test_what_was_said_while_the_link_was_paused_stays_there_when_its_key_comes(chat: Chat) -> None:
    await chat.say(CELL, RAVI, "!setu pause cell")
    pos = await say_what_nobody_can_read(chat)
    await chat.say(CELL, RAVI, "!setu resume cell")
    await heal(chat, pos)
    assert WORDS not in [action.content.get("body") for action in await carried(chat) if isinstance(action, Send)]


async def test_what_could_not_be_read_counts_as_mirrored_when_it_is(chat: Chat) -> None:
    pos = await say_what_nobody_can_read(chat)
    fate = "select fate from crossing c join room r on r.id = c.room where r.room_id = $1 and c.pos = $2"
    assert await chat.pool.fetchval(fate, CELL, pos) == "unreadable"
    await heal(chat, pos)
    assert await chat.pool.fetchval(fate, CELL, pos) == "ordered"


async def test_what_is_said_in_clear_may_stand_in_clear(chat: Chat) -> None:
    await chat.say(CELL, RAVI, "in clear")
    [copy] = await carried(chat)
    assert isinstance(copy, Send) and not copy.only_encrypted


async def test_who_speaks_encrypted_on_the_hub_is_told_once_that_the_department_reads_it_in_clear(chat: Chat) -> None:
    warnings = []
    for n in range(2):
        clear = event(f"$asha-{n}", HALL, ASHA, type="m.room.message", content={"msgtype": "m.text", "body": f"{n}"})
        before = await chat.last_order()
        await chat.journalled(NIC, Arrival(clear, "decrypted", late=True, cites=None))
        warnings += [
            action
            for room, action in await chat.orders(before)
            if room == HALL and isinstance(action, Send) and "is not" in str(action.content.get("body"))
        ]
    assert len(warnings) == 1
