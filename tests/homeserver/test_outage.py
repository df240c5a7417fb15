"""What is away comes back, and what was said meanwhile arrives, in order and once; Setu stays and says what is away."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bridge.lab.ground import Ground
from bridge.lab.site import LinkedRoom, Site
from bridge.lab.together import together
from tests.deadline import until
from tests.homeserver.administrator import alarms, change, link_status, settings
from tests.homeserver.sites import NewSite, OpenSite
from tests.homeserver.talk import hears, said_in, say
from tests.homeserver.wire import Wire

UNREACHABLE = "unreachable:nic.lab"
GREETING = "good morning"
ROAD = [f"the road is open {n}" for n in range(5)]
NOTED = [f"noted {n}" for n in range(5)]


@dataclass(frozen=True)
class Wired:
    """A Setu with one link, and its line to the database."""

    site: Site
    link: LinkedRoom
    wire: Wire


@pytest.fixture
async def wired(new_site: NewSite, tmp_path: Path) -> AsyncIterator[Wired]:
    site = new_site()
    await site.make_room("bridge-repairs")
    await site.set_up()
    async with Wire(settings(site)["database"]["url"], tmp_path / "wire") as wire:
        change(site, database={"url": wire.url})
        await site.setu.start()
        yield Wired(site, await site.open_link("bridge-repairs"), wire)
        await site.setu.kill()


async def test_what_a_department_says_while_the_hub_is_down_arrives_when_it_is_back(
    open_site: OpenSite, ground: Ground
) -> None:
    site = await open_site(links=2)
    links = list(site.links.values())
    for link in links:
        await say(link.department.people[0], link.department.room, GREETING)
        await hears(link.hub.people[0], link.hub.room, GREETING)
    await ground.hub.synapse.kill()
    await together(*(say(link.department.people[0], link.department.room, *ROAD) for link in links))

    async def parked() -> bool:
        return [(await link_status(site, link.name))["state"] for link in links] == ["parked", "parked"]

    await until(parked)
    assert await alarms(site) == {UNREACHABLE: "nic.lab cannot be reached"}
    hub_side = (await link_status(site, links[0].name))["sides"][1]
    assert hub_side["parked"].startswith("the homeserver does not take the next message")
    assert hub_side["outbox_depth"] >= len(ROAD)
    await ground.hub.synapse.start()
    for link in links:
        await hears(link.hub.people[0], link.hub.room, *ROAD)
        await both_sides_have(link, [GREETING, *ROAD])

    async def calm() -> bool:
        told = [(await link_status(site, link.name))["state"] for link in links]
        return told == ["open", "open"] and await alarms(site) == {}

    await until(calm)


async def test_what_people_say_while_setu_is_down_arrives_when_it_is_back(open_site: OpenSite) -> None:
    site = await open_site()
    link = only_link(site)
    await site.setu.kill()
    await both_speak(link)
    await site.setu.start()
    await both_hear(link)
    await both_sides_have(link, ROAD, NOTED)


async def test_nothing_is_lost_while_the_database_is_away(wired: Wired) -> None:
    pid = wired.site.setu.pid
    await wired.wire.cut()
    await both_speak(wired.link)

    async def refused() -> bool:
        log = wired.site.setu.log.read_text()
        names = [side.homeserver.name for side in wired.link.sides]
        return all(f"transaction from {name} not taken: the database is away" in log for name in names)

    await until(refused)
    await wired.wire.mend()
    await both_hear(wired.link)
    await both_sides_have(wired.link, ROAD, NOTED)
    assert wired.site.setu.pid == pid


async def test_nothing_is_lost_when_the_database_goes_in_the_midst_of_work(wired: Wired) -> None:
    pid = wired.site.setu.pid
    await together(both_speak(wired.link), *(blinks_when_heard(wired, ROAD[n]) for n in (0, 2)))
    await both_hear(wired.link)
    await both_sides_have(wired.link, ROAD, NOTED)
    assert wired.site.setu.pid == pid


async def blinks_when_heard(wired: Wired, text: str) -> None:
    """The database goes, and comes back at once, when these words have come to the hub."""
    await hears(wired.link.hub.people[0], wired.link.hub.room, text)
    await wired.wire.cut()
    await wired.wire.mend()


async def both_speak(link: LinkedRoom) -> None:
    ravi, asha = link.department.people[0], link.hub.people[0]
    await together(say(ravi, link.department.room, *ROAD), say(asha, link.hub.room, *NOTED))


async def both_hear(link: LinkedRoom) -> None:
    ravi, asha = link.department.people[0], link.hub.people[0]
    await together(
        hears(asha, link.hub.room, *ROAD),
        hears(ravi, link.department.room, *NOTED),
    )


async def both_sides_have(link: LinkedRoom, *spoken: list[str]) -> None:
    """What was said stands on both sides once, and each person's words in the order in which they were said."""
    for side in link.sides:
        stands = await said_in(side.people[0], side.room)
        assert len(stands) == sum(map(len, spoken))
        for words in spoken:
            assert [text for text in stands if text in words] == words


def only_link(site: Site) -> LinkedRoom:
    (link,) = site.links.values()
    return link
