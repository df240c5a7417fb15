"""People of two homeservers begin direct chats with each other, by inviting each other's ghost into one."""

import pytest
from ruamel.yaml import YAML

from bridge.lab.child import until
from bridge.lab.client import Client
from bridge.lab.ground import Ground
from bridge.lab.site import Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.books import agree, ask
from tests.homeserver.sites import NewSite

RAVI_THERE = "@_setu_mha.lab_ravi.kumar:nic.lab"
ASHA_HERE = "@_setu_nic.lab_asha.verma:mha.lab"
FARID_HERE = "@_setu_nic.lab_farid.khan:mha.lab"
NOBODY_HERE = "@_setu_nic.lab_nobody:mha.lab"
STRANGER_HERE = "@_setu_far.lab_somebody:mha.lab"

MEMBER = "m.room.member"


@pytest.fixture
async def site(new_site: NewSite) -> Site:
    """A Setu at work, with no link at all."""
    site = new_site()
    await site.set_up()
    await site.setu.start()
    return site


@pytest.fixture
def ravi(ground: Ground) -> Client:
    return ground.departments[0].people[0]


@pytest.fixture
def asha(ground: Ground) -> Client:
    return ground.hub.people[0]


async def reads(person: Client, room: str, text: str, writer: str) -> str:
    """Waits until a person reads this of this writer; gives the event's id."""
    seen = await person.wait_for(room, lambda seen: seen.body == text, PATIENCE_SECONDS, text)
    assert seen.sender == writer
    return str(seen.event["event_id"])


async def answered(asha: Client, last: str) -> str:
    """Asha takes the newest call of Ravi's, in which she is told this; gives the room."""
    room = await asha.invited_to(None, RAVI_THERE, PATIENCE_SECONDS)
    await asha.join(room)
    await reads(asha, room, last, RAVI_THERE)
    return room


async def is_in(person: Client, room: str, ghost: str, membership: str) -> bool:
    return (await person.state(room, MEMBER, ghost)).get("membership") == membership


async def test_a_call_reaches_whom_it_is_for_and_each_reads_the_other(site: Site, ravi: Client, asha: Client) -> None:
    mine = await ravi.call_up(ASHA_HERE)
    await ravi.say(mine, "namaste, before anybody came")
    theirs = await answered(asha, "namaste, before anybody came")
    await asha.say(theirs, "namaste")
    await reads(ravi, mine, "namaste", ASHA_HERE)
    await ravi.say(mine, "how are you?")
    await reads(asha, theirs, "how are you?", RAVI_THERE)
    assert "Ravi Kumar" in (await asha.names(theirs))[RAVI_THERE]
    assert await until(lambda: named(ravi, mine), PATIENCE_SECONDS)
    await agree(site)


async def named(ravi: Client, room: str) -> bool:
    """Whether Asha's ghost bears her own name, which is known since she has come."""
    return "Asha Verma" in (await ravi.names(room))[ASHA_HERE]


async def test_both_rooms_look_like_direct_chats(site: Site, ravi: Client, asha: Client) -> None:
    mine = await ravi.call_up(ASHA_HERE)
    await ravi.say(mine, "a word")
    theirs = await answered(asha, "a word")
    bot = site.ground.hub.bot
    assert set(await asha.names(theirs)) == {asha.user_id, RAVI_THERE, bot}
    assert await asha.state(theirs, "io.element.functional_members") == {"service_members": [bot]}
    assert await asha.state(theirs, "m.room.name") == {} == await asha.state(theirs, "m.room.canonical_alias")
    invitation = next(
        event for event in await asha.history(theirs)
        if event.get("state_key") == asha.user_id and event["content"]["membership"] == "invite"
    )  # fmt: skip
    assert invitation["sender"] == RAVI_THERE and invitation["content"]["is_direct"] is True
    assert set(await ravi.names(mine)) == {ravi.user_id, ASHA_HERE}, "our bot is not in the caller's room"


async def test_what_the_bot_does_elsewhere_the_ghost_does_here(site: Site, ravi: Client, asha: Client) -> None:
    mine = await ravi.call_up(ASHA_HERE)
    await ravi.say(mine, "a word")
    theirs = await answered(asha, "a word")
    await asha.redact(theirs, await asha.say(theirs, "a slip"))
    slip = await reads(ravi, mine, "a slip", ASHA_HERE)
    gone = await ravi.wait_for(
        mine, lambda seen: seen.event["type"] == "m.room.redaction", PATIENCE_SECONDS, "redaction"
    )
    assert gone.sender == ASHA_HERE and slip in (gone.event.get("redacts"), gone.content.get("redacts"))
    await ravi.set_state(mine, "m.room.name", {"name": "The bridge at Wazirabad"})
    assert await until(lambda: has_name(asha, theirs, "The bridge at Wazirabad"), PATIENCE_SECONDS)
    await asha.leave(theirs)
    assert await until(lambda: is_in(ravi, mine, ASHA_HERE, "leave"), PATIENCE_SECONDS)
    assert (await site.setu.status()).alarms == ()
    assert await ask(site, "select kind, outcome from outbox where state = 'dead'") == []


