"""Looking before sending: a homeserver forgets transaction ids after a while (Synapse: 24 hours), so an order that is
older first looks in the room for its own mark, in case an earlier attempt arrived and only the answer was lost.
"""

from collections.abc import Mapping
from typing import Any

from mautrix.api import Method

from bridge.gateway.homeserver import Acting, Homeserver, path
from bridge.gateway.transaction_id import MARK

PAGE = 100


async def find(homeserver: Homeserver, acting: Acting, room_id: str, txn_id: str, since_ms: int) -> str | None:
    """The id of the event that bears this mark and was sent by this account since that time (ms since 1970)."""
    query = {"dir": "b", "limit": str(PAGE)}
    while True:
        page = await homeserver.call(Method.GET, path("v3", "rooms", room_id, "messages"), acting, query=query)
        events = [event for event in page.get("chunk", []) if isinstance(event, dict)]
        for event in events:
            if event.get("sender") == acting.user_id and _mark(event) == txn_id:
                return str(event.get("event_id"))
        # What bears a mark of ours may show the time of its original, which tells nothing of when it was sent.
        others = [event for event in events if _mark(event) is None]
        if not events or "end" not in page or (others and _older(others[-1], since_ms)):
            return None
        query["from"] = str(page["end"])


def _mark(event: Mapping[str, Any]) -> object:
    content = event.get("content")
    return content.get(MARK) if isinstance(content, dict) else None


def _older(event: Mapping[str, Any], since_ms: int) -> bool:
    sent = event.get("origin_server_ts")
    return isinstance(sent, int) and sent < since_ms
