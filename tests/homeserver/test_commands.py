"""People of two homeservers command Setu in chat: they link rooms by the consent of both sides, put the bot out, and
try what they may not.
"""

from dataclasses import dataclass
from typing import Any

import pytest
from ruamel.yaml import YAML

from bridge.lab.child import until
from bridge.lab.client import Client, Seen
from bridge.lab.ground import Ground
from bridge.lab.site import Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.books import ask, reconcile
from tests.homeserver.sites import NewSite

BOT_HERE, BOT_THERE = "@setu:mha.lab", "@setu:nic.lab"
RAVI_THERE, MEERA_THERE = "@_setu_mha.lab_ravi.kumar:nic.lab", "@_setu_mha.lab_meera.nair:nic.lab"
STATUS = "com.beeper.message_send_status"


@dataclass(frozen=True)
class Town:
    """A Setu without links, in which Ravi speaks for Home Affairs and Asha for the hub; Meera and Farid for nobody."""

    site: Site
    ravi: Client
    meera: Client
    asha: Client
    farid: Client
    cell: str
    """A room of Home Affairs; Ravi made it, Meera is in it, and the bot."""
    hall: str
    """A room of the hub; Asha made it, Farid is in it, and the bot."""
    office: str
    """The admin room; so are Farid and the bot."""

    async def link(self) -> None:
        await self.ravi.say(self.cell, f"!setu link cell {self.hall}")
        await says(self.asha, self.office, BOT_THERE, "!setu accept cell")
        await self.asha.say(self.office, "!setu accept cell")
        await says(self.ravi, self.cell, BOT_HERE, "This room is linked with")
        await says(self.asha, self.hall, BOT_THERE, "This room is linked with")


@pytest.fixture
async def town(ground: Ground, new_site: NewSite) -> Town:
    (ravi, meera), (asha, farid) = ground.departments[0].people, ground.hub.people
    cell = await ravi.create_room("Cell", invite=[meera.user_id])
    hall = await asha.create_room("Hall", invite=[farid.user_id])
    office = await asha.create_room("Office", invite=[farid.user_id])
    await meera.join(cell)
    for room in (hall, office):
        await farid.join(room)
    site = new_site()
    await site.set_up()
    configure(site, admins=[ravi.user_id, asha.user_id], admin_room=office)
    await site.setu.start()
    for person, room, bot in ((ravi, cell, BOT_HERE), (asha, hall, BOT_THERE), (asha, office, BOT_THERE)):
        await person.bring_in(room, bot, PATIENCE_SECONDS / 2)
    await says(ravi, cell, BOT_HERE, "Nothing is carried from this room yet")
    await says(asha, hall, BOT_THERE, "Nothing is carried from this room yet")
    assert await until(lambda: is_open(site, office), PATIENCE_SECONDS)
    return Town(site, ravi, meera, asha, farid, cell, hall, office)


def configure(site: Site, **settings: Any) -> None:
    yaml = YAML(pure=True)
    written = yaml.load(site.setu.settings_file)
    more = {"mirror": {"delivery_states": True}, "followers": {"poll_seconds": 0.5}}
    yaml.dump({**written, **more, **settings}, site.setu.settings_file)


async def says(person: Client, room: str, who: str, words: str) -> Seen:
    """Waits until somebody has said something with these words in it."""

    def wanted(seen: Seen) -> bool:
        return seen.sender == who and words in (seen.body or "").replace("`", "")

    return await person.wait_for(room, wanted, PATIENCE_SECONDS, f"{words!r} of {who}")


async def is_in(person: Client, room: str, who: str, membership: str) -> bool:
    return (await person.state(room, "m.room.member", who)).get("membership") == membership


async def is_open(site: Site, room: str) -> bool:
    """Whether the bot has wholly come into a room; in the admin room it says nothing of it."""
    return bool(await ask(site, "select from endpoint where room_id = $1 and state = 'open'", room))


def answers(person: Client, room: str, bot: str) -> list[str]:
    """What the bot has said in a room until now, edits included."""
    return [seen.body for seen in person.seen_in(room) if seen.sender == bot and seen.body is not None]


async def test_two_sides_link_their_rooms_by_consent_and_one_of_them_ends_it(town: Town) -> None:
    await town.ravi.say(town.cell, "said before the link")
    await town.link()
    told = await town.ravi.say(town.cell, "namaste")
    await says(town.asha, town.hall, RAVI_THERE, "namaste")
    assert MEERA_THERE in await town.asha.names(town.hall), "who was there before is introduced"
    assert "said before the link" not in {seen.body for seen in town.asha.seen_in(town.hall)}
    state = await town.ravi.wait_for(town.cell, lambda seen: seen.event["type"] == STATUS, PATIENCE_SECONDS, "a state")
    relation = {"rel_type": "m.reference", "event_id": told}
    assert state.content["m.relates_to"] == relation and state.content["status"] == "SUCCESS"
    await says_what_arrived(town)
    await town.asha.say(town.office, "!setu unlink cell")
    await says(town.ravi, town.cell, BOT_HERE, "ended the link cell")
    assert await until(lambda: is_in(town.asha, town.hall, RAVI_THERE, "leave"), PATIENCE_SECONDS)
    assert await is_in(town.asha, town.hall, MEERA_THERE, "leave")


