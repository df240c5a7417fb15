"""What moderators of one side may do to the other, and what an event of one room may do to another room."""

import secrets
from collections.abc import Mapping

import aiohttp

from bridge.lab.client import Client
from bridge.lab.site import LinkedRoom, Side, Site
from bridge.lab.steps.step import original
from tests.deadline import PATIENCE_SECONDS, until
from tests.homeserver.sites import OpenSite


async def copy_of(side: Side, event_id: str) -> str:
    """The id of an event's copy on this side."""
    reader, room = side.people[0], side.room
    seen = await reader.wait_for(room, lambda seen: original(seen.event) == event_id, PATIENCE_SECONDS, "copy")
    return str(seen.event["event_id"])


async def make_moderator(side: Side) -> Client:
    """The homeserver's administrator makes the first of the side's people a moderator of its room."""
    password = secrets.token_urlsafe(9)
    administrator = Client(side.homeserver.synapse.url)
    try:
        name = f"admin.{secrets.token_hex(4)}"
        user_id = await side.homeserver.synapse.register(name, password, "Administrator", admin=True)
        await administrator.log_in(user_id, password)
        await administrator.make_moderator(side.room, side.people[0].user_id)
    finally:
        await administrator.close()
    return side.people[0]


def the_link(site: Site) -> LinkedRoom:
    [link] = site.links.values()
    return link


async def test_a_moderator_takes_back_also_where_the_bot_has_no_power(open_site: OpenSite) -> None:
    link = the_link(await open_site())
    asha, farid, ravi = await make_moderator(link.hub), link.hub.people[1], link.department.people[0]
    event_id = await farid.say(link.hub.room, "off topic")
    copy_id = await copy_of(link.department, event_id)
    await asha.redact(link.hub.room, event_id, "off topic")

    async def is_gone() -> bool:
        return not (await ravi.event(link.department.room, copy_id))["content"]

    await until(is_gone)


async def test_a_ban_of_this_side_stays_whatever_the_other_side_does(open_site: OpenSite) -> None:
    link = the_link(await open_site())
    department, hub = link.sides
    asha, ravi, meera = await make_moderator(hub), department.people[0], department.people[1]
    await ravi.empower(department.room, {department.homeserver.bot: 100})
    ghost = "@_setu_mha.lab_meera.nair:nic.lab"
    await asha.ban(hub.room, ghost, "not in this room")

    async def is_banned_at_home() -> bool:
        home = await ravi.state(department.room, "m.room.member", meera.user_id)
        return bool(home["membership"] == "ban")

    await until(is_banned_at_home)
    await ravi.unban(department.room, meera.user_id)
    await ravi.invite(department.room, meera.user_id)
    await meera.join(department.room)
    await copy_of(hub, await ravi.say(department.room, "she is back"))
    assert (await asha.state(hub.room, "m.room.member", ghost))["membership"] == "ban"


async def test_a_ghost_that_nobody_has_met_can_be_invited(open_site: OpenSite) -> None:
    link = the_link(await open_site())
    department, hub = link.sides
    synapse, name, password = department.homeserver.synapse, f"guest.{secrets.token_hex(4)}", secrets.token_urlsafe(9)
    guest = Client(synapse.url)
    try:
        await guest.log_in(await synapse.register(name, password, "Neha"), password)
        await hub.people[0].invite(hub.room, f"@_setu_mha.lab_{name}:nic.lab")
        await guest.invited_into(department.room, department.homeserver.bot, PATIENCE_SECONDS)
        member = await department.people[0].state(department.room, "m.room.member", guest.user_id)
        assert member["membership"] == "invite"
    finally:
        await guest.close()


async def lie(site: Site, side: Side, contents: Mapping[str, object]) -> None:
    """A homeserver that checks nothing says that the first of its people sent these, by type, into this room."""
    token = (site.ground.folder / "tokens" / f"{side.homeserver.name}.hs").read_text().strip()
    who = {"room_id": side.room, "sender": side.people[0].user_id, "origin_server_ts": 1_764_000_000_000}
    events = [
        {**who, "event_id": f"$forged{secrets.token_hex(4)}", "type": kind, "content": content}
        for kind, content in contents.items()
    ]
    address = f"{site.ground.address}/_matrix/app/v1/transactions/{secrets.token_hex(4)}"
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.put(address, json={"events": events}, headers=headers) as answer,
    ):
        assert answer.status == 200


async def test_what_refers_to_an_event_of_another_room_changes_nothing_there(open_site: OpenSite) -> None:
    site = await open_site(links=2)
    one, other = site.links.values()
    ravi, asha = one.department.people[0], one.hub.people[0]
    event_id = await ravi.say(one.department.room, "the sanction stands")
    copy_id = await copy_of(one.hub, event_id)
    for target in (event_id, copy_id):
        new = {"msgtype": "m.text", "body": "the sanction is withdrawn"}
        edit = {**new, "m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": target}}
        reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": target, "key": "👎"}}
        redaction = {"redacts": target, "reason": "withdrawn"}
        forged = {"m.room.message": edit, "m.reaction": reaction, "m.room.redaction": redaction}
        await lie(site, other.department, forged)
    reply = await ravi.reply(other.department.room, event_id, "as I said there")
    await copy_of(other.hub, reply)
    await copy_of(one.hub, await ravi.say(one.department.room, "and so it does"))
    copy = await asha.event(one.hub.room, copy_id)
    assert copy["content"]["body"] == "the sanction stands"
    assert "m.relations" not in copy.get("unsigned", {})
    seen = {original(seen.event): seen for seen in asha.seen_in(other.hub.room)}
    assert not any(of.startswith("$forged") for of in seen if of is not None)
    assert "m.relates_to" not in seen[reply].content
