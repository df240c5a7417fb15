"""A transaction that nobody can understand is in the end taken and told, and the rooms are read for what was lost."""

import aiohttp

from bridge.lab.site import Site
from tests.deadline import PATIENCE_SECONDS, until
from tests.homeserver.administrator import alarms, ask, settings, status
from tests.homeserver.sites import OpenSite
from tests.homeserver.swallower import Swallower
from tests.homeserver.talk import hears, said_in

LOST = ("the road is shut", "the bridge is shut")


async def test_what_was_lost_is_found_when_a_transaction_is_no_json(open_site: OpenSite) -> None:
    site = await open_site()
    (link,) = site.links.values()
    ravi, asha = link.department.people[0], link.hub.people[0]
    await site.setu.stop()
    async with Swallower(site.ground.address) as swallower:
        lost = [await ravi.say(link.department.room, text) for text in LOST]
        await swallower.swallowed(lost[-1], PATIENCE_SECONDS)
    await site.setu.start()
    assert [await answer_to(site, b'{"events": [', "77") for _ in range(4)] == [400, 400, 400, 200]
    await hears(asha, link.hub.room, *LOST)
    assert await said_in(asha, link.hub.room) == [*LOST]
    assert await ask(site, "select event_id from journal where late and type = 'm.room.message' order by pos") == lost
    assert (await alarms(site))["not-understood:mha.lab"] == "mha.lab: transaction 77 was no JSON"

    async def told() -> bool:
        return bool((await status(site))["gaps"] == 1)

    await until(told)


async def answer_to(site: Site, body: bytes, txn_id: str) -> int:
    """What Setu answers to this body of a transaction, sent as the department's homeserver sends one."""
    token = (site.setu.folder / settings(site)["departments"][0]["hs_token_file"]).read_text().strip()
    address = f"{site.ground.address}/_matrix/app/v1/transactions/{txn_id}"
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.put(address, data=body) as answer:
        return answer.status
