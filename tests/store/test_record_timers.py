"""A timer after which messages vanish is noticed and recorded, and harms the record in nothing; of what became of a
message everything stands beside it.
"""

from typing import Any

import pytest

from bots.retention.facts import known, revisions
from bots.retention.facts.facts import Facts
from bots.retention.facts.watched import watched
from bots.retention.work import facts_of
from bridge.model import Event
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import MHA, RAVI
from tests.store.bureau import CUSTOMS
from tests.store.chamber import BRIDGE, MEERA, SETTINGS, Chamber

BRIDGED = "com.beeper.disappearing_timer"


@pytest.fixture
async def chamber(pool: Pool, journal: Journal, keyring: Keyring) -> Chamber:
    return await Chamber.of(pool, journal, keyring)


async def test_a_rooms_timer_is_set_changed_said_again_and_removed(chamber: Chamber) -> None:
    for content in ({"max_lifetime": 86_400_000}, {"max_lifetime": 3_600_000}, {"max_lifetime": 3_600_000}, {}, {}):
        await chamber.comes(chamber.event("m.room.retention", MEERA, content, state_key=""))
    assert await chamber.timers() == [
        ("m.room.retention", "set", 86_400_000), ("m.room.retention", "changed", 3_600_000),
        ("m.room.retention", "removed", None),
    ]  # fmt: skip


async def test_a_bridges_timer_and_a_rooms_are_two(chamber: Chamber) -> None:
    await chamber.comes(
        chamber.event(BRIDGED, BRIDGE, {"type": "after_send", "timer": 5_000}, state_key=""),
        chamber.event("m.room.retention", MEERA, {"max_lifetime": 7_000}, state_key=""),
        chamber.event(BRIDGED, BRIDGE, {"type": "", "timer": 0}, state_key=""),
    )
    assert await chamber.timers() == [
        (BRIDGED, "set", 5_000), ("m.room.retention", "set", 7_000), (BRIDGED, "removed", None),
    ]  # fmt: skip


async def test_what_the_homeserver_tells_of_the_state_before_counts(chamber: Chamber) -> None:
    """The timer was there before the bot came."""
    unsigned = {"prev_content": {"max_lifetime": 7_000}}
    await chamber.comes(chamber.event("m.room.retention", MEERA, {}, state_key="", unsigned=unsigned))
    assert await chamber.timers() == [("m.room.retention", "removed", None)]


async def test_messages_that_bear_a_timer_are_noticed_also_beside_what_is_encrypted(chamber: Chamber) -> None:
    sealed = {"algorithm": "m.megolm.v1.aes-sha2", "org.matrix.self_destruct_after": 1_900_000_000_000}
    await chamber.comes(
        chamber.message(more={BRIDGED: {"type": "after_read", "timer": 5_000}}),
        chamber.message(more={"m.self_destruct": 9_000}),
        chamber.event("m.room.encrypted", RAVI, sealed),
    )
    assert await chamber.timers() == [
        (BRIDGED, "message", 5_000), ("m.self_destruct", "message", 9_000),
        ("org.matrix.self_destruct_after", "message", None),
    ]  # fmt: skip
    assert await chamber.pool.fetchval("select max(due) from record_timer") == 1_900_000_000_000


HOSTILE: tuple[Any, ...] = (
    "soon", True, -1, 0.5, 2**60, None, [], {}, {"type": "after_send"}, {"type": 5, "timer": 5}, {"timer": 5},
    {"type": "after_send", "timer": "5"}, {"type": "after_send", "timer": True}, {"type": "\x00", "timer": -7},
)  # fmt: skip


async def test_what_is_no_timer_is_none(chamber: Chamber) -> None:
    for value in HOSTILE:
        keys = (BRIDGED, "org.matrix.self_destruct_after", "m.self_destruct_after", "m.self_destruct")
        state = value if isinstance(value, dict) else {"max_lifetime": value}
        await chamber.comes(
            *(chamber.message(more={key: value}) for key in keys),
            chamber.event("m.room.retention", MEERA, state, state_key=""),
            chamber.event("m.room.retention", MEERA, {"max_lifetime": 5}),
            chamber.event(BRIDGED, MEERA, state, state_key=""),
            chamber.event(BRIDGED, MEERA, {"type": "after_send", "timer": 5}, state_key="other"),
        )
    assert await chamber.timers() == []
    assert await chamber.pool.fetchval("select room_seq from record_head") == 8 * len(HOSTILE)


