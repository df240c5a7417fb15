"""A room's `/messages`, page by page, as our bot sees it (Client-Server API, "GET /rooms/{roomId}/messages"). Nothing
is kept but the page at hand and the place where it begins, so that a room of any length can be read.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from mautrix.api import Method

from bridge import slices
from bridge.gateway.homeserver import Acting, Homeserver, path
from bridge.model import Event

FIRST, MOST = 100, 500
"""Events asked for in the first page, which is often the only one, and in the others."""


@dataclass(frozen=True)
class Place:
    """Where a page begins, and how long it is: asked for again, it is the same."""

    token: str | None
    limit: int


@dataclass(frozen=True)
class Page:
    """Events in the order of reading."""

    place: Place
    events: Sequence[Event]
    next: str | None
    """Where the next page begins; None where this is the last."""


@dataclass(frozen=True)
class RoomReader:
    """Reads one room as one account."""

    homeserver: Homeserver
    reader: Acting
    room_id: str

    async def page(self, direction: str, place: Place) -> Page:
        """One page; `direction` is "b" for newest first, "f" for oldest first. Raises as `Homeserver.raw`."""
        query = {"dir": direction, "limit": str(place.limit)}
        if place.token is not None:
            query["from"] = place.token
        address = path("v3", "rooms", self.room_id, "messages")
        raw = await self.homeserver.raw(Method.GET, address, self.reader, query=query)
        answer = json.loads(raw)
        start, end = answer.get("start"), answer.get("end")
        began = Place(start if place.token is None and isinstance(start, str) else place.token, place.limit)
        events = slices.events(raw, "chunk")
        return Page(began, events, end if isinstance(end, str) and events else None)

    async def backwards(self, to: str) -> AsyncIterator[Page]:
        """From the newest event back to this one, which is the last of the last page."""
        place = Place(None, FIRST)
        while True:
            page = cut(await self.page("b", place), to)
            yield page
            if page.next is None:
                return
            place = Place(page.next, MOST)


def cut(page: Page, last: str) -> Page:
    """The page up to this event, if that is in it."""
    for n, event in enumerate(page.events, 1):
        if event.id == last:
            return Page(page.place, page.events[:n], None)
    return page
