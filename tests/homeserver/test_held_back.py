"""What a homeserver holds back just as it wins Setu back is there within seconds all the same."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from bridge.lab.ports import free_ports
from bridge.lab.site import LinkedRoom, Site
from tests.deadline import until
from tests.homeserver.administrator import change, settings
from tests.homeserver.books import agree, ask
from tests.homeserver.held_back import Holder
from tests.homeserver.sites import NewSite
from tests.homeserver.talk import hears, said_in, say

HELD, AFTER = "the third pier has sunk", "the road is closed"


@dataclass(frozen=True)
class Linked:
    site: Site
    link: LinkedRoom
    holder: Holder


@pytest.fixture
async def linked(new_site: NewSite) -> AsyncIterator[Linked]:
    """A Setu, with an open link, to which the homeservers send through somebody who holds some words back."""
    site = new_site()
    await site.make_room("bridge-repairs")
    await site.set_up()
    [port] = free_ports(1)
    change(site, listen={**settings(site)["listen"], "port": port})
    async with Holder(site.ground.port, f"http://127.0.0.1:{port}", HELD) as holder:
        await site.setu.start()
        yield Linked(site, await site.open_link("bridge-repairs"), holder)
        await site.setu.kill()


async def test_what_was_held_back_when_setu_returned_arrives_though_nothing_more_is_lost(linked: Linked) -> None:
    site, (here, there) = linked.site, linked.link.sides
    await agree(site)
    await site.setu.stop()
    await site.setu.start()
    await until(lambda: compared(site))
    await say(here.people[0], here.room, HELD)
    await linked.holder.has_them()
    await say(here.people[0], here.room, AFTER)
    await hears(there.people[0], there.room, AFTER, HELD)
    assert (await said_in(there.people[0], there.room)).count(HELD) == 1
    [row] = await ask(site, "select source from journal where late")
    assert row["source"] == "messages"
    await agree(site)


async def compared(site: Site) -> bool:
    """Whether the rooms have been read back for Setu's start: what comes now it can only be told."""
    return await ask(site, "select from outbox where kind = 'ReadBack' and state = 'waiting'") == []
