"""Somebody purges a room's history on its homeserver: what was said there stays on record, and the record says why the
homeserver has it no more.
"""

import secrets

from mautrix.api import HTTPAPI, Method, Path, SynapseAdminPath

from bridge.lab.child import until
from bridge.lab.client import silent_log
from bridge.lab.site import LinkedRoom, Site
from tests.deadline import PATIENCE_SECONDS
from tests.homeserver.books import agree, ask, reconcile
from tests.homeserver.sites import OpenSite


async def test_what_is_purged_from_a_homeserver_stays_on_record_with_the_cause(open_site: OpenSite) -> None:
    site = await open_site()
    [link] = site.links.values()
    here, there = link.department, link.hub
    ravi, asha = here.people[0], there.people[0]
    gone = [await ravi.say(here.room, text) for text in ("purged", "purged too")]
    kept = await ravi.say(here.room, "kept")
    await asha.wait_for(there.room, lambda seen: seen.body == "kept", PATIENCE_SECONDS, "kept")
    await agree(site)
    assert await ask(site, "select from record_deletion") == []
    await purge(link, before=kept)
    assert "purged" not in [event["content"].get("body") for event in await ravi.history(here.room)]

    async def told() -> bool:  # what came just now is left alone for a few seconds
        await reconcile(site)
        return len(await ask(site, "select from record_deletion where event_id = any($1)", gone)) == len(gone)

    assert await until(told, PATIENCE_SECONDS), "nobody noticed"
    causes = {row["event_id"]: row["cause"] for row in await ask(site, "select event_id, cause from record_deletion")}
    assert set(gone) <= causes.keys() and kept not in causes
    assert {causes[said] for said in gone} == {"purge"}
    found = await ask(site, "select from record where event_id = any($1)", gone)
    assert len(found) == 2, "both are on record"
    before = await recorded(site)
    await reconcile(site)
    assert await recorded(site) == before, "once"


async def recorded(site: Site) -> int:
    return len(await ask(site, "select from record_audit where action = 'deleted'"))


async def purge(link: LinkedRoom, before: str) -> None:
    """An administrator of Home Affairs purges the room's history up to an event."""
    homeserver, room = link.department.homeserver, link.department.room
    name, password = f"admin.{secrets.token_hex(4)}", secrets.token_urlsafe()
    user_id = await homeserver.synapse.register(name, password, "Administrator", admin=True)
    login = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": user_id}, "password": password}
    api = HTTPAPI(homeserver.synapse.url, log=silent_log())
    try:
        api.token = (await api.request(Method.POST, Path.v3.login, login))["access_token"]
        everything = {"delete_local_events": True}
        address = SynapseAdminPath.v1.purge_history[room][before]
        started = await api.request(Method.POST, address, everything)

        async def done() -> bool:
            state = await api.request(Method.GET, SynapseAdminPath.v1.purge_history_status[started["purge_id"]])
            return bool(state["status"] == "complete")

        assert await until(done, PATIENCE_SECONDS), "the homeserver does not purge"
    finally:
        await api.session.close()
