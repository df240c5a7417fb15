"""What a bot shows in a room besides what people put there: a pinned notice, a line of the topic. Each is a patch of
the state as it is now, so that what people wrote stays; repeated it changes nothing.
"""

from typing import Any

from mautrix.api import Method

from bridge.gateway.homeserver import Acting, Homeserver, Refused, path
from bridge.gateway.outcome import Done, Outcome

PINNED, TOPIC = "m.room.pinned_events", "m.room.topic"
MOST_PINNED = 100
"""Events; the oldest give way."""


async def pin(homeserver: Homeserver, acting: Acting, room_id: str, event_id: str) -> Outcome:
    """Pins an event, after those that are pinned."""
    found = (await _state(homeserver, acting, room_id, PINNED)).get("pinned")
    pinned = [one for one in found if isinstance(one, str)] if isinstance(found, list) else []
    if event_id not in pinned:
        await _put(homeserver, acting, room_id, PINNED, {"pinned": [*pinned, event_id][-MOST_PINNED:]})
    return Done(event_id)


async def put_line(homeserver: Homeserver, acting: Acting, room_id: str, line: str, begins: str) -> Outcome:
    """Makes the line the topic's last one, in place of every line that begins like it."""
    found = (await _state(homeserver, acting, room_id, TOPIC)).get("topic")
    topic = found if isinstance(found, str) else ""
    kept = [one for one in topic.splitlines() if not one.startswith(begins)]
    new = "\n".join([*kept, line]) if line else "\n".join(kept)
    if new != topic:
        await _put(homeserver, acting, room_id, TOPIC, {"topic": new})
    return Done()


async def _state(homeserver: Homeserver, acting: Acting, room_id: str, kind: str) -> dict[str, Any]:
    try:
        return await homeserver.call(Method.GET, path("v3", "rooms", room_id, "state", kind, ""), acting)
    except Refused as refused:
        if refused.status != 404:
            raise
        return {}


async def _put(homeserver: Homeserver, acting: Acting, room_id: str, kind: str, content: dict[str, Any]) -> None:
    await homeserver.call(Method.PUT, path("v3", "rooms", room_id, "state", kind, ""), acting, content)