async def says_what_arrived(town: Town) -> None:
    """`setu reconcile` finds nothing missing in a link that was made in chat."""

    async def agrees() -> bool:
        return (await reconcile(town.site)).code == 0

    assert await until(agrees, PATIENCE_SECONDS), (await reconcile(town.site)).printed


async def test_a_command_that_crosses_is_words_in_a_ghosts_mouth(town: Town) -> None:
    await town.link()
    await town.ravi.say(town.cell, "!setu links")
    await says(town.ravi, town.cell, BOT_HERE, "cell: open")
    await says(town.asha, town.hall, RAVI_THERE, "!setu links")
    await town.asha.say(town.hall, "!setu status cell")
    await says(town.asha, town.hall, BOT_THERE, "nic.lab: mirrored")
    assert not [said for said in answers(town.asha, town.hall, BOT_THERE) if "Only the admin" in said]
    heard = await ask(town.site, "select sender from command where verb = '!setu links'")
    assert [row["sender"] for row in heard] == [town.ravi.user_id]


async def test_wrong_people_rooms_and_kinds_of_events_do_nothing(town: Town) -> None:
    said = await town.ravi.say(town.cell, "good morning")
    await town.ravi.edit(town.cell, said, "!setu link cell")
    for kind in ("m.notice", "m.emote"):
        await town.ravi.send(town.cell, "m.room.message", {"msgtype": kind, "body": "!setu link cell"})
    html = {"format": "org.matrix.custom.html", "formatted_body": "!setu link cell"}
    await town.ravi.send(town.cell, "m.room.message", {"msgtype": "m.text", "body": "good morning", **html})
    await town.ravi.reply(town.cell, said, f"> <{town.ravi.user_id}> !setu link cell\n\n!setu link cell")
    await town.meera.say(town.cell, "!setu link cell")
    await says(town.meera, town.cell, BOT_HERE, "Only the administrators")
    await town.asha.say(town.hall, "!setu link cell")
    await says(town.asha, town.hall, BOT_THERE, "cannot be asked for in this room")
    await town.ravi.say(town.cell, "!setu link cell !nowhere:nic.lab")
    await says(town.ravi, town.cell, BOT_HERE, "in no room of that id")
    assert await ask(town.site, "select * from proposal") == []
    await town.ravi.say(town.cell, "!setu link cell")
    await says(town.asha, town.office, BOT_THERE, "!setu accept cell")
    await town.ravi.say(town.cell, "!setu accept cell")
    await says(town.ravi, town.cell, BOT_HERE, "cannot be asked for in this room")
    await town.farid.say(town.office, "!setu accept cell")
    await says(town.farid, town.office, BOT_THERE, "Only the administrators")
    assert await ask(town.site, "select * from link") == []


async def test_a_bot_that_is_put_out_says_so_in_the_admin_room_and_comes_back_when_it_is_asked(town: Town) -> None:
    await town.link()
    await town.asha.kick(town.hall, BOT_THERE)
    alarm = await says(town.asha, town.office, BOT_THERE, f"Alarm: {BOT_THERE} was put out of {town.hall}")
    await town.asha.invite(town.hall, BOT_THERE)
    over = await says(town.asha, town.office, BOT_THERE, f"Over: {BOT_THERE} was put out of {town.hall}")
    assert over.content["m.relates_to"] == {"rel_type": "m.replace", "event_id": alarm.event["event_id"]}
    await town.ravi.say(town.cell, "are you back?")
    await says(town.asha, town.hall, RAVI_THERE, "are you back?")


async def test_the_invitation_of_somebody_unlisted_is_declined_with_an_alarm(town: Town) -> None:
    room = await town.meera.create_room("Tea", invite=[BOT_HERE])
    await says(town.asha, town.office, BOT_THERE, f"{town.meera.user_id} invited the bot into {room}")
    assert await until(lambda: is_in(town.meera, room, BOT_HERE, "leave"), PATIENCE_SECONDS)


async def test_a_setu_that_is_killed_while_it_obeys_answers_once(town: Town) -> None:
    await town.ravi.say(town.cell, f"!setu link cell {town.hall}")
    await says(town.asha, town.office, BOT_THERE, "!setu accept cell")
    await town.asha.say(town.office, "!setu accept cell")
    await town.site.setu.kill()
    await town.site.setu.start()
    await says(town.asha, town.office, BOT_THERE, "cell is linked.")
    await town.ravi.say(town.cell, "namaste")
    await says(town.asha, town.hall, RAVI_THERE, "namaste")
    await town.asha.say(town.office, "!setu links")
    await says(town.asha, town.office, BOT_THERE, "cell: open")
    assert [said for said in answers(town.asha, town.office, BOT_THERE) if "is linked." in said] == ["cell is linked."]
    assert len([said for said in answers(town.asha, town.hall, BOT_THERE) if "This room is linked" in said]) == 1
