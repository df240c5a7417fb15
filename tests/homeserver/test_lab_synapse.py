"""The lab's homeservers and the people at them, without Setu."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.lab.child import LabError
from bridge.lab.client import Client
from bridge.lab.ports import free_ports
from bridge.lab.synapse import Synapse
from tests.deadline import PATIENCE_SECONDS


@pytest.fixture
async def synapse(tmp_path: Path) -> AsyncIterator[Synapse]:
    synapse = Synapse(tmp_path / "mha.lab", "mha.lab", free_ports(1)[0])
    await synapse.start()
    yield synapse
    await synapse.stop()


@pytest.fixture
async def ravi(synapse: Synapse) -> AsyncIterator[Client]:
    client = Client(synapse.url)
    await client.log_in(await synapse.register("ravi", "chai-at-four", "Ravi Kumar"), "chai-at-four")
    yield client
    await client.close()


async def test_a_person_reads_on_after_their_homeserver_was_killed(synapse: Synapse, ravi: Client) -> None:
    room = await ravi.create_room("Tea")
    await ravi.say(room, "before")
    await synapse.kill()
    await synapse.start()
    await ravi.say(room, "after")
    await ravi.wait_for(room, lambda seen: seen.body == "after", PATIENCE_SECONDS, "message")
    bodies = [event["content"]["body"] for event in await ravi.history(room) if event["type"] == "m.room.message"]
    assert bodies == ["before", "after"]
    assert (await ravi.names(room)) == {ravi.user_id: "Ravi Kumar"}


async def test_who_waits_in_vain_is_told_what_was_seen_instead(ravi: Client) -> None:
    room = await ravi.create_room("Tea")
    await ravi.say(room, "namaste")
    await ravi.wait_for(room, lambda seen: seen.body == "namaste", PATIENCE_SECONDS, "message")
    with pytest.raises(LabError, match=r"saw no answer in .* Last seen there: .*m\.room\.message of @ravi:mha\.lab"):
        await ravi.wait_for(room, lambda seen: seen.body == "hello", 0.1, "answer")


async def test_a_homeserver_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    broken = Synapse(tmp_path / "nic.lab", "nic.lab", free_ports(1)[0], settings={"listeners": "none"})
    with pytest.raises(LabError, match=r"Synapse nic\.lab ended with code 1 while starting(?s:.)*listeners"):
        await broken.start()
