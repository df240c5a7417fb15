"""Gathers what the choke point asks for, from the database alone: the journal tells who has power in a room."""

from bridge.commands.authorise import Facts, Place
from bridge.commands.house import House
from bridge.model import Event, Room, UserId, server_of
from bridge.power import Powers
from bridge.store import linked, links, proposals
from bridge.store.database import Connection
from bridge.store.links import Endpoint


async def facts(connection: Connection, house: House, room: Room, sender: UserId) -> Facts:
    """What is known of a sender in a room."""
    end = await links.endpoint_of(connection, room.homeserver, room.room_id)
    at_home = server_of(sender) == room.homeserver
    return Facts(
        place=_place(house, room, end),
        ours=house.customs.ours(sender, room.homeserver),
        at_home=at_home,
        admin=at_home and house.speaks_for(sender),
        power=await power_of(connection, house, room, sender),
        links=await _names(connection, end) if end is not None else frozenset(),
    )


def _place(house: House, room: Room, end: Endpoint | None) -> Place | None:
    if end is None or end.state != "open" or end.keeper is not None:
        return None
    if house.is_admin_room(room):
        return Place.ADMIN_ROOM
    return Place.HUB if room.homeserver == house.hub else Place.DEPARTMENT


async def _names(connection: Connection, end: Endpoint) -> frozenset[str]:
    known = [link.name for link in await linked.of(connection, end.ref) if link.source in linked.TOLD]
    asked = [proposal.name for proposal in await proposals.waiting(connection, end.ref)]
    return frozenset([*known, *asked])


async def power_of(connection: Connection, house: House, room: Room, user_id: UserId) -> float:
    """A person's power, as far as the journal tells. Where what came late leaves doubt, the least counts."""
    create = next(iter(await _state(connection, house, room, "m.room.create")), None)
    if create is None:
        return 0
    levels: list[Event | None] = [*await _state(connection, house, room, "m.room.power_levels")]
    return min(Powers.read(create, known).of(user_id) for known in levels or [None])


async def _state(connection: Connection, house: House, room: Room, kind: str) -> list[Event]:
    """The present state of this kind: what was told last, and what came late after it.

    A message may bear the type of a state event; it has no state key, and is none.
    """
    rows = await connection.fetch(
        "select pos from journal where room = $1 and type = $2 order by pos desc", room.ref, kind
    )
    found: list[Event] = []
    for row in rows:
        [entry] = await house.journal.read(connection, room, row["pos"] - 1, row["pos"])
        if entry.event.state_key == "" and not entry.history:
            found.append(entry.event)
            if not entry.late:
                break
    return found
