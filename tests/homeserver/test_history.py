"""What was said before a room was linked comes into the hub's new room first, once, in order, with the times at which
it was said, by the ghosts of those who said it; whatever is killed meanwhile.
"""

import asyncio
import re

import pytest
from ruamel.yaml import YAML

from bridge.lab.child import until
from bridge.lab.client import Client
from bridge.lab.site import Side, Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.books import agree, ask
from tests.homeserver.sites import NewSite

LINK = "old-room"


async def prepare(site: Site, history: str | int) -> Side:
    """A room in which nothing was said yet, and settings that want its history."""
    side = await site.make_room(LINK)
    await site.set_up()
    yaml = YAML(pure=True)
    settings = yaml.load(site.setu.settings_file)
    settings["links"][0]["history"] = history
    yaml.dump(settings, site.setu.settings_file)
    return side


async def talk(side: Side, texts: list[str]) -> list[str]:
    """The people of a side say these in turn; gives the ids of the events."""
    people = side.people
    return [await people[n % len(people)].say(side.room, text) for n, text in enumerate(texts)]


async def invited(site: Site, side: Side) -> str:
    """Setu is invited; gives the hub's room, in which a person of the hub is, too."""
    await side.people[0].bring_in(side.room, side.homeserver.bot, PATIENCE_SECONDS)
    asha = site.ground.hub.people[0]
    room = await asha.invited_to("Old room", site.ground.hub.bot, PATIENCE_SECONDS)
    await asha.join(room)
    return room


async def copies(person: Client, room: str) -> list[dict[str, object]]:
    """The copies in a room, oldest first."""
    events = await person.history(room)
    return [e for e in events if e["type"] == "m.room.message" and "in.setu.origin" in e["content"]]


async def texts_in(person: Client, room: str) -> list[str]:
    return [str(event["content"]["body"]) for event in await copies(person, room)]  # type: ignore[index]


async def shows(person: Client, room: str, last: str) -> None:
    await person.wait_for(room, lambda seen: seen.body == last, 4 * PATIENCE_SECONDS, last)


async def test_all_that_was_said_comes_before_what_is_said_now(new_site: NewSite) -> None:
    site = new_site()
    side = await prepare(site, "all")
    said = [f"long ago {n}" for n in range(12)]
    ids = await talk(side, said)
    edited = await side.people[0].edit(side.room, ids[0], "long ago, corrected")
    await site.setu.start()
    room = await invited(site, side)
    await talk(side, ["now"])
    asha = site.ground.hub.people[0]
    await shows(asha, room, "now")
    events = await copies(asha, room)
    assert [e["content"]["body"] for e in events] == [*said, "* long ago, corrected", "now"]  # type: ignore[index]
    true_times = {e["event_id"]: e["origin_server_ts"] for e in await side.people[0].history(side.room)}
    assert [e["origin_server_ts"] for e in events[:-1]] == [true_times[event_id] for event_id in [*ids, edited]]
    names = await asha.names(room)
    assert {names[str(e["sender"])].split(" (")[0] for e in events[:2]} == {"Ravi Kumar", "Meera Nair"}
    await agree(site)


async def test_the_last_messages_are_as_many_as_were_wanted(new_site: NewSite) -> None:
    site = new_site()
    side = await prepare(site, 5)
    await talk(side, [f"old {n}" for n in range(9)])
    await side.people[0].set_state(side.room, "m.room.topic", {"topic": "no message"})
    await site.setu.start()
    room = await invited(site, side)
    await talk(side, ["now"])
    asha = site.ground.hub.people[0]
    await shows(asha, room, "now")
    assert await texts_in(asha, room) == [*(f"old {n}" for n in range(4, 9)), "now"]
    await agree(site)


async def test_who_left_before_speaks_once_more_and_is_gone(new_site: NewSite) -> None:
    site = new_site()
    side = await prepare(site, "all")
    ravi, meera = side.people
    await meera.say(side.room, "I am posted to Pune")
    await meera.leave(side.room)
    taken = await ravi.say(side.room, "unsaid")
    await ravi.redact(side.room, taken)
    await site.setu.start()
    room = await invited(site, side)
    await ravi.say(side.room, "now")
    asha = site.ground.hub.people[0]
    await shows(asha, room, "now")
    assert await texts_in(asha, room) == ["I am posted to Pune", "now"]

    async def gone() -> bool:
        return not any("meera" in user for user in await asha.names(room))

    assert await until(gone, PATIENCE_SECONDS)
    assert await ask(site, "select from outbox where state = 'dead'") == []
    await agree(site)


@pytest.mark.parametrize("copied", [1, 20])
async def test_killed_in_the_middle_each_message_still_comes_once_and_in_order(new_site: NewSite, copied: int) -> None:
    site = new_site()
    side = await prepare(site, "all")
    said = [f"long ago {n}" for n in range(40)]
    await talk(side, said)
    await site.setu.start()
    room = await invited(site, side)
    asha = site.ground.hub.people[0]
    await asha.wait_for(room, lambda seen: seen.body == said[copied], PATIENCE_SECONDS, said[copied])
    await site.setu.kill()
    await site.setu.start()
    await talk(side, ["now"])
    await shows(asha, room, "now")
    assert await texts_in(asha, room) == [*said, "now"]
    await agree(site)


async def test_killed_while_it_reads_it_reads_on(new_site: NewSite) -> None:
    site = new_site()
    side = await prepare(site, "all")
    said = [f"long ago {n}" for n in range(30)]
    await talk(side, said)
    await site.setu.start()
    inviting = asyncio.create_task(invited(site, side))

    async def being_read() -> bool:
        return bool(await ask(site, "select from gate"))

    assert await until(being_read, PATIENCE_SECONDS)
    await site.setu.kill()
    await site.setu.start()
    room = await inviting
    await talk(side, ["now"])
    asha = site.ground.hub.people[0]
    await shows(asha, room, "now")
    assert await texts_in(asha, room) == [*said, "now"]
    await agree(site)


async def test_the_status_tells_how_far_it_has_come(new_site: NewSite) -> None:
    site = new_site()
    side = await prepare(site, "all")
    await talk(side, [f"long ago {n}" for n in range(8)])
    await site.setu.start()
    room = await invited(site, side)
    await talk(side, ["now"])
    asha = site.ground.hub.people[0]
    await shows(asha, room, "now")
    printed = await site.setu.call("status", str(site.setu.settings_file))
    told = re.search(r"history: (\d+) of (\d+) events carried over", printed)
    assert told is not None and told[1] == told[2] and int(told[1]) >= 8, printed
