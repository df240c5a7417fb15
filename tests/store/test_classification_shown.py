"""Where people see a room's ceiling: a line of the topic, or a pinned notice, in the room's language."""

import pytest

from bridge.actions import Pin, Send, TopicLine
from tests.people import CELL, RAVI
from tests.store import guardroom as guardrooms
from tests.store.chat import ASHA, HALL
from tests.store.guardroom import Guardroom


async def shown(guardroom: Guardroom, how: str) -> Guardroom:
    """The same rooms, in which our bot may show it so."""
    settings = {**guardrooms.SETTINGS, "default": {"shown": how}}
    languages = {"mha.lab": "hi", "nic.lab": "en"}
    made = guardrooms.guardroom(guardroom.pool, guardroom.journal, guardroom.keyring, settings, languages)
    made.numbers = guardroom.numbers
    for room in (CELL, HALL):
        server = room.partition(":")[2]
        users = {f"@setu:{server}": 100, RAVI: 50, ASHA: 50}
        await made.happens(made.event(room, f"@maker:{server}", "m.room.power_levels", "", users=users))
    for _ in range(2):
        await made.ticks()
    return made


async def test_a_line_of_the_topic_tells_it_once_in_each_rooms_language(guardroom: Guardroom) -> None:
    made = await shown(guardroom, "topic")
    lines = {room: one.line for room, one in await made.orders() if isinstance(one, TopicLine)}
    assert lines[HALL].startswith("▣ Up to RESTRICTED") and "RESTRICTED" in lines[CELL]
    assert lines[CELL].startswith("▣ ") and "Up to" not in lines[CELL]
    assert sum(isinstance(one, TopicLine) for _, one in await made.orders()) == 2


@pytest.mark.parametrize("room", [CELL, HALL])
async def test_a_notice_tells_it_and_is_pinned(guardroom: Guardroom, room: str) -> None:
    made = await shown(guardroom, "pinned")
    there = [one for where, one in await made.orders() if where == room]
    pins = [one for one in there if isinstance(one, Pin)]
    notices = [one for one in there if isinstance(one, Send) and "RESTRICTED" in str(one.content.get("body"))]
    assert (len(pins), len(notices)) == (1, 1)
