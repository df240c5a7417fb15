"""Nothing missing: what was lost on the way to the journal is found, journalled late with its true time, and mirrored;
and the counts of each link add up, or a command says what is missing.
"""

from bridge.lab.child import until
from bridge.lab.client import Client, Seen
from bridge.lab.setu import Setu
from bridge.lab.site import LinkedRoom, Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver import losses
from tests.homeserver.books import agree, ask, reconcile
from tests.homeserver.sites import SETU, OpenSite

LONGER_THAN_A_PAGE = 130


def only(site: Site) -> LinkedRoom:
    [link] = site.links.values()
    return link


async def arrival(person: Client, room: str, text: str) -> Seen:
    return await person.wait_for(room, lambda seen: seen.body == text, PATIENCE_SECONDS, text)


async def bodies(person: Client, room: str) -> list[str]:
    """Every text in the room, in the order in which people see them."""
    events = await person.history(room)
    return [event["content"]["body"] for event in events if event["type"] == "m.room.message" and event["content"]]


async def lose(site: Site, *texts: str) -> list[str]:
    """Ravi writes while nobody keeps what the homeserver sends; gives the events' ids."""
    room = only(site).department
    await site.setu.stop()
    async with losses.in_place_of_setu(site.ground.port) as thief:
        lost = [await room.people[0].say(room.room, text) for text in texts]
        await thief.has(*lost)
    return lost


async def test_what_was_lost_on_the_way_is_mirrored_in_order_with_its_true_time(open_site: OpenSite) -> None:
    site = await open_site()
    here, there = only(site).sides
    await here.people[0].say(here.room, "before")
    await arrival(there.people[0], there.room, "before")
    lost = await lose(site, "lost 1", "lost 2", "lost 3")
    await site.setu.start()
    await here.people[0].say(here.room, "after")
    await arrival(there.people[0], there.room, "lost 3")
    await arrival(there.people[0], there.room, "after")
    said = [text for text in await bodies(there.people[0], there.room) if text.startswith(("before", "lost", "after"))]
    assert [text for text in said if text != "after"] == ["before", "lost 1", "lost 2", "lost 3"]
    assert said.count("after") == 1
    times = {event["event_id"]: event["origin_server_ts"] for event in await here.people[0].history(here.room)}
    copy = await arrival(there.people[0], there.room, "lost 1")
    assert copy.event["origin_server_ts"] == times[lost[0]]
    rows = await ask(site, "select late, source from journal where event_id = any($1)", lost)
    assert [(row["late"], row["source"]) for row in rows] == [(True, "messages")] * 3
    await agree(site)


async def test_the_command_names_what_is_missing_and_mends_it_while_setu_does_not_run(open_site: OpenSite) -> None:
    site = await open_site()
    lost = await lose(site, "lost while nobody looked")
    first = await reconcile(site)
    assert first.code == 1
    assert f"{lost[0]} was not journalled" in first.printed
    assert (await reconcile(site)).code == 0
    await site.setu.start()
    there = only(site).hub
    await arrival(there.people[0], there.room, "lost while nobody looked")
    await agree(site)


async def test_the_command_counts_what_a_running_setu_did_with_every_event(open_site: OpenSite) -> None:
    site = await open_site()
    here, there = only(site).sides
    for n in range(3):
        await here.people[0].say(here.room, f"to the hub {n}")
        await there.people[0].say(there.room, f"from the hub {n}")
    await here.people[0].send(here.room, "in.example.unknown", {"x": 1})
    await arrival(there.people[0], there.room, "to the hub 2")
    await arrival(here.people[0], here.room, "from the hub 2")
    department, hub = await agree(site)
    assert department["fates"]["refused"]["no kind that crosses"] >= 1
    assert hub["fates"]["refused"]["came from there"] >= 3
    for side in (department, hub):
        fates = side["fates"]
        assert fates["mirrored"] >= 3
        assert fates["journalled"] == fates["mirrored"] + sum(fates["refused"].values()) + fates["set_aside"]
        assert side["recorded"]["entries"] == fates["journalled"] >= side["source"]["events"] > 0
    assert (await reconcile(site, "--room", here.room)).code == 0
    assert (await reconcile(site, "--room", "!nowhere:mha.lab")).code == 1


