"""Officials at an encrypting client of other people's making (matrix-nio), on one homeserver and without Setu: what
they say is read by those who were there, late when its key is late, and by nobody else, the homeserver included.
"""

import asyncio
import itertools
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientConnectionError

from bridge.lab.child import LabError
from bridge.lab.client import Client
from bridge.lab.nio_client import NioClient
from bridge.lab.nio_seen import NioSeen
from bridge.lab.ports import free_ports
from bridge.lab.synapse import Synapse
from bridge.lab.together import together
from tests.deadline import PATIENCE_SECONDS

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
NUMBERS = itertools.count(1)


@pytest.fixture(scope="module")
async def synapse(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Synapse]:
    synapse = Synapse(tmp_path_factory.mktemp("nio") / "mha.lab", "mha.lab", free_ports(1)[0])
    await synapse.start()
    yield synapse
    await synapse.stop()


class Office:
    """Where the people of a test sit down at their clients."""

    def __init__(self, synapse: Synapse, folder: Path) -> None:
        self.synapse = synapse
        self._folder = folder
        self._clients: list[NioClient | Client] = []

    async def official(self, name: str) -> NioClient:
        """A new person at an encrypting client."""
        return await self.again_at_a_new_device(await self._account(name))

    async def again_at_a_new_device(self, user_id: str) -> NioClient:
        client = NioClient(self.synapse.url, self._folder / f"store-{next(NUMBERS)}")
        self._clients.append(client)
        await client.log_in(user_id, "chai-at-four")
        return client

    async def clerk(self, name: str) -> Client:
        """A new person at a client without encryption."""
        client = Client(self.synapse.url)
        self._clients.append(client)
        await client.log_in(await self._account(name), "chai-at-four")
        return client

    async def close(self) -> None:
        for client in self._clients:
            await client.close()

    async def _account(self, name: str) -> str:
        return await self.synapse.register(f"{name}.{next(NUMBERS)}", "chai-at-four", name)


@pytest.fixture
async def office(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Office]:
    office = Office(synapse, tmp_path)
    yield office
    await office.close()


@pytest.fixture
async def ravi(office: Office) -> NioClient:
    return await office.official("ravi")


@pytest.fixture
async def asha(office: Office) -> NioClient:
    return await office.official("asha")


@pytest.fixture
async def room(ravi: NioClient, asha: NioClient) -> str:
    """An encrypted room of Ravi's that Asha has joined."""
    room = await ravi.create_room("Tea", [asha.user_id])
    assert await asha.invited_to("Tea", ravi.user_id, PATIENCE_SECONDS) == room
    await comes_in(asha, room, ravi)
    return room


async def comes_in(newcomer: NioClient | Client, room: str, host: NioClient) -> None:
    """Joins, and waits until the host has seen it."""
    await newcomer.join(room)
    joined = ("m.room.member", newcomer.user_id, "join")

    def is_it(seen: NioSeen) -> bool:
        return (seen.event["type"], seen.event.get("state_key"), seen.content.get("membership")) == joined

    await host.wait_for(room, is_it, PATIENCE_SECONDS, f"join of {newcomer.user_id}")


async def hears(person: NioClient, room: str, text: str) -> NioSeen:
    return await person.wait_for(room, lambda seen: seen.body == text, PATIENCE_SECONDS, f"message {text!r}")


async def gets(person: NioClient, room: str, event_id: str) -> NioSeen:
    return await person.wait_for(room, lambda seen: seen.event_id == event_id, PATIENCE_SECONDS, f"event {event_id}")


