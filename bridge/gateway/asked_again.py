"""Asks a homeserver again for single events that it left out of a room's `/messages`: a page without an event that we
may see ends the reading, and tells nothing of what stands before it.
"""

from collections.abc import Sequence

from mautrix.api import Method

from bridge.gateway.homeserver import Refused, path
from bridge.gateway.walk import RoomReader

MOST = 20
"""Events that are asked for, spread over all."""


async def has_none(room: RoomReader, event_ids: Sequence[str]) -> bool:
    """Whether the homeserver has none of these events of a room any more, as far as some of them tell. Raises as
    `Homeserver.raw`.
    """
    step = max(1, len(event_ids) // MOST)
    for event_id in {*event_ids[::step], event_ids[-1]}:
        try:
            await room.homeserver.raw(Method.GET, path("v3", "rooms", room.room_id, "event", event_id), room.reader)
        except Refused as refused:
            if refused.status != 404 or refused.errcode != "M_NOT_FOUND":
                raise
        else:
            return False
    return True
