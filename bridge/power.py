"""Who may do what in a room (Client-Server API, "m.room.power_levels"): its creators, who stand above all levels since
room version 12, and the levels of everybody else. Pure; what somebody wrote in the place of a level counts as nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.actions import SetPower
from bridge.model import Event, UserId

FIRST_WITH_CREATORS_ABOVE = 12
MODERATOR = 50
"""What a room asks for changes of its state, where it says nothing."""

ABOVE_ALL = float("inf")


@dataclass(frozen=True)
class Powers:
    """The power of the people of one room."""

    creators: frozenset[str]
    """Those above all levels; none before room version 12, whose creators have the level that they are given."""
    levels: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, create: Event, levels: Event | None) -> "Powers":
        """From the room's own state; a room without levels gives its creator 100."""
        said = levels.content if levels is not None else {"users": {create.sender or "": 100}}
        return cls(_creators(create), said)

    def of(self, user_id: str) -> float:
        """A user's level."""
        if user_id in self.creators:
            return ABOVE_ALL
        users = self.levels.get("users")
        own = users.get(user_id) if isinstance(users, dict) else None
        return _level(own, self.default)

    @property
    def default(self) -> int:
        """The level of everybody whom the room does not name."""
        return _level(self.levels.get("users_default"), 0)

    @property
    def to_write(self) -> int:
        """The level that a message asks for."""
        events = self.levels.get("events")
        own = events.get("m.room.message") if isinstance(events, dict) else None
        return _level(own, _level(self.levels.get("events_default"), 0))

    @property
    def writing_apart(self) -> bool:
        """Whether messages have a level of their own, whatever `events_default` says."""
        events = self.levels.get("events")
        return isinstance(events, dict) and not {"m.room.message", "m.room.encrypted"}.isdisjoint(events)

    @property
    def to_remove(self) -> int:
        """The level that putting somebody out asks for."""
        return _level(self.levels.get("kick"), MODERATOR)

    @property
    def named(self) -> Mapping[UserId, int]:
        """The levels that the room names."""
        users = self.levels.get("users")
        return {UserId(user): _level(level, 0) for user, level in (users if isinstance(users, dict) else {}).items()}

    def needed(self, state_type: str) -> int:
        """The level that setting this state asks for."""
        events = self.levels.get("events")
        own = events.get(state_type) if isinstance(events, dict) else None
        return _level(own, _level(self.levels.get("state_default"), MODERATOR))


def patched(levels: Mapping[str, Any], action: SetPower) -> Mapping[str, Any]:
    """A room's power levels with what the action changes in them. What nobody named is not named for it."""
    users = levels.get("users")
    named = dict(users) if isinstance(users, dict) else {}
    default = _level(levels.get("users_default"), 0)
    for user, level in action.users.items():
        if level is None or (level == default and user not in named):
            named.pop(user, None)
        else:
            named[user] = level
    changed = {**levels, "users": named} if named != (users or {}) else dict(levels)
    if action.events_default is not None and levels.get("events_default", 0) != action.events_default:
        changed["events_default"] = action.events_default
    return changed


def _creators(create: Event) -> frozenset[str]:
    version = create.text("room_version") or "1"
    if not version.isascii() or not version.isdigit() or int(version[:9]) < FIRST_WITH_CREATORS_ABOVE:
        return frozenset()
    others = create.content.get("additional_creators")
    named = [other for other in others if isinstance(other, str)] if isinstance(others, list) else []
    return frozenset([create.sender, *named] if create.sender is not None else named)


def _level(said: object, otherwise: int) -> int:
    return said if isinstance(said, int) and not isinstance(said, bool) else otherwise
