"""Gathers what the choke point asks for, from the database alone: the journal tells who has power in a room."""

from bridge import powers_in
from bridge.commands.house import House
from bridge.model import Room, UserId, server_of
from bridge.rights import ADMIN, Facts, Place
from bridge.store import linked, links, private_chats, proposals
from bridge.store.database import Connection
from bridge.store.links import Endpoint


async def facts(connection: Connection, house: House, room: Room, sender: UserId, vouched: bool = False) -> Facts:
    """What is known of a sender in a room. `vouched`: for a bot, which hears people of other homeservers too, and to
    which the roles count that bots vouch for.
    """
    end = await links.endpoint_of(connection, room.homeserver, room.room_id)
    home = server_of(sender)
    return Facts(
        place=await _place(connection, house, room, end, sender),
        ours=house.customs.ours(sender, room.homeserver),
        at_home=home == room.homeserver or (vouched and home not in house.customs.organisations),
        roles=await _roles(connection, house, room, sender, vouched),
        power=await powers_in.of_user(connection, house.journal, room, sender),
        of_ours=home in house.customs.organisations,
        links=await _names(connection, end) if end is not None else frozenset(),
    )


async def _roles(connection: Connection, house: House, room: Room, sender: UserId, vouched: bool) -> frozenset[str]:
    """An administrator is one on their own homeserver, which alone vouches for them."""
    told: set[str] = set()
    if server_of(sender) == room.homeserver and house.speaks_for(sender):
        told.add(ADMIN)
    for roles_of in house.vouchers if vouched else ():
        told |= await roles_of(connection, sender)
    return frozenset(told)


async def _place(
    connection: Connection, house: House, room: Room, end: Endpoint | None, sender: UserId
) -> Place | None:
    if end is None or end.state != "open" or end.keeper is not None:
        return None
    if house.is_admin_room(room):
        return Place.ADMIN_ROOM
    if (alone := await private_chats.at(connection, end.ref)) is not None:
        return Place.PRIVATE if alone.person == sender else None
    return Place.HUB if room.homeserver == house.hub else Place.DEPARTMENT


async def _names(connection: Connection, end: Endpoint) -> frozenset[str]:
    known = [link.name for link in await linked.of(connection, end.ref) if link.source in linked.TOLD]
    asked = [proposal.name for proposal in await proposals.waiting(connection, end.ref)]
    return frozenset([*known, *asked])
