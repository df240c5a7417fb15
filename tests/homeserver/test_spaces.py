"""On the hub a department's mirrored rooms stand in a space of the department's."""

import pytest
from mautrix.errors import MForbidden
from ruamel.yaml import YAML

from bridge.lab.child import until
from bridge.lab.client import Client
from bridge.lab.site import Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.books import ask
from tests.homeserver.sites import NewSite, OpenSite

CHILD, PARENT = "m.space.child", "m.space.parent"


async def space_of(site: Site, person: Client) -> str:
    """The space into which a person of the hub is invited by the bot, once they are in."""
    assert await until(lambda: invited(site, person), PATIENCE_SECONDS)
    room = await space(site)
    await person.join(room)
    return room


async def space(site: Site) -> str:
    """The space's id; empty while there is none. Setus of earlier tests have left one: it is the same, by its alias."""
    rows = await ask(site, "select room_id from space join endpoint e on e.id = endpoint")
    return str(rows[0]["room_id"] or "") if rows else ""


async def invited(site: Site, person: Client) -> bool:
    """Whether the order to invite them is done."""
    cause = f"space-invite:%:{person.user_id}#0"
    return bool(await ask(site, "select from outbox where cause like $1 and state = 'done'", cause))


async def holds(person: Client, space: str, room: str) -> bool:
    """Whether both say that the room stands in the space."""
    child, parent = await person.state(space, CHILD, room), await person.state(room, PARENT, space)
    via = [server for server in ("nic.lab",) if child.get("via") == [server] == parent.get("via")]
    return bool(via) and parent["canonical"] is True


async def test_officials_find_a_departments_rooms_in_its_space(open_site: OpenSite) -> None:
    site = await open_site(links=2)
    asha, farid = site.ground.hub.people
    found = await space_of(site, asha)
    for link in site.links.values():
        assert await until(lambda room=link.hub.room: holds(asha, found, room), PATIENCE_SECONDS)  # type: ignore[misc]
    assert (await asha.state(found, "m.room.create"))["type"] == "m.space"
    assert (await asha.state(found, "m.room.name"))["name"] == site.ground.departments[0].organisation.name
    await farid.invited_into(found, site.ground.hub.bot, PATIENCE_SECONDS)
    members = await asha.names(found)
    assert set(members) == {asha.user_id, site.ground.hub.bot}, "no ghost stands in a space"


async def test_a_restart_makes_nothing_twice(open_site: OpenSite) -> None:
    site = await open_site()
    await space_of(site, site.ground.hub.people[0])
    before = await ask(site, "select count(*) as orders from outbox where kind in ('CreateRoom', 'Nest', 'SetMember')")
    await site.setu.stop()
    await site.setu.start()
    [link] = site.links.values()
    await link.department.people[0].say(link.department.room, "after a restart")
    await link.hub.people[0].wait_for(
        link.hub.room, lambda seen: seen.body == "after a restart", PATIENCE_SECONDS, "message"
    )
    after = await ask(site, "select count(*) as orders from outbox where kind in ('CreateRoom', 'Nest', 'SetMember')")
    assert before == after
    assert len(await ask(site, "select from space")) == 1


async def test_only_the_bot_puts_rooms_into_it(open_site: OpenSite) -> None:
    site = await open_site()
    asha = site.ground.hub.people[0]
    found = await space_of(site, asha)
    own = await asha.create_room("Asha's own")
    with pytest.raises(MForbidden):
        await asha.set_state(found, CHILD, {"via": ["nic.lab"]}, own)


async def test_without_spaces_the_rooms_stand_for_themselves(new_site: NewSite) -> None:
    site = new_site()
    await site.make_room("no-space")
    await site.set_up()
    yaml = YAML(pure=True)
    settings = yaml.load(site.setu.settings_file)
    yaml.dump({**settings, "mirror": {"hub_spaces": False}}, site.setu.settings_file)
    await site.setu.start()
    link = await site.open_link("no-space")
    asha = link.hub.people[0]
    assert await ask(site, "select kind from outbox where kind = 'Nest'") == []
    assert [event for event in await asha.history(link.hub.room) if event["type"] == PARENT] == []
