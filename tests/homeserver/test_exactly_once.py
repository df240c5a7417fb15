"""Whatever is killed, and at whatever moment: each message stands once in each room, in order, and once on record."""

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from mautrix.errors import MatrixConnectionError

from bridge.lab.child import LabError
from bridge.lab.client import Client
from bridge.lab.ground import Ground
from bridge.lab.site import LinkedRoom, Side, Site
from bridge.lab.together import together
from tests.deadline import PATIENCE_SECONDS, until
from tests.homeserver.administrator import link_status
from tests.homeserver.mortal import Mortal
from tests.homeserver.sites import NewSite
from tests.homeserver.talk import hears, on_record, said_in, say, written_here

TITLE = "Bridge repairs"
LINK = "bridge-repairs"
A_BREATH = 3
"""Messages that a person says without waiting for an answer."""

BOUNDARIES = (
    r"before the commit in bridge\.store\.journal\.append",
    r"after the commit in bridge\.store\.journal\.append",
    r"before 200 to mha\.lab",
    r"after 200 to mha\.lab",
    r"before the commit in bridge\.follower\._take \(mirror\)",
    r"after the commit in bridge\.follower\._take \(mirror\)",
    r"before the commit in bridge\.follower\._take \(retention\)",
    r"after the commit in bridge\.follower\._take \(retention\)",
    r"before the commit in bridge\.store\.outbox\.done",
    r"after the commit in bridge\.store\.outbox\.done",
    *(
        rf"{moment} {what}"
        for moment in ("before", "answered")
        for what in (
            r"POST in .*\._register \(nic\.lab\)",
            r"PUT in .*\.make_device \(nic\.lab\) as ghost",
            r"PUT in .*\._name \(nic\.lab\) as ghost",
            r"POST in .*\.rooms\._make \(nic\.lab\) as bot",
            r"POST in .*\.bring_in \(nic\.lab\) as bot",
            r"PUT in .*\._come_in \(nic\.lab\) as ghost",
            r"PUT in .*\.send \(nic\.lab\) as ghost",
            r"PUT in .*\.send \(mha\.lab\) as ghost",
        )
    ),
)
"""The boundaries that a link's first contact and a message must cross; each is to have been a death."""

WITHOUT_KEYS = r"^(?!.*(e2ee|our_devices|outbound_sessions|bots\.retention))"
"""Those of keys are deaths of `test_encrypted_outage.py`; what the records bot does beside its following carries no
message, and has tests of its own.
"""

ANSWERED_BY_THE_HUB = r"^answered (POST|PUT) .*\.(rooms\._make|bring_in|_come_in|send) \(nic\.lab\)"


async def test_setu_dies_at_each_boundary_and_each_message_stands_once(new_site: NewSite, tmp_path: Path) -> None:
    mortal = Mortal(tmp_path / "deaths", only=WITHOUT_KEYS)
    site, _ = await new_link(new_site, mortal)
    await site.setu.start(PATIENCE_SECONDS)
    link = await site.open_link(LINK)
    said: list[list[str]] = []
    deaths = -1
    while deaths < len(mortal.deaths):
        deaths = len(mortal.deaths)
        await mortal.lies_down(site.setu)
        said.append(await both_speak(link, len(said)))
        mortal.live_on()
        await both_hear(link, said[-1])
    assert [boundary for boundary in BOUNDARIES if not mortal.died_at(boundary)] == []
    await stands_once(site, link, said)
    await was_made_once(link)


async def test_setu_and_the_hub_die_while_the_hubs_answer_is_on_its_way(
    new_site: NewSite, ground: Ground, tmp_path: Path
) -> None:
    mortal = Mortal(tmp_path / "deaths", only=ANSWERED_BY_THE_HUB, waits=True)
    site, department = await new_link(new_site, mortal)
    dying = asyncio.create_task(die_and_come_back(ground, mortal))
    await site.setu.start(PATIENCE_SECONDS)
    link = await patiently_opened(site, department)
    words = ["one", "two", "three"]
    await say(link.department.people[0], link.department.room, *words)
    await hears(link.hub.people[0], link.hub.room, *words)
    for moment in (
        r"\.rooms\._make .* as bot",
        r"\.bring_in .* as bot",
        r"\._come_in .* as ghost",
        r"\.send .* as ghost",
    ):
        assert mortal.died_at(moment)
    dying.cancel()
    said = [words, await both_speak(link, 1)]
    await both_hear(link, said[-1])
    await stands_once(site, link, said)
    await was_made_once(link)


