"""Timers after which messages vanish, as rooms and messages bear them; whatever somebody wrote in the place of one is
none. Pure. A room's: `m.room.retention` (MSC1763) and `com.beeper.disappearing_timer`, which bridges set for a chat of
another network. A message's: `com.beeper.disappearing_timer`, and `self_destruct` and `self_destruct_after` (MSC2228),
of which Synapse knows `org.matrix.self_destruct_after`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RETENTION, BRIDGED = "m.room.retention", "com.beeper.disappearing_timer"
STATES = frozenset({RETENTION, BRIDGED})
_AFTER, _READ = ("org.matrix.self_destruct_after", "m.self_destruct_after"), "m.self_destruct"
_KEYS = frozenset({BRIDGED, *_AFTER, _READ})
_MOST = 2**53


@dataclass(frozen=True)
class Timer:
    """One that runs."""

    what: str
    """The type of the state, or the key in the content."""
    milliseconds: int | None
    """How long what it is for stays, from when it was said or read."""
    due: int | None = None
    """When it vanishes, in milliseconds since 1970, where that is said instead."""


def of_room(kind: str | None, content: Mapping[str, Any]) -> Timer | None:
    """What a state of this type sets, if it sets anything."""
    if kind == RETENTION:
        longest = _milliseconds(content.get("max_lifetime"))
        return Timer(kind, longest) if longest else None
    return _bridged(content) if kind == BRIDGED else None


def of_message(content: Mapping[str, Any]) -> Timer | None:
    """What a message with this content bears, if it bears one."""
    if _KEYS.isdisjoint(content):
        return None
    for key in _AFTER:
        if (due := _milliseconds(content.get(key))) is not None:
            return Timer(key, None, due)
    if (after_reading := _milliseconds(content.get(_READ))) is not None:
        return Timer(_READ, after_reading)
    said = content.get(BRIDGED)
    return _bridged(said) if isinstance(said, dict) else None


def _bridged(said: Mapping[str, Any]) -> Timer | None:
    """Its `type` says from when it counts; an empty one switches it off."""
    kind, length = said.get("type"), _milliseconds(said.get("timer"))
    return Timer(BRIDGED, length) if kind and isinstance(kind, str) and length else None


def _milliseconds(said: object) -> int | None:
    return said if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < _MOST else None
