"""The room itself: what one side sets holds on the other, set there by Setu's bot. One after the other, for both sides
set the same things.
"""

import os
from typing import Any

from bridge.lab.steps.step import Step, Way, same

CAP = 49
"""The most power that a ghost is given, whatever its person has at home."""


async def name(way: Way) -> None:
    await _set(way, "m.room.name", {"name": f"Border roads, {way.source.homeserver.name}"})


async def topic(way: Way) -> None:
    await _set(way, "m.room.topic", {"topic": f"सड़कें, {way.source.homeserver.name}"})


async def visibility(way: Way) -> None:
    """From what it is to another value, and on the way back from that to the first."""
    now = await way.writer.state(way.source.room, "m.room.history_visibility")
    other = "joined" if now["history_visibility"] == "shared" else "shared"
    await _set(way, "m.room.history_visibility", {"history_visibility": other})


async def avatar(way: Way) -> None:
    data = os.urandom(9_000)
    before = await way.reader.state(way.target.room, "m.room.avatar")
    mxc = await way.writer.upload(data, "image/png")
    await way.writer.set_state(way.source.room, "m.room.avatar", {"url": mxc})

    async def changed() -> bool:
        return await way.reader.state(way.target.room, "m.room.avatar") != before

    await way.becomes(changed, True, "that there is a new picture")
    shown = await way.reader.state(way.target.room, "m.room.avatar")
    same(await way.reader.download(shown["url"]) == data, True, "that the bytes are equal")


async def pins(way: Way) -> None:
    one, two = await way.say("pins: the first"), await way.say("pins: the second")
    copies = [(await way.copy_of(event_id))["event_id"] for event_id in (one, two)]
    await way.writer.pin(way.source.room, [two, one])
    await _is(way, "m.room.pinned_events", {"pinned": copies[::-1]})


async def powers(way: Way) -> None:
    """A colleague is made an admin, and is nobody again: the ghost gets what a ghost may have, and loses it."""
    colleague = way.colleague.user_id
    copied = await way.copy_of(await way.colleague.say(way.source.room, "powers: from a colleague"))

    async def level() -> object:
        levels = await way.reader.state(way.target.room, "m.room.power_levels")
        return levels.get("users", {}).get(copied["sender"], 0)

    await way.writer.empower(way.source.room, {colleague: 60})
    await way.becomes(level, CAP, "the ghost's power")
    now = await way.writer.state(way.source.room, "m.room.power_levels")
    users = {user: power for user, power in now["users"].items() if user != colleague}
    await way.writer.set_state(way.source.room, "m.room.power_levels", {**now, "users": users})
    await way.becomes(level, 0, "the ghost's power afterwards")


async def _set(way: Way, kind: str, content: dict[str, Any]) -> None:
    await way.writer.set_state(way.source.room, kind, content)
    await _is(way, kind, content)


async def _is(way: Way, kind: str, content: dict[str, Any]) -> None:
    await way.becomes(lambda: way.reader.state(way.target.room, kind), content, kind)


ROOM = (
    Step("name", "the room's name holds on both sides", name),
    Step("topic", "the topic, too", topic),
    Step("avatar", "the room's picture arrives byte for byte", avatar),
    Step("pins", "pinned messages are the copies, in their order", pins),
    Step("visibility", "who may read the history is the same on both sides", visibility),
    Step("powers", f"people's power is their ghosts', but never above {CAP}", powers),
)
