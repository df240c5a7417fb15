"""What stands in the way of a link that is asked for in chat. Room ids are compared letter by letter with the rooms in
which the bot stands by invitation, so that no id that only looks right is ever followed.
"""

from bridge.commands.house import House
from bridge.config import Link
from bridge.model import Room, RoomRef
from bridge.saying import Saying
from bridge.store import linked, links
from bridge.store.database import Connection
from bridge.store.links import Endpoint


async def obstacle(connection: Connection, house: House, department: Endpoint, wanted: Link) -> Saying | None:
    """What the person is told; None where nothing stands in the way."""
    if await house.admin_end(connection) is None:
        return Saying.of("no-admin-room")
    if department.state != "open":
        return Saying.of("not-entered", bot=house.customs.bot_on(department.homeserver))
    if others := await linked.of(connection, department.ref):
        return Saying.of("room-linked", name=others[0].name)
    before = await linked.named(connection, wanted.name)
    if before is not None and (before.active or before.department != department.ref or before.source == "direct"):
        return Saying.of("name-taken", name=wanted.name)
    return await _against_room(connection, house, wanted) if wanted.hub_room is not None else None


async def _against_room(connection: Connection, house: House, wanted: Link) -> Saying | None:
    """What speaks against the hub's room that is named."""
    assert wanted.hub_room is not None, "a room is named"
    if wanted.hub_room == wanted.room:
        return Saying.of("room-is-itself")
    if house.is_admin_room(Room(RoomRef(0), house.hub, wanted.hub_room)):
        return Saying.of("room-not-to-be-linked")
    hub = await links.endpoint_of(connection, house.hub, wanted.hub_room)
    if hub is None or hub.state != "open" or hub.keeper is not None:
        return Saying.of("room-not-entered", bot=house.customs.bot_on(house.hub))
    direct = any(link.source == "direct" for link in await linked.of(connection, hub.ref))
    if direct or await linked.is_another_end(connection, wanted.hub_room, house.hub):
        return Saying.of("room-not-to-be-linked")
    return None
