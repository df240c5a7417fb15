"""Beside what is on record stands what it was judged to be, what people marked it as, and the case that it led to."""

from typing import Any

from bots.classification.plugin import bot
from bridge.model import Room, RoomRef
from tests.people import CELL, MHA
from tests.store.guardroom import CONFIDENTIAL, MEERA, Guardroom


async def test_a_verdict_a_label_and_a_case_stand_beside_a_message(guardroom: Guardroom) -> None:
    plain = await guardroom.says(CELL, MEERA, "Good morning")
    marked = await guardroom.says(CELL, MEERA, CONFIDENTIAL)
    await guardroom.replies(CELL, MEERA, plain, "!mark RESTRICTED")
    told = await told_of(guardroom, plain, marked)
    assert "verdict" not in told[plain] and "cases" not in told[plain]
    assert [label["level"] for label in told[plain]["labels"]] == ["IN:RESTRICTED"]
    assert told[plain]["labels"][0]["by"] == MEERA
    assert (told[marked]["verdict"]["level"], told[marked]["verdict"]["kind"]) == ("IN:CONFIDENTIAL", "marking")
    assert told[marked]["verdict"]["rules"] and "labels" not in told[marked]
    assert told[marked]["cases"] == [case["number"] for case in await guardroom.cases()]


async def test_of_what_carries_nothing_nothing_is_told(guardroom: Guardroom) -> None:
    plain = await guardroom.says(CELL, MEERA, "Good morning")
    assert await told_of(guardroom, plain) == {plain: {}}


async def told_of(guardroom: Guardroom, *event_ids: str) -> dict[str, dict[str, Any]]:
    """What the bot knows of these messages."""
    assert bot.known_of is not None
    async with guardroom.pool.acquire() as connection:
        ref = await connection.fetchval("select id from room where room_id = $1", CELL)
        room = Room(RoomRef(ref), MHA, CELL)
        rows = await connection.fetch(
            "select event_id, pos from seen where room = $1 and event_id = any($2)", ref, list(event_ids)
        )
        entries = await guardroom.journal.read_at(connection, room, [row["pos"] for row in rows])
        told = await bot.known_of(connection, guardroom.keyring, room, entries)
    return {row["event_id"]: dict(told.get(row["pos"], {})) for row in rows}
