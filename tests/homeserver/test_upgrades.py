"""A linked room is replaced by another one, rightly or not (CVE-2021-32659: a tombstone followed blindly)."""

from collections.abc import Awaitable, Callable

import pytest

from bridge.lab.child import until
from bridge.lab.client import Client
from bridge.lab.site import LinkedRoom, Site
from bridge.saying import Saying
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.books import agree, ask
from tests.homeserver.sites import OpenSite
from tests.tongues import in_english

TOMBSTONE = "m.room.tombstone"
NOWHERE = "!nowhere:far.lab"

Fraud = Callable[[Site, LinkedRoom], Awaitable[str]]
"""Does something that looks like a replacement, and gives the reason for which it is not followed."""


def linked(site: Site) -> LinkedRoom:
    return next(iter(site.links.values()))


async def carried(writer: Client, room: str, text: str, reader: Client, other: str) -> None:
    """What the one says in their room, the other reads in theirs."""
    await writer.say(room, text)
    await reader.wait_for(other, lambda seen: seen.body == text, PATIENCE_SECONDS, text)


async def alarm(site: Site) -> str:
    """What the alarms about replaced rooms say."""
    rows = await ask(site, "select what from alarm where cause like 'upgrade:%' and over_at is null")
    return "; ".join(in_english(Saying.read(row["what"])) for row in rows)


async def alarmed(site: Site, reason: str) -> bool:
    return reason in await alarm(site)


async def parked(site: Site) -> str:
    rows = await ask(site, "select why from endpoint where state = 'uninvited'")
    return "; ".join(in_english(Saying.read(row["why"])) for row in rows)


async def waits(site: Site, room: str) -> bool:
    """Whether Setu waits to be invited into this room."""
    return room in await parked(site)


@pytest.mark.parametrize("version", ["11", "12"])
async def test_a_link_goes_on_in_the_room_that_replaces_one_of_its_ends(open_site: OpenSite, version: str) -> None:
    site = await open_site()
    link = linked(site)
    ravi, asha = link.department.people[0], link.hub.people[0]
    old, hub = link.department.room, link.hub.room
    await carried(asha, hub, "before", ravi, old)
    new = await ravi.upgrade(old, version)
    assert await until(lambda: waits(site, new), PATIENCE_SECONDS)
    await ravi.say(new, "said before Setu came")
    await asha.say(hub, "said while Setu waited")
    await ravi.bring_in(new, link.department.homeserver.bot, PATIENCE_SECONDS / 2)
    await ravi.wait_for(new, lambda seen: seen.body == "said while Setu waited", PATIENCE_SECONDS, "what waited")
    await asha.wait_for(hub, lambda seen: seen.body == "said before Setu came", PATIENCE_SECONDS, "what was said")
    await carried(ravi, new, "after", asha, hub)
    await carried(asha, hub, "after, too", ravi, new)
    assert await alarm(site) == ""
    assert [row["kind"] for row in await ask(site, "select kind from outbox where state = 'dead'")] == []
    await agree(site)


async def test_the_configuration_still_names_the_old_room_and_means_the_new_one(open_site: OpenSite) -> None:
    site = await open_site()
    link = linked(site)
    ravi, asha = link.department.people[0], link.hub.people[0]
    new = await ravi.upgrade(link.department.room, "11")
    await ravi.bring_in(new, link.department.homeserver.bot, PATIENCE_SECONDS / 2)
    await carried(asha, link.hub.room, "followed", ravi, new)
    await site.setu.stop()
    await site.setu.start()
    await carried(asha, link.hub.room, "after a restart", ravi, new)
    await carried(ravi, new, "and back", asha, link.hub.room)
    status = (await site.setu.status()).link(link.name)
    assert status is not None and status.state == "open"
    assert len(await ask(site, "select from endpoint where made")) == 2, "the hub's room and its space, no other"


async def test_what_refers_to_the_old_room_does_not_reach_into_it_or_break_the_new_one(open_site: OpenSite) -> None:
    site = await open_site()
    link = linked(site)
    ravi, asha = link.department.people[0], link.hub.people[0]
    first = await asha.say(link.hub.room, "before")
    await ravi.wait_for(link.department.room, lambda seen: seen.body == "before", PATIENCE_SECONDS, "before")
    new = await ravi.upgrade(link.department.room, "11")
    await ravi.bring_in(new, link.department.homeserver.bot, PATIENCE_SECONDS / 2)
    await carried(asha, link.hub.room, "followed", ravi, new)
    await asha.reply(link.hub.room, first, "to what was said before")
    answer = await ravi.wait_for(
        new, lambda seen: seen.body == "to what was said before", PATIENCE_SECONDS, "the reply"
    )
    assert "m.relates_to" not in answer.content


async def not_the_rooms(site: Site, link: LinkedRoom) -> str:
    """Under a state key, of which clients and homeservers take no notice."""
    ravi, old = link.department.people[0], link.department.room
    new = await replacement(ravi, old, link)
    await ravi.set_state(old, TOMBSTONE, {"body": "moved", "replacement_room": new}, "elsewhere")
    return "looks like the replacement"