async def has_name(person: Client, room: str, name: str) -> bool:
    return await person.state(room, "m.room.name") == {"name": name}


async def test_a_second_chat_of_the_same_two_is_a_second_room(site: Site, ravi: Client, asha: Client) -> None:
    first = await ravi.call_up(ASHA_HERE)
    await ravi.say(first, "the first")
    one = await answered(asha, "the first")
    second = await ravi.call_up(ASHA_HERE)
    await ravi.say(second, "the second")
    other = await answered(asha, "the second")
    assert one != other
    await asha.say(one, "to the first")
    await asha.say(other, "to the second")
    await reads(ravi, first, "to the first", ASHA_HERE)
    await reads(ravi, second, "to the second", ASHA_HERE)


async def test_the_hub_calls_a_department_too(site: Site, ravi: Client, asha: Client) -> None:
    mine = await asha.call_up(RAVI_THERE)
    await asha.say(mine, "the file, please")
    theirs = await ravi.invited_to(None, ASHA_HERE, PATIENCE_SECONDS)
    await ravi.join(theirs)
    await reads(ravi, theirs, "the file, please", ASHA_HERE)
    await ravi.say(theirs, "at once")
    await reads(asha, mine, "at once", RAVI_THERE)
    assert [seen.body for seen in asha.seen_in(mine) if seen.body] == ["the file, please", "at once"]


async def test_a_call_outlives_a_killed_setu(site: Site, ravi: Client, asha: Client) -> None:
    mine = await ravi.call_up(ASHA_HERE)
    assert await until(lambda: is_linked(site, mine), PATIENCE_SECONDS)
    await site.setu.kill()
    await ravi.say(mine, "while it was away")
    await site.setu.start()
    theirs = await answered(asha, "while it was away")
    rooms = await ask(site, "select count(*) as made from endpoint where made")
    assert rooms[0]["made"] == 1
    assert [seen.body for seen in asha.seen_in(theirs)].count("while it was away") == 1


async def is_linked(site: Site, room: str) -> bool:
    return bool(await ask(site, "select 1 from endpoint where room_id = $1", room))


async def test_status_counts_them_and_names_nobody(site: Site, ravi: Client, asha: Client) -> None:
    mine = await ravi.call_up(ASHA_HERE)
    await ravi.say(mine, "a word")
    await answered(asha, "a word")
    printed = await site.setu.call("status", str(site.setu.settings_file))
    assert "1 direct chat" in printed
    assert mine not in printed and "asha" not in printed


async def test_who_is_nobody_or_of_no_homeserver_here_is_not_called(site: Site, ravi: Client, asha: Client) -> None:
    far = await ravi.call_up(STRANGER_HERE)
    group = await ravi.create_room("A group", invite=[ASHA_HERE])
    await ravi.call_up(NOBODY_HERE)
    assert await until(lambda: told_nobody(site), PATIENCE_SECONDS)
    mine = await ravi.call_up(ASHA_HERE)
    await ravi.say(mine, "a word")
    await answered(asha, "a word")
    assert await is_in(ravi, far, STRANGER_HERE, "invite")
    assert await is_in(ravi, group, ASHA_HERE, "invite"), "no direct chat"
    assert not await is_linked(site, far) and not await is_linked(site, group)


async def told_nobody(site: Site) -> bool:
    dead = await ask(site, "select outcome from outbox where state = 'dead'")
    return [row["outcome"] for row in dead] == ["@nobody:nic.lab has no account"]


async def test_an_installation_without_direct_chats_leaves_the_call_unanswered(new_site: NewSite, ravi: Client) -> None:
    site = new_site()
    await site.set_up()
    yaml = YAML(pure=True)
    settings = yaml.load(site.setu.settings_file)
    yaml.dump({**settings, "mirror": {"direct_chats": False}}, site.setu.settings_file)
    await site.setu.start()
    mine = await ravi.call_up(FARID_HERE)
    assert await until(lambda: has_read(site, mine), PATIENCE_SECONDS)
    assert not await is_linked(site, mine) and await is_in(ravi, mine, FARID_HERE, "invite")
    await site.setu.stop()  # in peace: were the call not answered, the next test's Setu would be told of it


async def has_read(site: Site, room: str) -> bool:
    """Whether the mirror has read all of a room that was pushed."""
    rows = await ask(
        site,
        "select 1 from bookmark b join room r on r.id = b.room where r.room_id = $1 and follower = 'mirror'"
        " and pos = head and head > 0",
        room,
    )
    return bool(rows)


async def test_a_call_that_is_taken_back_is_none(site: Site, ravi: Client) -> None:
    await site.setu.stop()
    mine = await ravi.call_up(ASHA_HERE, preset="private_chat")
    await ravi.kick(mine, ASHA_HERE)
    await site.setu.start()
    assert await until(lambda: taken_back(site), PATIENCE_SECONDS)
    await agree(site)
    assert "direct chat" not in await site.setu.call("status", str(site.setu.settings_file))


async def taken_back(site: Site) -> bool:
    return bool(await ask(site, "select from direct join link on id = link where taken_back and not active"))
