"""People of two homeservers talk in rooms that they encrypt, at the clients that they have, and Setu carries it: each
deed arrives encrypted, refers to the counterpart of what it is about, and no client warns of whoever said it.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from bridge.lab.nio_client import NioClient
from tests.deadline import PATIENCE_SECONDS
from tests.element.client import ElementClient
from tests.element.deeds import POLL
from tests.element.seen import Seen as ElementSeen
from tests.element.seen import Shield
from tests.element.trust import DeviceStatus
from tests.homeserver.secret_rooms import (
    Link,
    Office,
    Person,
    Seen,
    ghost_of,
    hears,
    hears_secretly,
    opens,
    relation,
    said_in,
    sees,
)

pytest_plugins = ["tests.element.fixture", "tests.homeserver.secret_fixture"]

PICTURE = b"\x89PNG\r\n\x1a\n" + secrets.token_bytes(5000)
OWN = DeviceStatus(signed_by_owner=True, cross_signing_verified=False, verified=False)
"""A device that its owner signed, of an owner whom nobody here has met in person."""


async def test_a_department_at_nio_talks_with_a_hub_at_element_whose_room_setu_makes(office: Office) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.element(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Bridges")
    [there] = await office.link(Link(here, ravi, [asha]))
    await talks("bridge", ravi, here, asha, there)
    await talks("road", asha, there, ravi, here)
    await trusts(asha, there, [ghost_of(ravi, office.hub), office.hub.bot])


async def test_a_department_at_element_talks_with_a_hub_at_nio_in_the_hubs_own_room(office: Office) -> None:
    ravi = await office.element(await office.account(office.department, "ravi"))
    asha = await office.nio(await office.account(office.hub, "asha"))
    here, there = await ravi.create_room("Bridges"), await asha.create_room("Roads", [office.hub.bot])
    await office.link(Link(here, ravi, [asha], {"hub_room": there}))
    await talks("bridge", ravi, here, asha, there)
    await talks("road", asha, there, ravi, here)
    await trusts(ravi, here, [ghost_of(asha, office.department), office.department.bot])


async def talks(topic: str, speaker: Person, here: str, listener: Person, there: str) -> None:
    """One says and shows what can be said and shown, and the other answers to it in each way."""
    said = await speaker.say(here, f"The {topic} is open.")
    copy = (await hears_secretly(listener, there, f"The {topic} is open.")).event["event_id"]
    await speaker.edit(here, said, f"The {topic} is shut.")
    edit = await hears_secretly(listener, there, f"* The {topic} is shut.")
    assert relation(edit) == {"rel_type": "m.replace", "event_id": copy}
    assert edit.content["m.new_content"]["body"] == f"The {topic} is shut."
    await listener.reply(there, copy, f"The {topic}? Since when?")
    answer = await hears_secretly(speaker, here, f"The {topic}? Since when?")
    assert relation(answer) == {"m.in_reply_to": {"event_id": said}}
    await listener.thread(there, copy, f"The {topic}? Who says so?")
    thread = relation(await hears_secretly(speaker, here, f"The {topic}? Who says so?"))
    assert (thread["rel_type"], thread["event_id"]) == ("m.thread", said)
    await listener.react(there, copy, "👍")
    assert relation(await about(speaker, here, "m.reaction", said))["key"] == "👍"
    await shows(f"{topic}.png", speaker, here, listener, there)
    await votes(speaker, here, listener, there)
    await speaker.redact(here, said)
    await sees(listener, there, lambda seen: takes_back(seen.event, copy), f"redaction of {copy}")


async def about(person: Person, room: str, kind: str, event_id: str) -> Seen:
    """The first event of this type that is about this one."""
    return await sees(
        person,
        room,
        lambda seen: seen.event["type"] == kind and relation(seen).get("event_id") == event_id,
        f"{kind} about {event_id}",
    )


def takes_back(event: Mapping[str, Any], event_id: str) -> bool:
    named = (event.get("redacts"), event["content"].get("redacts"))
    return event["type"] == "m.room.redaction" and event_id in named


async def shows(name: str, speaker: Person, here: str, listener: Person, there: str) -> None:
    await speaker.send_image(here, name, PICTURE, "image/png")
    shown = await hears_secretly(listener, there, name)
    assert (shown.content["msgtype"], "url" in shown.content) == ("m.image", False)
    assert await opens(listener, shown) == PICTURE


async def votes(speaker: Person, here: str, listener: Person, there: str) -> None:
    if isinstance(speaker, NioClient):
        poll = await speaker.poll(here, "Reopen it?", {"yes": "Yes", "no": "No"})
    else:
        poll = await speaker.poll(here, "Reopen it?", ["yes", "no"])
    asked = await sees(
        listener,
        there,
        lambda seen: seen.event["type"] == f"{POLL}.start" and seen.sender != listener.user_id,
        "a poll",
    )
    assert [answer["id"] for answer in asked.content[f"{POLL}.start"]["answers"]] == ["yes", "no"]
    await listener.vote(there, asked.event["event_id"], "no")
    vote = await about(speaker, here, f"{POLL}.response", poll)
    assert vote.content[f"{POLL}.response"] == {"answers": ["no"]}
    assert asked.was_encrypted and vote.was_encrypted


async def trusts(person: ElementClient, room: str, ours: list[str]) -> None:
    """Element draws no shield beside anything that was said, and knows each of ours by one device, which is signed."""
    for user in ours:
        [device] = (await person.get_user_devices([user]))[user]
        assert await person.device_status(user, device.device_id) == OWN
        status = await person.user_status(user)
        assert status.has_keys and not status.needs_approval
    assert not [seen for seen in person.seen_in(room) if seen.undecryptable]
    said = [seen.event["event_id"] for seen in person.seen_in(room) if seen.shield is not None]
    assert len(said) > 10
    for event_id in said:
        await is_unshielded(person, room, event_id)


async def is_unshielded(person: ElementClient, room: str, event_id: str) -> None:
    """Waits: more may become known of the sender's device after the message came."""

    def wanted(seen: ElementSeen) -> bool:
        return (seen.event["event_id"], seen.shield) == (event_id, Shield("none"))

    await person.wait_for(room, wanted, PATIENCE_SECONDS, f"event {event_id} without a shield")


async def test_a_room_is_encrypted_after_plain_talk_and_read_on_new_devices_and_by_who_comes_later(
    office: Office,
) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.element(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Culverts", encrypted=False)
    [there] = await office.link(Link(here, ravi, [asha]))
    await ravi.say(here, "For all to read.")
    assert not (await hears(asha, there, "For all to read.")).was_encrypted
    await ravi.encrypt(here)
    await ravi.say(here, "For us.")
    await hears_secretly(asha, there, "For us.")
    await asha.say(there, "Noted.")
    await hears_secretly(ravi, here, "Noted.")
    assert said_in(asha, there) == said_in(ravi, here) == ["For all to read.", "For us.", "Noted."]

    phone, tablet = await office.element(asha.user_id), await office.nio(asha.user_id)
    meera = await office.element(await office.account(office.department, "meera"))
    await ravi.invite(here, meera.user_id)
    await meera.join(here)
    await office.notices(phone, tablet)
    await ravi.say(here, "To all devices.")
    for device in (asha, phone, tablet):
        await hears_secretly(device, there, "To all devices.")
    await asha.say(there, "Welcome, Meera.")
    for person in (ravi, meera):
        await hears_secretly(person, here, "Welcome, Meera.")
    await meera.say(here, "Thank you.")
    await hears_secretly(tablet, there, "Thank you.")
    assert "Noted." in said_in(ravi, here) and "Noted." not in said_in(meera, here)