async def test_two_officials_talk_both_ways_in_an_encrypted_room(ravi: NioClient, asha: NioClient, room: str) -> None:
    said = await ravi.say(room, "Good morning.")
    heard = await hears(asha, room, "Good morning.")
    assert (heard.event_id, heard.sender, heard.event["type"]) == (said, ravi.user_id, "m.room.message")
    assert heard.was_encrypted and not heard.undecryptable and not heard.verified
    await asha.say(room, "सुप्रभात।")
    answer = await hears(ravi, room, "सुप्रभात।")
    assert (answer.sender, answer.was_encrypted) == (asha.user_id, True)
    await asha.knows(ravi.user_id, ravi.device_id, PATIENCE_SECONDS)
    await ravi.say(room, "Tea is ready.")
    assert (await hears(asha, room, "Tea is ready.")).sender_device == ravi.device_id


async def test_the_homeserver_has_nothing_of_it_in_clear(
    ravi: NioClient, asha: NioClient, office: Office, room: str
) -> None:
    meera = await office.clerk("meera")
    await ravi.invite(room, meera.user_id)
    await comes_in(meera, room, ravi)
    first = await ravi.say(room, "Secret one.")
    deeds = [
        await ravi.edit(room, first, "Secret two."),
        await ravi.reply(room, first, "Secret three."),
        await ravi.thread(room, first, "Secret four."),
        await ravi.send_image(room, "secret five.png", PICTURE, "image/png"),
        await ravi.poll(room, "Secret six?", {"yes": "secret seven"}),
    ]
    picture = await gets(asha, room, deeds[3])
    raw = await meera.history(room)
    sent = [event for event in raw if event["event_id"] in (first, *deeds)]
    assert [event["type"] for event in sent] == ["m.room.encrypted"] * 6
    told = json.dumps(raw, ensure_ascii=False).lower()
    assert "secret" not in told and picture.content["file"]["url"] not in told
    stored = await meera.download(picture.content["file"]["url"])
    assert len(stored) == len(PICTURE) and PICTURE[:8] not in stored


async def test_edit_reply_thread_reaction_and_redaction_arrive(ravi: NioClient, asha: NioClient, room: str) -> None:
    first = await ravi.say(room, "The culvert at km 41.")
    await hears(asha, room, "The culvert at km 41.")
    reply = (await gets(ravi, room, await asha.reply(room, first, "Which one?"))).content
    assert (reply["body"], reply["m.relates_to"]) == ("Which one?", {"m.in_reply_to": {"event_id": first}})
    edit = (await gets(asha, room, await ravi.edit(room, first, "The culvert at km 42."))).content
    assert edit["m.new_content"]["body"] == "The culvert at km 42."
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": first}
    inside = (await gets(ravi, room, await asha.thread(room, first, "Noted."))).content
    assert (inside["body"], inside["m.relates_to"]["rel_type"]) == ("Noted.", "m.thread")
    reaction = await gets(ravi, room, await asha.react(room, first, "👍"))
    assert reaction.content["m.relates_to"] == {"rel_type": "m.annotation", "event_id": first, "key": "👍"}
    taken_back = await gets(asha, room, await ravi.redact(room, first))
    assert taken_back.event["type"] == "m.room.redaction"


async def test_a_poll_is_voted_in(ravi: NioClient, asha: NioClient, room: str) -> None:
    poll = await ravi.poll(room, "Reopen?", {"yes": "Yes", "no": "No"})
    asked = await gets(asha, room, poll)
    assert asked.was_encrypted and asked.event["type"] == "org.matrix.msc3381.poll.start"
    vote = await gets(ravi, room, await asha.vote(room, poll, "no"))
    assert vote.content["org.matrix.msc3381.poll.response"] == {"answers": ["no"]}
    assert vote.content["m.relates_to"] == {"rel_type": "m.reference", "event_id": poll}


@pytest.mark.parametrize("encrypted", [True, False])
async def test_a_picture_arrives_as_it_was_sent(ravi: NioClient, asha: NioClient, encrypted: bool) -> None:
    room = await ravi.create_room("Album", [asha.user_id], encrypted=encrypted)
    await comes_in(asha, room, ravi)
    shown = await gets(asha, room, await ravi.send_image(room, "culvert.png", PICTURE, "image/png"))
    assert (shown.body, shown.was_encrypted) == ("culvert.png", encrypted)
    assert ("file" in shown.content, "url" in shown.content) == (encrypted, not encrypted)
    assert await asha.read_image(shown) == PICTURE


