"""Reads what was said in a room before our bot came, oldest first, into the journal: all of it, or the last messages.
Each page is journalled before its end is noted, so that a reading that was cut off goes on where it was.
"""

from collections.abc import Awaitable, Callable

from mautrix.api import Method

from bridge.gateway.homeserver import path
from bridge.gateway.walk import MOST, Place, RoomReader, cut
from bridge.store.journal import Arrival, Journal

Note = Callable[[str], Awaitable[None]]
"""Keeps the place where the next page begins."""


async def read_history(
    room: RoomReader, journal: Journal, until: str, most: int | None, noted: str | None, note: Note
) -> None:
    """Up to the event `until`. `most` counts messages, not changes of the room's state; None is all."""
    token = noted if noted is not None else await _beginning(room, until, most)
    while True:
        page = cut(await room.page("f", Place(token, MOST)), until)
        await journal.append(room.homeserver.name, [Arrival(event, "messages") for event in page.events])
        if (token := page.next) is None:
            return
        await note(token)


async def _beginning(room: RoomReader, until: str, most: int | None) -> str | None:
    """Where the last `most` messages begin; None for the beginning of the room."""
    if most is None:
        return None
    address = path("v3", "rooms", room.room_id, "context", until)
    around = await room.homeserver.call(Method.GET, address, room.reader, query={"limit": "0"})
    token, left = str(around["start"]), most
    while left > 0:
        # Never more than are wanted, so that the place where the page ends is the place that is looked for.
        page = await room.page("b", Place(token, min(left, MOST)))
        left -= sum(event.state_key is None for event in page.events)
        if page.next is None:
            return None
        token = page.next
    return token
