"""A link says how it is and what it waits for; one that cannot work stops no other."""

from pathlib import Path
from typing import Any

import pytest

from bridge.lab.site import Site
from bridge.power import MODERATOR
from tests.deadline import PATIENCE_SECONDS, until
from tests.homeserver.administrator import alarms, ask, change, link_status, settings
from tests.homeserver.sites import NewSite, OpenSite
from tests.homeserver.talk import hears, said_in, say


async def test_setu_says_where_its_bot_waits_to_be_invited_and_goes_on(new_site: NewSite) -> None:
    site = new_site()
    room = (await site.make_room("bridge-repairs")).room
    await site.make_room("road-repairs")
    await site.set_up()
    await site.setu.start()
    road = await site.open_link("road-repairs")
    bridge = await link_status(site, "bridge-repairs")
    assert bridge["state"] == "parked"
    assert bridge["sides"][0]["parked"] == f"waiting to be let in: invite @setu:mha.lab into {room}"
    ravi, asha = road.department.people[0], road.hub.people[0]
    await say(ravi, road.department.room, "the road is open")
    await hears(asha, road.hub.room, "the road is open")
    opened = await site.open_link("bridge-repairs")
    await say(ravi, room, "the bridge is open")
    await hears(asha, opened.hub.room, "the bridge is open")


async def test_a_link_to_a_room_that_does_not_exist_stops_no_other(new_site: NewSite) -> None:
    site = new_site()
    await site.make_room("road-repairs")
    await site.set_up()
    nowhere = {"name": "nowhere", "department": "mha.lab", "room": "!nowhere:mha.lab"}
    change(site, links=[nowhere, *settings(site)["links"]])
    await site.setu.start()
    road = await site.open_link("road-repairs")
    await say(road.department.people[0], road.department.room, "the road is open")
    await hears(road.hub.people[0], road.hub.room, "the road is open")
    side = (await link_status(site, "nowhere"))["sides"][0]
    assert side["parked"] == "waiting to be let in: invite @setu:mha.lab into !nowhere:mha.lab"


@pytest.mark.parametrize(
    ("token", "seen"),
    [
        (
            "as_token_file",
            "mha.lab cannot deliver to us: 401 M_UNKNOWN_TOKEN; compare the registration's url and tokens",
        ),
        ("hs_token_file", "mha.lab cannot deliver to us: 502 M_BAD_STATUS; compare the registration's url and tokens"),
    ],
)
async def test_a_wrong_token_is_told_and_the_right_one_opens_the_link(
    token: str, seen: str, new_site: NewSite, tmp_path: Path
) -> None:
    site = new_site()
    await site.make_room("road-repairs")
    await site.set_up()
    right = settings(site)["departments"][0][token]
    (tmp_path / "wrong").write_text("w" * 64)
    (tmp_path / "wrong").chmod(0o600)
    with_token(site, token, str(tmp_path / "wrong"))
    await site.setu.start()

    async def told() -> bool:
        return (await alarms(site)).get("delivery:mha.lab") == seen

    await until(told)
    await site.setu.stop()
    with_token(site, token, right)
    await site.setu.start()
    road = await site.open_link("road-repairs")
    await say(road.department.people[0], road.department.room, "the road is open")
    await hears(road.hub.people[0], road.hub.room, "the road is open")
    assert "delivery:mha.lab" not in await alarms(site)


async def test_who_the_link_names_moderates_the_hubs_room_also_when_named_later(new_site: NewSite) -> None:
    site = new_site()
    await site.make_room("road-repairs")
    await site.set_up()
    await site.setu.start()
    link = await site.open_link("road-repairs")
    ravi, asha = link.department.people[0], link.hub.people[0]
    await say(ravi, link.department.room, "off topic")
    copy = await asha.wait_for(link.hub.room, lambda seen: seen.body == "off topic", PATIENCE_SECONDS, "the message")
    await site.setu.stop()
    change(site, links=[{**one, "moderators": [asha.user_id]} for one in settings(site)["links"]])
    await site.setu.start()

    async def may_take_back() -> bool:
        levels = await asha.state(link.hub.room, "m.room.power_levels")
        return bool(levels["users"].get(asha.user_id) == MODERATOR)

    await until(may_take_back)
    await asha.redact(link.hub.room, str(copy.event["event_id"]))
    assert not (await asha.event(link.hub.room, str(copy.event["event_id"])))["content"]


async def test_a_room_of_the_hub_is_linked_that_its_people_made(new_site: NewSite) -> None:
    site = new_site()
    department = await site.make_room("road-repairs")
    await site.set_up()
    asha = site.ground.hub.people[0]
    room = await asha.create_room("Roads", invite=[site.ground.hub.bot])
    change(site, links=[{**link, "hub_room": room} for link in settings(site)["links"]])
    await site.setu.start()
    ravi = department.people[0]
    await ravi.bring_in(department.room, department.homeserver.bot, PATIENCE_SECONDS / 2)
    await until_open(site, "road-repairs")
    await say(ravi, department.room, "the road is open")
    await hears(asha, room, "the road is open")
    await say(asha, room, "noted")
    await hears(ravi, department.room, "noted")
    assert await said_in(asha, room) == await said_in(ravi, department.room) == ["the road is open", "noted"]


async def test_a_link_that_is_taken_out_stops_and_nothing_of_it_is_deleted(open_site: OpenSite) -> None:
    site = await open_site(links=2)
    out, kept = site.links.values()
    ravi, asha = out.department.people[0], out.hub.people[0]
    for link in (out, kept):
        await say(ravi, link.department.room, "the road is open")
        await hears(asha, link.hub.room, "the road is open")
    await site.setu.stop()
    before = await counts(site)
    change(site, links=[link for link in settings(site)["links"] if link["name"] == kept.name])
    await site.setu.start()
    await say(ravi, out.department.room, "this stays here")
    await say(asha, out.hub.room, "and this here")
    await say(ravi, kept.department.room, "this goes on")  # it is pushed after the others
    await hears(asha, kept.hub.room, "this goes on")
    assert await said_in(asha, out.hub.room) == ["the road is open", "and this here"]
    assert await said_in(ravi, out.department.room) == ["the road is open", "this stays here"]
    after = await counts(site)
    assert all(after[table] >= before[table] for table in before)
    with pytest.raises(KeyError):
        await link_status(site, out.name)


def with_token(site: Site, token: str, path: str) -> None:
    """Gives the department's section of the settings this file for a token."""
    (department,) = settings(site)["departments"]
    change(site, departments=[{**department, token: path}])


async def until_open(site: Site, name: str) -> None:
    async def is_open() -> bool:
        return bool((await link_status(site, name))["state"] == "open")

    await until(is_open)


async def counts(site: Site) -> dict[str, Any]:
    """How much Setu keeps, by table."""
    tables = ("journal", "record", "link", "endpoint", "copy", "ghost", "outbox", "event_key")
    return {table: (await ask(site, f"select count(*) from {table}"))[0] for table in tables}