async def test_a_second_device_reads_what_is_said_once_it_is_known(
    ravi: NioClient, asha: NioClient, office: Office, room: str
) -> None:
    before = await ravi.say(room, "Only to the desk.")
    tablet = await office.again_at_a_new_device(asha.user_id)
    assert tablet.device_id != asha.device_id
    await ravi.knows(asha.user_id, tablet.device_id, PATIENCE_SECONDS)
    await ravi.say(room, "To desk and tablet.")
    await together(hears(asha, room, "To desk and tablet."), hears(tablet, room, "To desk and tablet."))
    assert (await gets(tablet, room, before)).undecryptable
    await asha.knows(asha.user_id, tablet.device_id, PATIENCE_SECONDS)
    await tablet.say(room, "From the tablet.")
    own = await hears(asha, room, "From the tablet.")
    assert (own.sender, own.sender_device) == (asha.user_id, tablet.device_id)


async def test_a_message_whose_key_is_late_is_read_in_its_old_place(
    ravi: NioClient, asha: NioClient, room: str
) -> None:
    await ravi.say(room, "Before.")
    ravi.hold_back_keys()
    late = await ravi.say(room, "Late.")
    unreadable = await gets(asha, room, late)
    assert unreadable.undecryptable and unreadable.was_encrypted and unreadable.body is None
    assert (unreadable.event["type"], unreadable.sender_device) == ("m.room.encrypted", ravi.device_id)
    await asha.say(room, "I can't read this.")
    await hears(ravi, room, "I can't read this.")
    assert (await gets(asha, room, late)).undecryptable
    await ravi.release_keys()
    read = await hears(asha, room, "Late.")
    assert (read.event_id, read.was_encrypted, read.undecryptable) == (late, True, False)
    await ravi.say(room, "After.")
    await hears(asha, room, "After.")
    bodies = [seen.body for seen in asha.seen_in(room) if seen.body]
    assert bodies == ["Before.", "Late.", "I can't read this.", "After."]


async def test_a_key_is_given_on_request_by_who_shares_keys_and_by_nobody_else(
    ravi: NioClient, asha: NioClient, room: str
) -> None:
    ravi.hold_back_keys()
    unreadable = await gets(asha, room, await ravi.say(room, "Ask me."))
    await asha.ask_for_keys(unreadable)
    aside = await asha.create_room("Aside", [ravi.user_id], encrypted=False)
    await comes_in(ravi, aside, asha)
    for question in ("Did you get my request?", "And what about it?"):  # When he hears the second, he has handled it.
        await asha.say(aside, question)
        await hears(ravi, aside, question)
    await ravi.say(aside, "I give no keys away.")
    await hears(asha, aside, "I give no keys away.")
    assert (await gets(asha, room, unreadable.event_id)).undecryptable
    ravi.shares_keys = True
    await asha.ask_for_keys(unreadable)
    readable = await hears(asha, room, "Ask me.")
    assert readable.event_id == unreadable.event_id
    with pytest.raises(LabError, match="does not wait for a key"):
        await asha.ask_for_keys(readable)


async def test_who_joins_later_reads_what_is_said_from_then_on(
    ravi: NioClient, asha: NioClient, office: Office, room: str
) -> None:
    before = await ravi.say(room, "Before Farid.")
    await hears(asha, room, "Before Farid.")
    farid = await office.official("farid")
    await ravi.invite(room, farid.user_id)
    await comes_in(farid, room, ravi)
    await ravi.knows(farid.user_id, farid.device_id, PATIENCE_SECONDS)
    await ravi.say(room, "Welcome, Farid.")
    await together(hears(asha, room, "Welcome, Farid."), hears(farid, room, "Welcome, Farid."))
    assert (await gets(farid, room, before)).undecryptable


