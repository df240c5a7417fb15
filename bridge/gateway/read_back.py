"""Reads a room's history backwards and journals what the journal lacks, oldest first, as late entries. It stops at the
first page that holds nothing new, for what lies before was journalled when it was sent.
"""

import json

from mautrix.api import Method

from bridge import slices
from bridge.gateway.homeserver import Acting, Homeserver, path
from bridge.model import Event
from bridge.store.journal import Arrival, Journal

PAGE = 100
MOST_EVENTS = 20_000
"""Held in memory at once; what lies further back stays to be found by the next reading."""


async def read_back(homeserver: Homeserver, bot: Acting, room_id: str, journal: Journal) -> int:
    """Journals what is missing and says how many events that were."""
    missing: list[Event] = []
    query = {"dir": "b", "limit": str(PAGE)}
    while len(missing) < MOST_EVENTS:
        raw = await homeserver.raw(Method.GET, path("v3", "rooms", room_id, "messages"), bot, query=query)
        page = slices.events(raw, "chunk")
        new = await journal.missing(homeserver.name, room_id, page)
        missing += new
        end = json.loads(raw).get("end")
        if not new or not isinstance(end, str):
            break
        query["from"] = end
    return await journal.append(homeserver.name, [Arrival(event, "messages", late=True) for event in reversed(missing)])
