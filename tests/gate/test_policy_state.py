"""Whoever changes which server decides what may be sent is told to an administrator."""

from typing import Any

import pytest

from bots.classification.gate import policy_state
from bots.classification.gate.policy_state import heed, policy_changed
from bridge.model import Event, Room
from bridge.saying import Saying
from bridge.store.database import Pool
from bridge.store.journal import Journal
from tests.people import CELL, MHA, event, pushed
from tests.tongues import in_english

OURS = policy_state.content("nic.lab", "key")


def changed(kind: str = policy_state.TYPE, state_key: str | None = "", **more: Any) -> Event:
    fields = {"state_key": state_key} if state_key is not None else {}
    return event("$1", type=kind, **fields, **more)


def test_another_server_is_a_change_and_none_is_one_too() -> None:
    assert policy_changed(changed(content=OURS))
    assert policy_changed(changed("org.matrix.msc4284.policy", content={"via": "elsewhere.example"}))
    assert policy_changed(changed(content={}, unsigned={"prev_content": OURS}))


def test_the_same_again_is_no_change() -> None:
    assert not policy_changed(changed(content=OURS, unsigned={"prev_content": OURS}))


@pytest.mark.parametrize(
    "other", [changed(state_key=None, content=OURS), changed(state_key="x", content=OURS), changed("m.room.topic")]
)
def test_a_message_of_that_type_and_other_state_are_none(other: Event) -> None:
    assert not policy_changed(other)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (OURS, "nic.lab now, by @ravi:mha.lab"),
        ({}, "@ravi:mha.lab took that away"),
        ({"via": ["SECRET"]}, "@ravi:mha.lab took that away"),
    ],
)
async def test_an_administrator_is_told_who_changed_it_to_what(
    pool: Pool, journal: Journal, content: dict[str, Any], words: str
) -> None:
    await journal.append(MHA, pushed(changed(content=content)))
    async with pool.acquire() as connection:
        room = Room((await journal.rooms(connection, MHA, [CELL]))[CELL], MHA, CELL)
        [entry] = await journal.read(connection, room, 0, 1)
        await heed(connection, room, entry)
        alarm = await connection.fetchrow("select cause, what from alarm")
    assert alarm is not None and alarm["cause"] == f"policy:{room.ref}"
    assert words in in_english(Saying.read(alarm["what"]))