async def test_a_room_is_encrypted_from_when_somebody_turns_it_on(
    ravi: NioClient, asha: NioClient, office: Office
) -> None:
    meera = await office.clerk("meera")
    room = await ravi.create_room("Open", [asha.user_id, meera.user_id], encrypted=False)
    await comes_in(asha, room, ravi)
    await comes_in(meera, room, ravi)
    await ravi.say(room, "To all.")
    assert not (await hears(asha, room, "To all.")).was_encrypted
    await ravi.encrypt(room)
    await ravi.say(room, "To those with keys.")
    assert (await hears(asha, room, "To those with keys.")).was_encrypted
    bodies = [event["content"].get("body") for event in await meera.history(room) if "state_key" not in event]
    assert bodies == ["To all.", None]


async def test_messages_written_at_once_are_read_in_their_order(ravi: NioClient, asha: NioClient, room: str) -> None:
    texts = [f"Item {number}" for number in range(20)]
    await together(*(ravi.say(room, text) for text in texts))
    await together(*(hears(asha, room, text) for text in texts))
    assert [seen.body for seen in asha.seen_in(room) if seen.body] == texts


async def test_who_looks_away_reads_it_all_on_looking_back(ravi: NioClient, asha: NioClient, room: str) -> None:
    await ravi.say(room, "Are you there?")
    await hears(asha, room, "Are you there?")
    await asha.look_away()
    ravi.hold_back_keys()  # So that a new key comes while she is away.
    await ravi.say(room, "While you were out.")
    await ravi.release_keys()
    await asha.say(room, "I speak without looking.")
    await hears(ravi, room, "I speak without looking.")
    assert [seen.body for seen in asha.seen_in(room) if seen.body] == ["Are you there?"]
    await asha.look_back()
    await hears(asha, room, "While you were out.")


async def test_people_write_and_read_on_after_their_homeserver_was_killed(
    ravi: NioClient, asha: NioClient, office: Office, room: str
) -> None:
    await ravi.say(room, "Before.")
    await hears(asha, room, "Before.")
    farid = await office.official("farid")
    await ravi.invite(room, farid.user_id)
    await comes_in(farid, room, ravi)
    await ravi.knows(farid.user_id, farid.device_id, PATIENCE_SECONDS)
    await asha.say(room, "Welcome.")
    await hears(ravi, room, "Welcome.")  # What his client had to ask about Farid, it has asked.
    await office.synapse.kill()
    with pytest.raises(ClientConnectionError):
        await ravi.say(room, "While it is dead; and the key for Farid can't be made.")
    await office.synapse.start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        await ravi.say(room, "After.")
    await together(hears(asha, room, "After."), hears(farid, room, "After."))


async def test_who_waits_in_vain_is_told_what_was_seen_instead(ravi: NioClient, asha: NioClient, room: str) -> None:
    await ravi.say(room, "Namaste.")
    await hears(asha, room, "Namaste.")
    with pytest.raises(LabError, match=r"asha\S+ saw no answer in .* Last seen there: .*m\.room\.message of @ravi"):
        await asha.wait_for(room, lambda seen: seen.body == "hello", 0.1, "answer")
    with pytest.raises(LabError, match=r"saw no device TABLET of @ravi\S+ within 0\.1 s\. Others: [A-Z]+"):
        await asha.knows(ravi.user_id, "TABLET", 0.1)
    with pytest.raises(LabError, match=r"saw no invitation from @nobody:mha\.lab into "):
        await asha.invited_into(room, "@nobody:mha.lab", 0.1)
    with pytest.raises(LabError, match=r"The homeserver refused: .*M_FORBIDDEN"):
        await asha.set_state(room, "m.room.name", {"name": "Mine"})


async def test_the_client_writes_nothing_into_logs(
    ravi: NioClient, asha: NioClient, room: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await ravi.say(room, "Not for the log.")
        await hears(asha, room, "Not for the log.")
    assert not [record for record in caplog.records if record.name.startswith(("nio", "peewee"))]
