"""Whether the hub's room is encrypted is for the link to say; and where what it says cannot be had, nothing that was
said encrypted crosses, and its sender knows.
"""

from tests.homeserver.secret_rooms import Link, Office, hears, hears_secretly, notices_in, said_in, sees

pytest_plugins = ["tests.element.fixture", "tests.homeserver.secret_fixture"]


async def test_a_hub_room_is_never_or_always_encrypted_as_its_link_says(office: Office) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.nio(await office.account(office.hub, "asha"))
    secret, plain = await ravi.create_room("Secret"), await ravi.create_room("Plain", encrypted=False)
    [in_clear, encrypted] = await office.link(
        Link(secret, ravi, [asha], {"encrypt": "never"}), Link(plain, ravi, [asha], {"encrypt": "always"})
    )
    for n in range(2):
        await ravi.say(secret, f"Secret {n}.")
        assert not (await hears(asha, in_clear, f"Secret {n}.")).was_encrypted
        await ravi.say(plain, f"Plain {n}.")
        await hears_secretly(asha, encrypted, f"Plain {n}.")
    await asha.say(in_clear, "Back to the secret room.")
    await hears_secretly(ravi, secret, "Back to the secret room.")
    await asha.say(encrypted, "Back to the plain room.")
    assert not (await hears(ravi, plain, "Back to the plain room.")).was_encrypted
    warning = "What is said here is encrypted. Its copy at NIC is not"
    await sees(ravi, secret, lambda seen: warning in str(seen.body), "a warning")
    assert [len(notices_in(ravi, room, warning)) for room in (secret, plain)] == [1, 0]


async def test_nothing_crosses_into_a_hub_room_that_the_bot_may_not_encrypt_until_it_may(office: Office) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.nio(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Bridges")
    there = await asha.create_room("Roads", [office.hub.bot], encrypted=False)
    await office.link(Link(here, ravi, [asha], {"hub_room": there}))
    said = await ravi.say(here, "Only for encrypted rooms.")
    told = await sees(ravi, here, lambda seen: "was not carried to NIC" in str(seen.body), "a notice")
    assert "the room there does not let you write" in str(told.body)
    assert told.content["m.relates_to"] == {"m.in_reply_to": {"event_id": said}}
    assert told.was_encrypted
    await asha.say(there, "Is anybody there?")
    await hears_secretly(ravi, here, "Is anybody there?")
    assert said_in(asha, there) == ["Is anybody there?"]
    await asha.set_state(there, "m.room.power_levels", {"users": {office.hub.bot: 100}})
    await ravi.say(here, "And now?")
    await hears_secretly(asha, there, "And now?")
    assert said_in(asha, there) == ["Is anybody there?", "And now?"]
