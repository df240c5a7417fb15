"""The master key is changed while people talk: nobody notices, and whatever was said is carried once and on record."""

import asyncio

from tests.deadline import until
from tests.homeserver.administrator import alarms, ask
from tests.homeserver.sites import OpenSite
from tests.homeserver.talk import hears, said_in, say

TALK = [f"the culvert at km {number}" for number in range(30)]
AFTER = ["the key was changed", "and Setu was started again"]


async def test_people_talk_while_the_master_key_is_changed(open_site: OpenSite) -> None:
    site = await open_site()
    [link] = site.links.values()
    ravi, asha, config = link.department.people[0], link.hub.people[0], str(site.setu.settings_file)
    talking = asyncio.create_task(say(ravi, link.department.room, *TALK))
    for _ in range(3):
        assert "keys lie under master key" in await site.setu.call("keys", "rotate", config)
    await talking
    await hears(asha, link.hub.room, *TALK)
    await say(ravi, link.department.room, AFTER[0])
    await hears(asha, link.hub.room, AFTER[0])
    await site.setu.stop()
    await site.setu.start()
    await say(ravi, link.department.room, AFTER[1])
    await hears(asha, link.hub.room, AFTER[1])
    assert [text for text in await said_in(asha, link.hub.room) if text in (*TALK, *AFTER)] == [*TALK, *AFTER]
    assert await alarms(site) == {} and await ask(site, "select reason from gap") == []

    async def is_on_record() -> bool:
        read = await site.setu.call("records", "read", config, "--room", link.department.room, "--purpose", "a test")
        return all(text in read for text in (*TALK, *AFTER))

    await until(is_on_record)
    assert "no faults" in await site.setu.call("records", "verify", config)
    assert "keys lie under it" in await site.setu.call("keys", "status", config)