async def test_a_message_that_disappears_stays_on_record_whole(chamber: Chamber) -> None:
    timed: dict[str, Any] = {BRIDGED: {"type": "after_send", "timer": 1_000}}
    said = chamber.message("meet at five", ago=60, more=timed)
    await chamber.comes(said, chamber.redaction(said, BRIDGE, "Message disappeared"))
    assert (await chamber.entry(said)).event.text("body") == "meet at five"
    [beside] = await chamber.beside(known.told, said)
    assert beside["deleted"]["cause"] == "timer" and beside["deleted"]["by"] == BRIDGE
    assert beside["timer"] == {"what": BRIDGED, "milliseconds": 1_000}


def replaces(said: Any, body: str) -> dict[str, Any]:
    relation = {"rel_type": "m.replace", "event_id": said.id}
    return {"body": f"* {body}", "m.new_content": {"body": body}, "m.relates_to": relation}


async def test_every_revision_stands_in_order_also_one_that_was_missed(chamber: Chamber) -> None:
    said = chamber.message("forty", ago=90)
    first, missed, last = (
        chamber.message(ago=ago, more=replaces(said, body)) for body, ago in (("41", 80), ("42", 60), ("43", 0))
    )
    forged = chamber.message(sender=MEERA, ago=50, more=replaces(said, "none"))
    await chamber.comes(said, first)
    await chamber.pool.execute("update record set received_at = received_at - interval '80 seconds'")
    await chamber.comes(last, forged)
    await chamber.comes(missed, source="messages", late=True)
    async with chamber.pool.acquire() as connection:
        found = await revisions.of(connection, await chamber.room(), [str(said.id), "$other"])
    assert list(found) == [said.id]
    assert [one.event_id for one in found[str(said.id)] if one.own] == [first.id, missed.id, last.id]
    assert [one.sender for one in found[str(said.id)] if not one.own] == [MEERA]
    [beside, none] = await chamber.beside(known.told, said, first)
    assert beside == {"revisions": [2, 5, 3]} and none == {}


async def test_an_edit_that_could_be_read_only_later_is_one_revision(chamber: Chamber) -> None:
    said = chamber.message("forty")
    relation = {"rel_type": "m.replace", "event_id": said.id}
    sealed = chamber.event("m.room.encrypted", RAVI, {"algorithm": "m.megolm.v1.aes-sha2", "m.relates_to": relation})
    await chamber.comes(said, sealed)
    read = Event.read(chamber.message(more=replaces(said, "41")).raw.replace(b"$e3", b"$e2"))
    await chamber.journal.append(MHA, [Arrival(read, "decrypted", late=True, cites=2)])
    await chamber.reads()
    assert await chamber.pool.fetchval("select count(*) from record where relates_to = $1", said.id) == 2
    assert await chamber.beside(known.told, said) == [{"revisions": [2]}]


async def test_reactions_stand_beside_what_they_are_to(chamber: Chamber) -> None:
    said = chamber.message()
    relation = {"m.relates_to": {"rel_type": "m.annotation", "event_id": said.id, "key": "👍"}}
    await chamber.comes(said, *(chamber.event("m.reaction", who, relation) for who in (MEERA, BRIDGE)))
    assert await chamber.beside(known.told, said) == [{"reactions": [2, 3]}]


async def test_plain_messages_ask_for_no_query(chamber: Chamber) -> None:
    await chamber.comes(*(chamber.message(str(n)) for n in range(50)))
    room = await chamber.room()
    facts: Facts = facts_of(SETTINGS, chamber.journal, CUSTOMS)
    async with chamber.pool.acquire() as connection:
        entries = await chamber.journal.read(connection, room, 0, 50)
        asked: list[Any] = []
        connection.add_query_logger(asked.append)
        assert await facts.of(connection, room, entries) == []
        connection.remove_query_logger(asked.append)
    assert asked == []
    assert watched(entries).redactions == []
