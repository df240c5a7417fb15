"""A reaction crosses with what it is to; what a bot says stands in one room alone, and so do reactions to it."""

from typing import Any

import pytest

from bridge.actions import Send
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, RAVI
from tests.store.chat import ASHA, HALL
from tests.store.guardroom import Guardroom, guardroom, linked, reacting

BOT, RECORDS, RAVI_THERE = "@setu:mha.lab", "@records:mha.lab", "@_setu_mha.lab_ravi:nic.lab"


@pytest.fixture
async def office(pool: Pool, journal: Journal, keyring: Keyring) -> Guardroom:
    return await linked(guardroom(pool, journal, keyring))


async def reactions(office: Guardroom, room: str, author: str, who: str) -> list[str | None]:
    """Somebody reacts to what that author said; the rooms into which that is to be copied."""
    said = office.event(room, author, "m.room.message", msgtype="m.text", body="Good morning.")
    await office.happens(said)
    before = await office.last_order()
    await office.happens(office.event(room, who, "m.reaction", **reacting(str(said.id), "👍")))
    return [
        where for where, action in await office.orders(before)
        if isinstance(action, Send) and action.type == "m.reaction"
    ]  # fmt: skip


@pytest.mark.parametrize("bot", [BOT, RECORDS])
async def test_one_to_a_word_of_a_bot_stays(office: Guardroom, bot: str) -> None:
    assert await reactions(office, CELL, bot, RAVI) == []


async def test_one_to_a_word_of_a_person_or_to_its_copy_crosses(office: Guardroom) -> None:
    assert await reactions(office, CELL, RAVI, RAVI) == [HALL]
    assert await reactions(office, HALL, RAVI_THERE, ASHA) == [CELL]


@pytest.mark.parametrize("relation", [None, "x", [], {"event_id": 7}, {"event_id": "$nobody"}])
async def test_one_to_nothing_that_is_known_stops_nothing(office: Guardroom, relation: Any) -> None:
    await office.happens(office.event(CELL, RAVI, "m.reaction", **{"m.relates_to": relation}))
    assert await reactions(office, CELL, RAVI, RAVI) == [HALL]
