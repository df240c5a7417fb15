"""Links that are made in chat: a department asks in its room, the hub consents in the admin room. What was true when it
was asked must still be true when it is accepted.
"""

from collections.abc import Sequence

from pydantic import ValidationError

from bridge import powers_in
from bridge.commands.house import House
from bridge.commands.introduce import introduce
from bridge.commands.obstacles import obstacle
from bridge.config import Link
from bridge.hearing import Content, Hearing
from bridge.mirror.declare import open_link
from bridge.mirror.follower import Opening
from bridge.mirror.spaces import Spaces
from bridge.model import UserId
from bridge.power import MODERATOR
from bridge.saying import Saying
from bridge.store import links, pauses, proposals
from bridge.store.links import Endpoint
from bridge.store.proposals import Proposal


async def propose(hearing: Hearing, house: House) -> Content:
    """`link NAME [HUB_ROOM]`, in a department's room."""
    arguments = hearing.arguments
    wanted = _link(hearing.here, arguments) if len(arguments) in (1, 2) else None
    if wanted is None:
        return hearing.voice.notice("link-usage")
    waits = await proposals.waiting(hearing.connection, hearing.here.ref)
    if waits or await proposals.open_one(hearing.connection, wanted.name) is not None:
        return hearing.voice.notice("asked-already", name=waits[0].name if waits else wanted.name)
    if (against := await obstacle(hearing.connection, house, hearing.here, wanted)) is not None:
        return hearing.voice.notice(against)
    hub = await _named_end(hearing, house, wanted)
    await proposals.make(
        hearing.connection, wanted.name, hearing.here.ref, hub.ref if hub is not None else None, hearing.sender
    )
    await _tell_hub(hearing, house, wanted)
    return hearing.voice.notice("proposed", name=wanted.name, organisation=hearing.customs.called(house.hub))


async def accept(hearing: Hearing, house: House) -> Content:
    """`accept NAME`, in the admin room."""
    connection = hearing.connection
    proposal = await proposals.open_one(connection, hearing.name or "")
    if proposal is None:
        return hearing.voice.notice("no-proposal")
    department = await links.by_ref(connection, proposal.department)
    wanted = await _as_asked(hearing, department, proposal)
    if wanted is None or not await _may_still(hearing, house, department, proposal.by):
        return hearing.voice.notice("asked-by-nobody", sender=proposal.by)
    if (against := await obstacle(connection, house, department, wanted)) is not None:
        return hearing.voice.notice(against)
    await proposals.settle(connection, proposal, "accepted", hearing.sender)
    await _make(hearing, house, wanted)
    return hearing.voice.notice("accepted", name=proposal.name)


async def refuse(hearing: Hearing, house: House) -> Content:
    """`refuse NAME`: the hub does not consent, or the department takes back what it asked for."""
    proposal = await proposals.open_one(hearing.connection, hearing.name or "")
    if proposal is None:
        return hearing.voice.notice("no-proposal")
    await proposals.settle(hearing.connection, proposal, "refused", hearing.sender)
    ends = [await links.by_ref(hearing.connection, proposal.department), await house.admin_end(hearing.connection)]
    for end in ends:
        if end is not None and end.ref != hearing.here.ref:
            await hearing.say(end, Saying.of("refused-there", name=proposal.name, sender=hearing.sender))
    return hearing.voice.notice("refused", name=proposal.name)


def _link(department: Endpoint, arguments: Sequence[str], moderators: Sequence[UserId] = ()) -> Link | None:
    """The link that is asked for, held to what the configuration asks of one; None where name or room are none."""
    name, *rooms = arguments
    given = {
        "name": name, "department": department.homeserver, "room": department.room_id,
        "hub_room": rooms[0] if rooms else None, "moderators": [] if rooms else list(moderators),
    }  # fmt: skip
    try:
        return Link.model_validate(given)
    except ValidationError:
        return None


async def _as_asked(hearing: Hearing, department: Endpoint, proposal: Proposal) -> Link | None:
    """Who accepts is invited into the room that Setu makes, and moderates it."""
    hub = await links.by_ref(hearing.connection, proposal.hub) if proposal.hub is not None else None
    rooms = [hub.room_id] if hub is not None and hub.room_id is not None else []
    return _link(department, [proposal.name, *rooms], [hearing.sender])


async def _may_still(hearing: Hearing, house: House, department: Endpoint, proposer: UserId) -> bool:
    """Whether who asked could ask again: rights are not only added."""
    if department.room_id is None or not house.speaks_for(proposer):
        return False
    refs = await house.journal.rooms(hearing.connection, department.homeserver, [department.room_id])
    room = await house.journal.room(hearing.connection, refs[department.room_id])
    return room is not None and await powers_in.of_user(hearing.connection, house.journal, room, proposer) >= MODERATOR


async def _named_end(hearing: Hearing, house: House, wanted: Link) -> Endpoint | None:
    if wanted.hub_room is None:
        return None
    return await links.endpoint_of(hearing.connection, house.hub, wanted.hub_room)


async def _tell_hub(hearing: Hearing, house: House, wanted: Link) -> None:
    admins = await house.admin_end(hearing.connection)
    assert admins is not None, "without an admin room nothing is asked for"
    what = Saying.of(
        "proposal",
        sender=hearing.sender,
        organisation=hearing.customs.called(hearing.room.homeserver),
        room=hearing.room.room_id,
        name=wanted.name,
        hub_room=wanted.hub_room or Saying.of("new-room"),
    )
    await hearing.say(admins, what)


async def _make(hearing: Hearing, house: House, wanted: Link) -> None:
    """Both consent: the link is made as one of the configuration is, and begins here."""
    connection = hearing.connection
    department, hub = await open_link(
        connection, hearing.kek, house.customs, house.hub, wanted, hearing.cause, source="chat"
    )
    if house.hub_spaces:
        await Spaces(connection, hearing.kek, house.customs, house.hub).declare({wanted.name: wanted.people})
    await introduce(connection, house, department, Opening(hub.ref, f":{hearing.cause}"))
    if hub.room_id is not None:
        await introduce(connection, house, hub, Opening(department.ref, f":{hearing.cause}"))
    for side in await pauses.sides(connection, wanted.name):  # from before it ended the last time
        await pauses.end(connection, wanted.name, side)
    await pauses.leave_out_the_past(connection, wanted.name)
    for end, other in ((department, hub), (hub, department)):
        if end.state == "open":  # into a room that has yet to be made the bot comes with the same words
            await hearing.say(end, Saying.of("linked", organisation=house.customs.called(other.homeserver)))
