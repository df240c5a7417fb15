"""Whatever is killed, away or lost while keys are on their way: what people say encrypted arrives, in order and once,
and can be read; and who we are in the eyes of people outlives our database.
"""

from pathlib import Path

from bridge.lab.nio_client import NioClient
from tests.deadline import PATIENCE_SECONDS, until
from tests.homeserver.administrator import ask, change
from tests.homeserver.mortal import Mortal
from tests.homeserver.secret_rooms import Link, NewOffice, Office, Person, hears_secretly, said_in

pytest_plugins = ["tests.element.fixture", "tests.homeserver.secret_fixture"]

KEYS = r"e2ee\.(mail\.take|key_sync\._sync|olm\._sealed|olm\.send|encryption\._make|encryption\._reserve)"
"""Where keys are received and given: each commit there, and each request, is a boundary at which Setu dies once."""

TAKEN = (
    r"answered GET in bridge\.gateway\.e2ee\.key_sync\._sync \(mha\.lab\)",
    r"before the commit in bridge\.gateway\.e2ee\.mail\.take",
    r"after the commit in bridge\.gateway\.e2ee\.mail\.take",
)
GIVEN = (
    r"after the commit in bridge\.gateway\.e2ee\.encryption\._make",
    r"before the commit in bridge\.gateway\.e2ee\.olm\._sealed",
    r"after the commit in bridge\.gateway\.e2ee\.olm\._sealed",
    r"before PUT in bridge\.gateway\.e2ee\.olm\.send \(nic\.lab\)",
    r"answered PUT in bridge\.gateway\.e2ee\.olm\.send \(nic\.lab\)",
    r"before the commit in bridge\.gateway\.e2ee\.encryption\._reserve",
    r"after the commit in bridge\.gateway\.e2ee\.encryption\._reserve",
)


async def says_with_new_keys(person: NioClient, room: str, *texts: str) -> None:
    """Each message has a key of its own, which is given out after it."""
    for text in texts:
        person.hold_back_keys()
        await person.say(room, text)
        await person.release_keys()


async def hears_all(person: Person, room: str, said: list[str]) -> None:
    for text in said:
        await hears_secretly(person, room, text)


async def test_setu_dies_wherever_keys_are_taken_or_given_and_each_message_is_read_once(
    new_office: NewOffice, tmp_path: Path
) -> None:
    mortal = Mortal(tmp_path / "deaths", only=KEYS)
    office = new_office(mortal.command)
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.element(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Bridges")
    [there] = await office.link(Link(here, ravi, [asha]))
    said: list[str] = []
    for turn in range(3):
        await mortal.lies_down(office.site.setu)
        said += [f"turn {turn}: {word}" for word in ("one", "two")]
        await says_with_new_keys(ravi, here, *said[-2:])
        mortal.live_on()
        await hears_all(asha, there, said[-2:])
        await asha.say(there, f"turn {turn}: noted")
        await hears_secretly(ravi, here, f"turn {turn}: noted")
    assert [boundary for boundary in (*TAKEN, *GIVEN) if not mortal.died_at(boundary)] == []
    assert [text for text in said_in(asha, there) if "noted" not in text] == said
    assert [text for text in said_in(ravi, here) if "noted" in text] == [f"turn {turn}: noted" for turn in range(3)]


async def test_what_is_said_with_new_keys_while_setu_is_away_arrives_also_when_the_homeserver_restarts(
    office: Office,
) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.element(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Bridges")
    [there] = await office.link(Link(here, ravi, [asha]))
    said = ["Before.", "Away 1.", "Away 2.", "Away 3.", "Restarted.", "After."]
    await ravi.say(here, said[0])
    await hears_secretly(asha, there, said[0])
    await office.site.setu.stop()
    await says_with_new_keys(ravi, here, *said[1:4])
    await asha.say(there, "Is anybody there?")
    await office.department.synapse.restart()
    await office.site.setu.start()
    await hears_all(asha, there, said[:4])
    await hears_secretly(ravi, here, "Is anybody there?")
    await office.department.synapse.restart()
    await says_with_new_keys(ravi, here, *said[4:])
    await hears_all(asha, there, said)
    assert [text for text in said_in(asha, there) if text in said] == said


async def test_with_a_new_database_the_old_room_keys_come_back_and_we_are_who_we_were(
    office: Office, template: str
) -> None:
    ravi = await office.nio(await office.account(office.department, "ravi"))
    asha = await office.element(await office.account(office.hub, "asha"))
    here = await ravi.create_room("Bridges")
    [there] = await office.link(Link(here, ravi, [asha]))
    await ravi.say(here, "Before.")
    await hears_secretly(asha, there, "Before.")
    known = await asha.user_status(office.hub.bot)
    assert known.has_keys and known.known and not known.needs_approval
    keys = "select session_id from inbound_session where room_id = $1 and sender = $2"
    [key] = await ask(office.site, keys, here, ravi.user_id)
    await until_all_is_backed_up(office)
    await office.site.setu.stop()
    again = await office.site.ground.postgres.create_database(f"{office.site.setu.folder.name}_again", template)
    change(office.site, database={"url": again})
    await office.site.setu.start()
    await knows_our_new_device(ravi, office)
    await ravi.say(here, "After.")
    await hears_secretly(asha, there, "After.")
    await asha.say(there, "Noted.")
    await hears_secretly(ravi, here, "Noted.")
    restored = "select forwarded and sender is null from inbound_session where session_id = $1"
    assert await ask(office.site, restored, key) == [True]
    assert "room keys were restored from the backup on mha.lab" in office.site.setu.log.read_text()
    assert await asha.user_status(office.hub.bot) == known
    [device] = (await asha.get_user_devices([office.hub.bot]))[office.hub.bot]
    status = await asha.device_status(office.hub.bot, device.device_id)
    assert status is not None and status.signed_by_owner


async def until_all_is_backed_up(office: Office) -> None:
    async def backed_up() -> bool:
        return await ask(office.site, "select 1 from inbound_session where not backed_up") == []

    await until(backed_up)


async def knows_our_new_device(person: NioClient, office: Office) -> None:
    """Waits until their client would encrypt for it: what is said before that, nobody can read who lost the old one."""
    bot = office.department.bot
    published = "select device_id from our_device where user_id = $1 and published"

    async def is_published() -> bool:
        return bool(await ask(office.site, published, bot))

    await until(is_published)
    [device] = await ask(office.site, published, bot)
    await person.knows(bot, device, PATIENCE_SECONDS)
