"""People at real Elements on one homeserver, in an encrypted room: what the tests of encryption stand on."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bridge.lab.child import LabError
from bridge.lab.ground import Ground
from bridge.lab.synapse import Synapse
from tests.deadline import PATIENCE_SECONDS
from tests.element.client import ElementClient
from tests.element.deeds import POLL
from tests.element.seat import Element
from tests.element.seen import Seen, Shield
from tests.element.trust import DeviceStatus

pytest_plugins = ["tests.element.fixture"]

PASSWORD = "cutting-chai"
TITLE = "Culverts of the western division"
"""The name of the room, which no client encrypts."""

SIGNED = DeviceStatus(signed_by_owner=True, cross_signing_verified=False, verified=False)
UNSIGNED = replace(SIGNED, signed_by_owner=False)


@dataclass(frozen=True)
class Desk:
    """Kavita and Arjun at their Elements, both in an encrypted room."""

    synapse: Synapse
    room: str
    kavita: ElementClient
    arjun: ElementClient


@pytest.fixture
async def desk(element: Element, ground: Ground, numbers: Iterator[int]) -> Desk:
    synapse, number = ground.departments[0].synapse, next(numbers)
    kavita, arjun = [
        await element(synapse.url, await synapse.register(f"{name}{number}", PASSWORD, name.title()), PASSWORD)
        for name in ("kavita", "arjun")
    ]
    room = await kavita.create_room(TITLE, [arjun.user_id])
    await arjun.join(room)
    return Desk(synapse, room, kavita, arjun)


async def hears(person: ElementClient, room: str, text: str) -> Seen:
    return await person.wait_for(room, lambda seen: seen.body == text, PATIENCE_SECONDS, f"message {text!r}")


async def sees(person: ElementClient, room: str, event_id: str) -> Seen:
    return await person.wait_for(
        room, lambda seen: seen.event["event_id"] == event_id, PATIENCE_SECONDS, f"event {event_id}"
    )


async def sees_shield(person: ElementClient, room: str, event_id: str, shield: Shield) -> None:
    """Waits: more may become known of the sender's devices after the message came."""

    def wanted(seen: Seen) -> bool:
        return seen.event["event_id"] == event_id and seen.shield == shield

    await person.wait_for(room, wanted, PATIENCE_SECONDS, f"event {event_id} with {shield}")


async def cannot_read(person: ElementClient, room: str, event_id: str, why: str) -> None:
    """Waits: the SDK may first say that it only has no key yet."""

    def wanted(seen: Seen) -> bool:
        return seen.event["event_id"] == event_id and seen.why_undecryptable == why

    blank = await person.wait_for(room, wanted, PATIENCE_SECONDS, f"event {event_id} that cannot be read: {why}")
    assert blank.undecryptable
    assert (blank.event["type"], blank.body, blank.shield) == ("m.room.encrypted", None, None)


async def reads(person: ElementClient, room: str, event_id: str, kind: str) -> Mapping[str, Any]:
    """What an event says, which was encrypted on its way."""
    seen = await sees(person, room, event_id)
    assert (seen.event["type"], seen.wire["type"]) == (kind, "m.room.encrypted")
    return seen.content


async def test_two_people_talk_and_neither_sees_a_shield(desk: Desk) -> None:
    for speaker, listener, text in ((desk.kavita, desk.arjun, "Namaste."), (desk.arjun, desk.kavita, "नमस्ते।")):
        said = await speaker.say(desk.room, text)
        heard = await hears(listener, desk.room, text)
        assert heard.sender == speaker.user_id
        assert heard.was_encrypted and not heard.undecryptable
        for person in (speaker, listener):
            await sees_shield(person, desk.room, said, Shield("none"))
        assert await listener.device_status(speaker.user_id, speaker.device_id) == SIGNED
    status = await desk.arjun.user_status(desk.kavita.user_id)
    assert status.has_keys and status.known and not status.verified
    assert await desk.arjun.names(desk.room) == {desk.kavita.user_id: "Kavita", desk.arjun.user_id: "Arjun"}


async def test_each_deed_arrives_decrypted_and_refers_to_what_it_is_about(desk: Desk) -> None:
    kavita, arjun, room = desk.kavita, desk.arjun, desk.room
    said = await kavita.say(room, "The bridge is open.")
    edit = await reads(arjun, room, await kavita.edit(room, said, "The bridge is shut."), "m.room.message")
    assert edit["m.new_content"]["body"] == "The bridge is shut."
    assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": said}
    reply = await reads(kavita, room, await arjun.reply(room, said, "Since when?"), "m.room.message")
    assert (reply["body"], reply["m.relates_to"]) == ("Since when?", {"m.in_reply_to": {"event_id": said}})
    thread = await reads(kavita, room, await arjun.thread(room, said, "Who says so?"), "m.room.message")
    assert (thread["m.relates_to"]["rel_type"], thread["m.relates_to"]["event_id"]) == ("m.thread", said)
    poll = await kavita.poll(room, "Reopen it?", ["yes", "no"])
    asked = (await reads(arjun, room, poll, f"{POLL}.start"))[f"{POLL}.start"]
    assert [answer["id"] for answer in asked["answers"]] == ["yes", "no"]
    vote = await reads(kavita, room, await arjun.vote(room, poll, "yes"), f"{POLL}.response")
    assert (vote[f"{POLL}.response"], vote["m.relates_to"]["event_id"]) == ({"answers": ["yes"]}, poll)
    reaction = await sees(kavita, room, await arjun.react(room, said, "👍"))
    assert (reaction.event["type"], reaction.was_encrypted, reaction.shield) == ("m.reaction", False, None)
    redaction = await sees(arjun, room, await kavita.redact(room, said, "by mistake"))
    assert (redaction.event["type"], redaction.content["reason"]) == ("m.room.redaction", "by mistake")
    assert (await hears(arjun, room, "The bridge is open.")).event["event_id"] == said


