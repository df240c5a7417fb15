"""Who may read, and who is believed: devices that may not have keys do not get them, and nobody is heard saying what
somebody else said, whatever a member of the room does with the keys that members have.
"""

from nio import ToDeviceMessage  # type: ignore[import-untyped]

from bridge.e2ee.algorithms import MEGOLM
from bridge.lab.client import Client
from bridge.lab.nio_client import NioClient
from bridge.lab.nio_device import answered
from tests.deadline import until
from tests.element.client import ElementClient
from tests.homeserver.administrator import ask
from tests.homeserver.secret_rooms import PASSWORD, Link, Office, Person, ghost_of, hears_secretly, sees

pytest_plugins = ["tests.element.fixture", "tests.homeserver.secret_fixture"]


async def test_devices_that_nobody_signed_or_that_are_blocked_get_no_keys(office: Office) -> None:
    ravi = await office.element(await office.account(office.department, "ravi"))
    asha = await office.element(await office.account(office.hub, "asha"))
    tablet = await office.nio(asha.user_id)
    farid = await office.element(await office.account(office.hub, "farid"))
    here = await ravi.create_room("Bridges")
    blocked = f"{farid.user_id} {farid.device_id}"
    encryption = {"share_keys_with": "cross_signed", "blocked_devices": [blocked]}
    [there] = await office.link(Link(here, ravi, [asha, farid]), encryption=encryption)
    await ravi.say(here, "For devices that their owners have signed.")
    copy = await hears_secretly(asha, there, "For devices that their owners have signed.")
    for device in (tablet, farid):
        blank = await sees(device, there, lambda seen: seen.event["event_id"] == copy.event["event_id"], "the copy")
        assert blank.undecryptable and blank.body is None
    assert isinstance(farid, ElementClient)
    why = {seen.why_undecryptable for seen in farid.seen_in(there) if seen.undecryptable}
    assert why == {"MEGOLM_KEY_WITHHELD"}
    await tablet.say(there, "What does it say?")
    await hears_secretly(ravi, here, "What does it say?")


async def test_nobody_is_heard_saying_what_somebody_else_said(office: Office) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    mala = await office.nio(await office.account(office.department, "mala"))
    asha = await office.element(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Bridges", [mala.user_id])
    await mala.join(here)
    [there] = await office.link(Link(here, ravi, [asha]))
    await mala.say(here, "I am Mala.")
    await ravi.say(here, "First.")
    await hears_secretly(asha, there, "First.")
    without = await repeats(mala, office, here, ravi, "First.")
    await until_refused(office, without, "it is encrypted with the room key of somebody else than its sender")
    await takes_for_their_own(mala, office, here, ravi)
    await ravi.say(here, "Second.")
    await repeats(mala, office, here, ravi, "Second.")  # which she can read now, and so can say
    await ravi.say(here, "Third.")
    for text in ("First.", "Second.", "Third."):
        await hears_secretly(asha, there, text)
    assert await speakers(asha, there) == {
        "I am Mala.": [ghost_of(mala, office.hub)],
        "Second.": [ghost_of(ravi, office.hub), ghost_of(mala, office.hub)],
        **{text: [ghost_of(ravi, office.hub)] for text in ("First.", "Third.")},
    }


async def until_refused(office: Office, event_id: str, why: str) -> None:
    """Waits until an event stands in the gap register for this reason."""

    async def stands() -> bool:
        return await ask(office.site, "select reason from gap where event_id = $1", event_id) == [why]

    await until(stands)


async def test_who_takes_a_key_for_their_own_before_it_comes_does_not_silence_its_owner(office: Office) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    mala = await office.nio(await office.account(office.department, "mala"))
    asha = await office.element(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Bridges", [mala.user_id])
    await mala.join(here)
    [there] = await office.link(Link(here, ravi, [asha]))
    await mala.say(here, "I am Mala.")
    await hears_secretly(asha, there, "I am Mala.")
    ravi.hold_back_keys()
    await ravi.say(here, "Fourth.")
    await takes_for_their_own(mala, office, here, ravi)
    await ravi.say(here, "Fifth.")
    await repeats(mala, office, here, ravi, "Fifth.")
    await hears_secretly(asha, there, "Fifth.")
    assert await speakers(asha, there) == {
        "I am Mala.": [ghost_of(mala, office.hub)], "Fifth.": [ghost_of(mala, office.hub)]
    }  # fmt: skip
    await ravi.release_keys()
    his = ghost_of(ravi, office.hub)
    await sees(asha, there, lambda seen: (seen.body, seen.sender) == ("Fourth.", his), "Ravi's first message")
    await sees(asha, there, lambda seen: (seen.body, seen.sender) == ("Fifth.", his), "Ravi's second message")


async def test_what_was_said_once_and_sent_again_before_its_key_came_is_heard_once(office: Office) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.element(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Bridges")
    [there] = await office.link(Link(here, ravi, [asha]))
    ravi.hold_back_keys()
    said = await ravi.say(here, "Once.")
    again = await repeats(ravi, office, here, ravi, "Once.")
    for event_id in (said, again):
        await until_refused(
            office, event_id, "it is encrypted, and the room key was never given to the bridge's device"
        )
    await ravi.release_keys()
    await until_refused(office, again, "it repeats, as another event, an encrypted message that was read before")
    await ravi.say(here, "After.")
    await hears_secretly(asha, there, "After.")
    his = [ghost_of(ravi, office.hub)]
    assert await speakers(asha, there) == {"Once.": his, "After.": his}


async def repeats(thief: NioClient, office: Office, room: str, owner: NioClient, text: str) -> str:
    """Sends the ciphertext of somebody's message again, as an event of their own; gives its id."""
    own = await owner.wait_for(room, lambda seen: seen.body == text, 10, f"own message {text}")
    client = Client(office.department.synapse.url)
    try:
        await client.log_in(thief.user_id, PASSWORD)
        sent = await client.event(room, own.event_id)
        return await client.send(room, "m.room.encrypted", sent["content"])
    finally:
        await client.close()


async def takes_for_their_own(thief: NioClient, office: Office, room: str, owner: NioClient) -> None:
    """Gives our device the key of what the owner says next, which each member has, as one of the thief's own."""
    if room not in owner._device.olm.outbound_group_sessions:  # somebody came in: the next message has a new key
        await owner._device.share_group_session(room, ignore_unverified_devices=True)
    group = owner._device.olm.outbound_group_sessions[room]
    key = {"algorithm": MEGOLM, "room_id": room, "session_id": group.id, "session_key": group.session_key}
    [ours] = thief._device.device_store.active_user_devices(office.department.bot)
    machine = thief._device.olm
    sealed = machine._olm_encrypt(machine.session_store.get(ours.curve25519), ours, "m.room_key", key)
    answered(await thief._device.to_device(ToDeviceMessage("m.room.encrypted", ours.user_id, ours.id, sealed)))
    claimed = "select 1 from inbound_session where session_id = $1 and sender = $2"

    async def is_there() -> bool:
        return await ask(office.site, claimed, group.id, thief.user_id) == [1]

    await until(is_there)


async def speakers(person: Person, room: str) -> dict[str, list[str]]:
    """Who said what, as often as it stands there."""
    said: dict[str, list[str]] = {}
    for seen in person.seen_in(room):
        if seen.body is not None and seen.content.get("msgtype") == "m.text":
            said.setdefault(seen.body, []).append(seen.sender)
    return said
