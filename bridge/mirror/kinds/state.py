"""The room itself: its name, topic, picture, pins, history's visibility and the power of its people. Our bot sets them
on the other side.
"""

from collections.abc import Mapping
from typing import Any

from bridge import references
from bridge.actions import Action, CopyMedia, SetPower, SetState
from bridge.mirror.kinds.files import LONGEST_MXC
from bridge.mirror.scene import Scene
from bridge.model import Event, UserId, storable, user_id

CAP = 49
"""No ghost gets more: at 50 it could moderate (Client-Server API, "m.room.power_levels")."""

FLOOR = -1
"""Nor less; who may not write at home may not write as a ghost."""

MOST_PINS = 100
MOST_POWERFUL = 1_500
"""Users that one event of power levels can name before it is too large."""

VISIBILITIES = frozenset({"invited", "joined", "shared"})
"""`world_readable` never crosses: what one side opens to the world is not the other's to open."""


def state(event: Event, scene: Scene) -> list[Action]:
    """What a change of the room's state leads to on the other side; nothing where it does not cross."""
    if event.state_key != "" or not scene.state_crosses:
        return []
    match event.type:
        case "m.room.avatar":
            return _avatar(event, scene)
        case "m.room.power_levels":
            return _power(event, scene)
        case _:
            content = _content(event)
            origin = scene.copy_of(event)
            return [SetState(scene.bot, event.type or "", "", content, origin)] if content is not None else []


def _content(event: Event) -> Mapping[str, Any] | None:
    match event.type:
        case "m.room.name":
            return {"name": event.text("name") or ""}
        case "m.room.topic":
            return {"topic": event.text("topic") or ""}
        case "m.room.history_visibility":
            said = event.text("history_visibility")
            return {"history_visibility": said} if said in VISIBILITIES else None
        case "m.room.pinned_events":
            listed = event.content.get("pinned")
            pins = [storable(pin) for pin in (listed if isinstance(listed, list) else [])[:MOST_PINS]]
            return {"pinned": [references.event(pin, needed=False) for pin in pins if pin is not None]}
        case _:
            return None


def _avatar(event: Event, scene: Scene) -> list[Action]:
    mxc = storable(event.content.get("url"), LONGEST_MXC)
    if mxc is None or not mxc.startswith("mxc://"):
        return [SetState(scene.bot, "m.room.avatar", "", {})]
    copied = CopyMedia(scene.bot, scene.source, scene.reader, mxc)
    return [copied, SetState(scene.bot, "m.room.avatar", "", {"url": references.made(0)})]


def _power(event: Event, scene: Scene) -> list[Action]:
    """The same people's power, capped: a ghost never outranks the moderators of the side where it stands."""
    # Who is named no more has lost what they had: nobody else's level is touched by the patch.
    levels = {**dict.fromkeys(_levels(event.before), 0), **_levels(event.content)}
    ghosts = {scene.rename(user): level for user, level in list(levels.items())[:MOST_POWERFUL]}
    ours = {user: level for user, level in ghosts.items() if user != scene.bot and scene.is_ghost(user)}
    return [SetPower(scene.bot, ours)] if ours else []


def _levels(content: Mapping[str, Any]) -> dict[UserId, int]:
    users = content.get("users")
    levels: dict[UserId, int] = {}
    for name, level in (users if isinstance(users, dict) else {}).items():
        known = user_id(name)
        if known is not None and isinstance(level, int) and not isinstance(level, bool):
            levels[known] = min(max(level, FLOOR), CAP)
    return levels