async def set_by_whom_the_room_lets(site: Site, link: LinkedRoom) -> str:
    """The room lets everybody set it; Meera leads it into a room of her own that names this one."""
    ravi, meera = link.department.people[:2]
    old = link.department.room
    levels = await ravi.state(old, "m.room.power_levels")
    await ravi.set_state(old, "m.room.power_levels", {**levels, "events": {**levels.get("events", {}), TOMBSTONE: 0}})
    own = await replacement(meera, old, link)
    await meera.set_state(old, TOMBSTONE, {"body": "moved", "replacement_room": own})
    return f"{meera.user_id} has not the power to replace the room"


async def replacement(maker: Client, old: str, link: LinkedRoom) -> str:
    """A room that says that it comes after the old one, and into which the bot is invited."""
    room = await maker.create_after(old)
    await maker.invite(room, link.department.homeserver.bot)
    return room


async def one_that_names_another(site: Site, link: LinkedRoom) -> str:
    """Ravi, who may, leads it into a room that comes after another."""
    ravi = link.department.people[0]
    new = await ravi.create_after("!another:mha.lab")
    await ravi.set_state(link.department.room, TOMBSTONE, {"body": "moved", "replacement_room": new})
    assert await until(lambda: waits(site, new), PATIENCE_SECONDS)
    await ravi.invite(new, link.department.homeserver.bot)
    return "it does not name the old room"


async def one_made_by_somebody_else(site: Site, link: LinkedRoom) -> str:
    """Ravi, who may, leads it into a room of Meera's, in which she has all power."""
    ravi, meera = link.department.people[:2]
    new = await replacement(meera, link.department.room, link)
    await ravi.set_state(link.department.room, TOMBSTONE, {"body": "moved", "replacement_room": new})
    return f"it was made by {meera.user_id}"


async def one_elsewhere(site: Site, link: LinkedRoom) -> str:
    await link.department.people[0].set_state(
        link.department.room, TOMBSTONE, {"body": "moved", "replacement_room": NOWHERE}
    )
    return f"{NOWHERE} is no other room of mha.lab"


FRAUDS: tuple[Fraud, ...] = (
    not_the_rooms, set_by_whom_the_room_lets, one_that_names_another, one_made_by_somebody_else, one_elsewhere,
)  # fmt: skip


async def test_no_false_replacement_is_followed_and_each_is_an_alarm(open_site: OpenSite) -> None:
    site = await open_site()
    link = linked(site)
    ravi, asha = link.department.people[0], link.hub.people[0]
    for fraud in FRAUDS:
        reason = await fraud(site, link)
        assert await until(lambda reason=reason: alarmed(site, reason), PATIENCE_SECONDS), await alarm(site)  # type: ignore[misc]
        await carried(asha, link.hub.room, f"after {fraud.__name__}", ravi, link.department.room)
    await carried(ravi, link.department.room, "and back", asha, link.hub.room)


async def test_a_bot_that_is_invited_before_the_room_is_replaced_waits_for_that(open_site: OpenSite) -> None:
    site = await open_site()
    link = linked(site)
    ravi, asha = link.department.people[0], link.hub.people[0]
    new = await replacement(ravi, link.department.room, link)
    assert await until(lambda: is_heard(site, new), PATIENCE_SECONDS)
    await ravi.set_state(link.department.room, TOMBSTONE, {"body": "moved", "replacement_room": new})
    await ravi.meets(new, link.department.homeserver.bot, PATIENCE_SECONDS)
    await carried(asha, link.hub.room, "followed", ravi, new)


async def is_heard(site: Site, room: str) -> bool:
    """Whether the bot's door has read the invitation."""
    rows = await ask(
        site,
        "select from bookmark b join room r on r.id = b.room where r.room_id = $1 and follower = 'commands'"
        " and pos = head and head > 0",
        room,
    )
    return bool(rows)


async def test_a_room_that_is_linked_already_replaces_no_other(open_site: OpenSite) -> None:
    site = await open_site(links=2)
    first, second = site.links.values()
    ravi, asha = first.department.people[0], first.hub.people[0]
    content = {"body": "moved", "replacement_room": second.department.room}
    await ravi.set_state(first.department.room, TOMBSTONE, content)
    assert await until(lambda: alarmed(site, "is an end of a link already"), PATIENCE_SECONDS)
    await carried(asha, first.hub.room, "for the first", ravi, first.department.room)
    await carried(asha, second.hub.room, "for the second", ravi, second.department.room)


async def test_a_replaced_room_is_replaced_once(open_site: OpenSite) -> None:
    site = await open_site()
    link = linked(site)
    ravi, asha = link.department.people[0], link.hub.people[0]
    old = link.department.room
    new = await ravi.upgrade(old, "11")
    await ravi.bring_in(new, link.department.homeserver.bot, PATIENCE_SECONDS / 2)
    await carried(asha, link.hub.room, "followed", ravi, new)
    other = await replacement(ravi, old, link)
    await ravi.set_state(old, TOMBSTONE, {"body": "moved again", "replacement_room": other})
    await carried(ravi, new, "still here", asha, link.hub.room)
    await carried(asha, link.hub.room, "and back", ravi, new)
    assert await ask(site, "select from endpoint where room_id = $1", other) == []
