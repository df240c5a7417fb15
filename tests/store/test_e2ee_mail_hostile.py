"""Whatever other people's devices and homeservers send to our device: it raises nothing, nothing of it is kept that is
not what it says, and no honest message of the same answer is lost.
"""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.gateway.e2ee.own_devices import Ready
from bridge.model import ENCRYPTED
from tests.json_values import JSON, TEXTS
from tests.people import CELL, MHA, RAVI
from tests.store.handset import Handset, Pen, ToDevice
from tests.store.secret_cell import Cell, device
from tests.unit.e2ee.broken import broken

HOSTILE = settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
MALLORY = "@mallory:mha.lab"


@dataclass
class Scene:
    """Ravi's honest device, Mallory's, and our bot's."""

    cell: Cell
    bot: Ready
    ravi: Handset
    mallory: Handset

    @classmethod
    async def of(cls, cell: Cell) -> "Scene":
        bot = await cell.bot()
        scene = cls(cell, bot, Handset.of(RAVI), Handset.of(MALLORY))
        for handset in (scene.ravi, scene.mallory):
            first = handset.tells(device(bot), cell.one_time_key(bot), "m.dummy", {})
            assert not (await cell.hears(first)).unread
        return scene

    def honest(self) -> tuple[Pen, ToDevice]:
        """Ravi gives us a room key."""
        pen = Pen(self.ravi, CELL)
        return pen, self.ravi.tells(device(self.bot), None, "m.room_key", pen.key())

    def tampered(self, payload: Any) -> ToDevice:
        """Mallory's device encrypts anything."""
        kind, body = self.mallory.sessions[0].encrypt(json.dumps(payload))
        message = {self.bot.curve25519: {"type": kind, "body": body}}
        sender_key = self.mallory.phone.account.curve25519
        content = {"algorithm": "m.olm.v1.curve25519-aes-sha2", "sender_key": sender_key, "ciphertext": message}
        return {"type": ENCRYPTED, "sender": MALLORY, "content": content}

    def payload(self, pen: Pen) -> dict[str, Any]:
        """What Mallory's device would encrypt if she were honest."""
        phone = self.mallory.phone
        return {
            "type": "m.room_key", "content": pen.key(), "sender": MALLORY, "recipient": self.bot.device.user_id,
            "recipient_keys": {"ed25519": self.bot.ed25519}, "keys": {"ed25519": phone.account.ed25519},
            "sender_device_keys": phone.keys(),
        }  # fmt: skip

    async def hears_both(self, *hostile: Any, **answer: Any) -> None:
        """An honest key comes with what is hostile before and behind it, and is kept."""
        (pen, message), (other, another) = self.honest(), self.honest()
        await self.cell.hears(*hostile, message, *hostile, another, *hostile, **answer)
        assert await self.held(pen) == await self.held(other) == [(RAVI, False, 0)]

    async def held(self, pen: Pen) -> list[tuple[str, bool, int]]:
        found = "select sender, forwarded, first_index from inbound_session where session_id = $1"
        return [tuple(row) for row in await self.cell.pool.fetch(found, pen.session_id)]


@pytest.fixture
async def scene(cell: Cell) -> Scene:
    return await Scene.of(cell)


@HOSTILE
@given(st.data())
async def test_events_that_are_none_lose_no_other(scene: Scene, data: st.DataObject) -> None:
    await scene.hears_both(*data.draw(st.lists(JSON, max_size=3)))


@HOSTILE
@given(st.data())
async def test_an_encrypted_event_with_one_place_changed_loses_no_other(scene: Scene, data: st.DataObject) -> None:
    event = scene.tampered(scene.payload(Pen(scene.mallory, CELL)))
    await scene.hears_both(data.draw(broken(event)))


@HOSTILE
@given(st.data())
async def test_a_room_key_with_one_place_changed_is_taken_as_it_says_or_not_at_all(
    scene: Scene, data: st.DataObject
) -> None:
    pen = Pen(scene.mallory, CELL)
    await scene.hears_both(scene.tampered(data.draw(broken(scene.payload(pen)))))
    assert await scene.held(pen) in ([], [(MALLORY, False, 0)])


@HOSTILE
@given(st.data())
async def test_an_answer_with_one_place_changed_is_taken_as_far_as_it_is_one(scene: Scene, data: st.DataObject) -> None:
    lists = data.draw(st.fixed_dictionaries({"changed": JSON | st.lists(TEXTS), "left": JSON}) | JSON)
    counts = data.draw(JSON)
    await scene.hears_both(device_lists=lists, device_one_time_keys_count=counts)
    await scene.cell.hears(to_device=data.draw(JSON))


@pytest.mark.parametrize("flipped", [0, 1, 30, 60, 100, -10])
async def test_a_damaged_message_leaves_the_session_as_it_was(scene: Scene, flipped: int) -> None:
    _, message = scene.honest()
    [sealed] = message["content"]["ciphertext"].values()
    body = sealed["body"]
    place = flipped % len(body)
    hurt = {**sealed, "body": body[:place] + ("A" if body[place] != "A" else "B") + body[place + 1 :]}
    content = {**message["content"], "ciphertext": {scene.bot.curve25519: hurt}}
    await scene.hears_both({**message, "content": content})
    await scene.hears_both(message)


async def test_mallory_cannot_speak_as_ravi(scene: Scene) -> None:
    pen = Pen(scene.mallory, CELL)
    honest = scene.payload(pen)
    as_ravi = [
        {**scene.tampered(honest), "sender": RAVI},
        {**scene.tampered({**honest, "sender": RAVI}), "sender": RAVI},
        scene.tampered({**honest, "sender": RAVI}),
        scene.tampered({**honest, "sender_device_keys": scene.ravi.phone.keys()}),
    ]
    for event in as_ravi:
        await scene.hears_both(event)
        assert await scene.held(pen) == [], event
    assert await scene.cell.pool.fetchval("select count(*) from inbound_session where homeserver <> $1", MHA) == 0
