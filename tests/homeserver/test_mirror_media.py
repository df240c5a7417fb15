"""Files that cannot be had, or not yet: their own message waits or is told of, and nobody else's does."""

import os

from bridge.lab.client import Client
from bridge.lab.site import LinkedRoom
from bridge.lab.steps.step import answered, original
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.sites import OpenSite


def image(mxc: str) -> dict[str, object]:
    return {"msgtype": "m.image", "body": "bridge.png", "url": mxc}


async def has_arrived(link: LinkedRoom, event_id: str) -> str:
    """The address of the file in an event's copy on the hub; empty where it names none."""
    asha, room = link.hub.people[0], link.hub.room
    copy = await asha.wait_for(room, lambda seen: original(seen.event) == event_id, PATIENCE_SECONDS, "copy")
    return str(copy.content.get("url", ""))


async def is_told(ravi: Client, link: LinkedRoom, event_id: str) -> None:
    bot, room = link.department.homeserver.bot, link.department.room
    await ravi.wait_for(
        room, lambda seen: answered(seen.event) == event_id and seen.sender == bot, PATIENCE_SECONDS, "notice"
    )


async def test_a_file_that_nobody_has_is_told_of_and_holds_up_no_other_message(open_site: OpenSite) -> None:
    [link] = (await open_site()).links.values()
    ravi, room = link.department.people[0], link.department.room
    addresses = ("mxc://mha.lab/nobodyhasthis", "mxc://elsewhere.example/abc", "mxc://mha.lab/../whoami", "mxc://x")
    lost = [await ravi.send(room, "m.room.message", image(mxc)) for mxc in addresses]
    assert await has_arrived(link, await ravi.say(room, "the next message")) == ""
    await is_told(ravi, link, lost[0])
    arrived = {original(seen.event) for seen in link.hub.people[0].seen_in(link.hub.room)}
    assert arrived.isdisjoint(lost)


async def test_a_file_that_comes_after_its_message_arrives(open_site: OpenSite) -> None:
    [link] = (await open_site()).links.values()
    ravi, room, data = link.department.people[0], link.department.room, os.urandom(50_000)
    place = await ravi.reserve()
    event_id = await ravi.send(room, "m.room.message", image(place))
    await ravi.fill(place, data)
    assert await link.hub.people[0].download(await has_arrived(link, event_id)) == data
