"""What must be true of the two rooms when everything has been played."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from bridge.lab.scenario import Check
from bridge.lab.status import SideStatus
from bridge.lab.steps.step import ORIGIN, answered, original

SHOWN = 3
"""Wrong ones that a check names."""
CROSS = frozenset({
    "m.room.message", "m.sticker", "m.reaction", "m.poll.start", "m.poll.response", "m.poll.end",
    "org.matrix.msc3381.poll.start", "org.matrix.msc3381.poll.response", "org.matrix.msc3381.poll.end",
    "org.matrix.msc3672.beacon",
})  # fmt: skip

Events = Sequence[Mapping[str, Any]]


def none_came_back(rooms: Mapping[str, Events]) -> Check:
    """No room holds a copy of what was written in itself."""
    wrong = []
    for name, events in rooms.items():
        own = {event["event_id"] for event in events if ORIGIN not in event["content"]}
        wrong += [f"{name}: {event['event_id']}" for event in events if original(event) in own]
    return Check("back", "nothing came back to its own side", not wrong, _some(wrong))


def each_once(rooms: Mapping[str, Events], people: frozenset[str], bots: frozenset[str]) -> Check:
    """Each event of a person has one copy in the other room, but for those that their people were told of."""
    (one, here), (other, there) = rooms.items()
    wrong = []
    for name, written, arrived in ((one, here, there), (other, there, here)):
        copies = Counter(original(event) for event in arrived)
        told = {answered(event) for event in written if event["sender"] in bots}
        carried = [event for event in written if _crosses(event, people) and event["event_id"] not in told]
        counted = [(copies[event["event_id"]], event) for event in carried]
        wrong += [f"{many} × {_short(event)} of {name}" for many, event in counted if many != 1]
    return Check("once", "each original has one copy", not wrong, _some(wrong))


def _crosses(event: Mapping[str, Any], people: frozenset[str]) -> bool:
    return event["type"] in CROSS and event["sender"] in people and bool(event["content"])


def on_record(rooms: Mapping[str, Events], sides: Sequence[SideStatus]) -> Check:
    """All that a room has had since Setu came in is journalled, and all that is journalled is on record."""
    ok = {side.homeserver for side in sides} == set(rooms)
    ok &= all(side.all_recorded and side.journalled >= len(rooms.get(side.homeserver, ())) for side in sides)
    counts = [
        f"{side.homeserver}: {side.recorded} of {side.journalled}, the room has {len(rooms.get(side.homeserver, ()))}"
        for side in sides
    ]
    return Check("record", "everything is on record", ok, ", ".join(counts))


def since_joined(events: Events, user_id: str) -> Events:
    """The events of a room from a user's coming in on."""
    joins = (
        place
        for place, event in enumerate(events)
        if event.get("state_key") == user_id and event["content"].get("membership") == "join"
    )
    return events[next(joins, 0) :]


def _short(event: Mapping[str, Any]) -> str:
    return f"{event['type']} {event['content'].get('body', event['event_id'])!r}"


def _some(wrong: Sequence[str]) -> str:
    more = f" and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    return ", ".join(wrong[:SHOWN]) + more
