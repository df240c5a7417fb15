"""What was said encrypted before our bot had keys is counted before anything is copied, and stands as gaps; what was
said in clear, and what is said from then on, crosses.
"""

import json
from contextlib import AsyncExitStack
from pathlib import Path

from bridge.lab.child import until
from bridge.lab.nio_client import NioClient
from bridge.lab.site import Side, Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.books import agree, ask
from tests.homeserver.sites import NewSite
from tests.homeserver.test_history import invited, prepare

GAPS = "select g.reason from gap g join clear_text c using (room, pos) where g.healed_at is null"


async def seat(side: Side, folder: Path, stack: AsyncExitStack) -> NioClient:
    """The side's first person at a device that encrypts."""
    client = NioClient(side.homeserver.synapse.url, folder)
    stack.push_async_callback(client.close)
    await client.log_in(side.people[0].user_id, side.homeserver.organisation.people[0].password)
    return client


async def counted(site: Site) -> bool:
    """Whether the three messages stand as gaps, as the status tells."""
    [link] = json.loads(await site.setu.call("status", str(site.setu.settings_file), "--json"))["links"]
    return bool(link["sides"][0]["unreadable"] == 3)


async def test_an_encrypted_past_is_counted_and_what_is_said_from_then_on_crosses(
    new_site: NewSite, tmp_path: Path
) -> None:
    site = new_site()
    side = await prepare(site, "all")
    await side.people[0].say(side.room, "in clear, long ago")
    async with AsyncExitStack() as stack:
        ravi = await seat(side, tmp_path / "ravi", stack)
        await ravi.encrypt(side.room)
        for n in range(3):
            await ravi.say(side.room, f"encrypted {n}")
        await site.setu.start()
        room = await invited(site, side)
        hub = Side(site.ground.hub, room)
        asha = await seat(hub, tmp_path / "asha", stack)
        assert await until(lambda: counted(site), PATIENCE_SECONDS)
        await ravi.knows(side.homeserver.bot, await bots_device(site, side), PATIENCE_SECONDS)
        await ravi.say(side.room, "from now on")
        await asha.wait_for(room, lambda seen: seen.body == "from now on", PATIENCE_SECONDS, "what is said now")
        copies = [event for event in await hub.people[0].history(room) if "ravi" in event["sender"]]
        assert [event["type"] for event in copies if event.get("state_key") is None] == ["m.room.encrypted"] * 2
        assert len(await ask(site, GAPS)) == 3
    await agree(site)


async def bots_device(site: Site, side: Side) -> str:
    [device] = await ask(site, "select device_id from our_device where user_id = $1", side.homeserver.bot)
    return str(device["device_id"])