async def test_a_picture_arrives_as_it_was(desk: Desk) -> None:
    picture = os.urandom(100_000)
    shown = await sees(desk.arjun, desk.room, await desk.kavita.send_image(desk.room, "km42.png", picture, "image/png"))
    assert (shown.body, shown.content["info"]["mimetype"], "url" in shown.content) == ("km42.png", "image/png", False)
    assert await desk.arjun.read_image(shown) == picture
    forged = replace(shown, event={"content": {"file": {**shown.content["file"], "hashes": {"sha256": "forged"}}}})
    with pytest.raises(LabError, match="not the one of which the message speaks"):
        await desk.arjun.read_image(forged)


async def test_the_homeserver_holds_nothing_in_clear(desk: Desk) -> None:
    text, picture = f"Pier 3 is cracked {os.urandom(8).hex()}", os.urandom(5000)
    await desk.kavita.say(desk.room, text)
    shown = await desk.kavita.send_image(desk.room, f"pier {text}.png", picture, "image/png")
    await sees(desk.arjun, desk.room, shown)
    stored = [path.read_bytes() for path in desk.synapse._folder.rglob("*") if path.is_file()]
    assert any(TITLE.encode() in data for data in stored)
    assert any(shown.encode() in data for data in stored)
    assert not [data for data in stored if text.encode() in data or picture[:64] in data]


async def test_a_second_device_reads_and_is_trusted_once_its_owner_has_signed_it(desk: Desk, element: Element) -> None:
    kavita, arjun, room = desk.kavita, desk.arjun, desk.room
    phone = await element(desk.synapse.url, kavita.user_id, PASSWORD)
    said = await arjun.say(room, "To all your devices.")
    for device in (kavita, phone):
        assert (await sees(device, room, said)).body == "To all your devices."
        await sees_shield(device, room, said, Shield("none"))
    said = await phone.say(room, "From my phone.")
    await sees_shield(arjun, room, said, Shield("red", "UNSIGNED_DEVICE"))
    assert await arjun.device_status(kavita.user_id, phone.device_id) == UNSIGNED
    await phone.verify_with(await kavita.set_up_recovery())
    await sees_shield(arjun, room, said, Shield("none"))
    assert await arjun.device_status(kavita.user_id, phone.device_id) == SIGNED
    known = (await arjun.get_user_devices([kavita.user_id]))[kavita.user_id]
    assert {device.device_id for device in known} == {kavita.device_id, phone.device_id}
    assert await arjun.device_status(kavita.user_id, "NONE") is None


async def test_a_person_may_refuse_devices_that_nobody_signed(desk: Desk, element: Element) -> None:
    tablet = await element(desk.synapse.url, desk.kavita.user_id, PASSWORD)
    await desk.arjun.trust_only_signed()
    said = await tablet.say(desk.room, "It is me.")
    await cannot_read(desk.arjun, desk.room, said, "UNSIGNED_SENDER_DEVICE")
    said = await desk.arjun.say(desk.room, "Who?")
    await cannot_read(tablet, desk.room, said, "MEGOLM_KEY_WITHHELD_FOR_UNVERIFIED_DEVICE")


async def test_what_could_not_be_read_is_seen_anew_when_its_key_comes(desk: Desk, element: Element) -> None:
    said = await desk.kavita.say(desk.room, "Before your new phone.")
    await sees(desk.arjun, desk.room, said)
    phone = await element(desk.synapse.url, desk.arjun.user_id, PASSWORD)
    await cannot_read(phone, desk.room, said, "HISTORICAL_MESSAGE_NO_KEY_BACKUP")
    await desk.arjun.say(desk.room, "After it.")
    await hears(phone, desk.room, "After it.")
    await phone.import_keys(await desk.arjun.export_keys())
    late = await hears(phone, desk.room, "Before your new phone.")
    assert (late.event["event_id"], late.undecryptable) == (said, False)
    await sees_shield(phone, desk.room, said, Shield("grey", "AUTHENTICITY_NOT_GUARANTEED"))
    bodies = [seen.body for seen in phone.seen_in(desk.room) if seen.body]
    assert bodies == ["Before your new phone.", "After it."]


async def test_who_looked_away_reads_on_when_they_look_back(desk: Desk) -> None:
    await desk.arjun.look_away()
    missed = await desk.kavita.say(desk.room, "While you were out.")
    answer = await desk.arjun.say(desk.room, "I still can write.")
    await sees(desk.kavita, desk.room, answer)
    with pytest.raises(
        LabError, match=r"saw no message in .* within 0\.3 s\. Last seen there: .*m\.room\.member of @arj"
    ):
        await desk.arjun.wait_for(desk.room, lambda seen: seen.event["event_id"] in (missed, answer), 0.3, "message")
    await desk.arjun.look_back()
    assert (await sees(desk.arjun, desk.room, missed)).body == "While you were out."


async def test_a_room_may_be_encrypted_later(desk: Desk) -> None:
    room = await desk.kavita.create_room("Tea", [desk.arjun.user_id], encrypted=False)
    await desk.arjun.join(room)
    await desk.kavita.say(room, "For all to read.")
    await desk.kavita.encrypt(room)
    await desk.kavita.say(room, "For us.")
    clear, encrypted = [await hears(desk.arjun, room, text) for text in ("For all to read.", "For us.")]
    assert (clear.was_encrypted, clear.shield) == (False, None)
    assert encrypted.was_encrypted