async def test_an_entry_that_the_mirror_lost_sight_of_is_named(open_site: OpenSite) -> None:
    site = await open_site()
    here, there = only(site).sides
    said = await here.people[0].say(here.room, "forgotten")
    await arrival(there.people[0], there.room, "forgotten")
    await agree(site)
    forget = "delete from crossing c using seen s where s.room = c.room and s.pos = c.pos and s.event_id = $1"
    await ask(site, forget, said)
    seen = await reconcile(site)
    assert seen.code == 1
    assert f"{said} is journalled, and the mirror never said what became of it" in seen.printed


async def test_a_gap_older_than_a_whole_page_of_known_events_is_found(open_site: OpenSite) -> None:
    site = await open_site()
    here, there = only(site).sides
    [lost] = await lose(site, "long ago")
    listening = Setu(site.setu.folder, site.ground.address, SETU, roles=("intake", "followers"))
    await listening.start()
    for n in range(LONGER_THAN_A_PAGE):
        last = await here.people[0].say(here.room, f"since then {n}")
    await until_journalled(site, last)
    assert await ask(site, "select from seen where event_id = $1", lost) == []
    await listening.stop()
    await site.setu.start()
    await arrival(there.people[0], there.room, "long ago")
    await agree(site)


async def until_journalled(site: Site, event_id: str) -> None:
    async def there() -> bool:
        return bool(await ask(site, "select from seen where event_id = $1", event_id))

    assert await until(there, PATIENCE_SECONDS), f"{event_id} was never journalled"


async def test_what_came_taken_back_is_kept_for_the_record_and_shown_to_nobody(open_site: OpenSite) -> None:
    site = await open_site()
    here, there = only(site).sides
    ravi, asha = here.people[0], there.people[0]
    await ravi.empower(here.room, {here.homeserver.bot: 50})
    await take_back_unseen(site, "a word too much")
    await site.setu.start()
    await ravi.say(here.room, "onwards")
    await arrival(asha, there.room, "onwards")
    await agree(site)
    rows = await ask(site, "select cites from journal where cites is not null")
    assert len(rows) == 1
    assert "a word too much" not in await bodies(asha, there.room)
    assert await ask(site, "select from outbox where state = 'dead'") == []
    assert await ask(site, "select from gap") == []


async def test_what_came_taken_back_and_may_not_be_seen_stands_in_the_gap_register(open_site: OpenSite) -> None:
    site = await open_site()
    here, there = only(site).sides
    said = await take_back_unseen(site, "gone for good")
    await site.setu.start()
    await here.people[0].say(here.room, "onwards")
    await arrival(there.people[0], there.room, "onwards")
    await agree(site)
    [gap] = await ask(site, "select event_id, reason from gap")
    assert gap["event_id"] == said
    assert here.homeserver.bot in gap["reason"]


async def take_back_unseen(site: Site, text: str) -> str:
    """Ravi writes and takes it back while nobody keeps what the homeserver sends."""
    here = only(site).department
    await site.setu.stop()
    async with losses.in_place_of_setu(site.ground.port) as thief:
        said = await here.people[0].say(here.room, text)
        redaction = await here.people[0].redact(here.room, said)
        await thief.has(said, redaction)
    return said


async def test_what_was_said_while_the_hub_was_down_arrives_afterwards_in_order_once(open_site: OpenSite) -> None:
    site = await open_site()
    here, there = only(site).sides
    await here.people[0].say(here.room, "before")
    await arrival(there.people[0], there.room, "before")
    await there.homeserver.synapse.stop()
    said = [f"while you were away {n}" for n in range(5)]
    for text in said:
        await here.people[0].say(here.room, text)
    await until_alarmed(site, f"unreachable:{there.homeserver.name}")
    await there.homeserver.synapse.start()
    await arrival(there.people[0], there.room, said[-1])
    assert [text for text in await bodies(there.people[0], there.room) if text.startswith("while")] == said
    await agree(site)


async def until_alarmed(site: Site, cause: str) -> None:
    async def lasting() -> bool:
        return bool(await ask(site, "select from alarm where cause = $1 and over_at is null", cause))

    assert await until(lasting, PATIENCE_SECONDS), f"no alarm {cause}"