async def die_and_come_back(ground: Ground, mortal: Mortal) -> None:
    """Each time that Setu has died, when the hub has just done what it asked for, the hub is killed too."""
    while True:
        await mortal.is_dead()
        await ground.hub.synapse.kill()
        await ground.hub.synapse.start()
        mortal.live_on()


async def patiently_opened(site: Site, department: Side) -> LinkedRoom:
    """The link, opened by people who try again when their homeserver is away."""
    await department.people[0].invite(department.room, department.homeserver.bot)
    hub = site.ground.hub
    for person in hub.people:
        room = await person.invited_to(TITLE, hub.bot, PATIENCE_SECONDS)
        await until(partial(has_joined, person, room))
    return LinkedRoom(LINK, department, Side(hub, room))


async def has_joined(person: Client, room: str) -> bool:
    """Whether the homeserver took it."""
    try:
        await person.join(room)
    except MatrixConnectionError:
        return False
    return True


async def new_link(new_site: NewSite, mortal: Mortal) -> tuple[Site, Side]:
    """A site with a link that no Setu has seen yet, and the department's side of it."""
    site = new_site(mortal.command, PATIENCE_SECONDS)
    department = await site.make_room(LINK)
    await site.set_up()
    return site, department


async def both_speak(link: LinkedRoom, turn: int) -> list[str]:
    """One of each side says some things."""
    theirs = [f"turn {turn}: the road is open {n}" for n in range(A_BREATH)]
    ours = [f"turn {turn}: noted {n}" for n in range(A_BREATH)]
    await together(
        say(link.department.people[0], link.department.room, *theirs), say(link.hub.people[0], link.hub.room, *ours)
    )
    return [*theirs, *ours]


async def both_hear(link: LinkedRoom, words: Sequence[str]) -> None:
    """Both sides have all that was said."""
    await together(*(hears(side.people[0], side.room, *words) for side in link.sides))


async def stands_once(site: Site, link: LinkedRoom, said: Sequence[Sequence[str]]) -> None:
    """What each person said stands once in each room, in that person's order, and is once on record."""
    for side in link.sides:
        stands = await said_in(side.people[0], side.room)
        assert sorted(stands) == sorted(text for turn in said for text in turn)
        for word in ("road", "noted"):
            in_order = [text for turn in said for text in turn if word in text]
            assert [text for text in stands if word in text] == in_order

        await until(partial(all_is_on_record, site, link))
        own = await written_here(side)
        assert [event for event in await on_record(site, side) if event in own] == own


async def all_is_on_record(site: Site, link: LinkedRoom) -> bool:
    """Whether `setu status` tells as many records as journal entries. Copies are not counted against the rooms: a
    Synapse that is killed, or that has just won an application service back, may never push an event (see `talk`).
    """
    sides = (await link_status(site, link.name))["sides"]
    return all(side["recorded"] == side["journalled"] and side["outbox_depth"] == 0 for side in sides)


async def was_made_once(link: LinkedRoom) -> None:
    """There is one room on the hub, one greeting in each room, and one ghost for each person of the other."""
    asha = link.hub.people[0]
    with pytest.raises(LabError):  # a second room would have invited her, too
        await asha.invited_to(TITLE, link.hub.homeserver.bot, 0.1)
    for side in link.sides:
        events = await side.people[0].history(side.room)
        assert sum(event["content"].get("msgtype") == "m.notice" for event in events) == 1
        across = link.across(side)
        ghosts = [user for user in await side.people[0].names(side.room) if user.startswith("@_setu_")]
        assert sorted(ghosts) == sorted(ghost_of(person, side) for person in across.people)


def ghost_of(person: Client, side: Side) -> str:
    """Who stands in for a person on the other side."""
    localpart, server = person.user_id[1:].split(":")
    return f"@_setu_{server}_{localpart}:{side.homeserver.name}"
