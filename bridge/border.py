"""What the mirror asks before anything crosses: a bot that judges what is said tells it what stays on its side of the
border, or nobody does. What depends on what is held there is held with it; the mirror sees to that itself.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bridge.model import Entry, Fate, Room
from bridge.store.database import Connection
from bridge.store.links import Endpoint


class Guard(Protocol):
    """What is known of one batch of a room's journal."""

    def fate(self, entry: Entry, target: Endpoint) -> Fate | None:
        """HELD or REFUSED where the entry does not go to that end now; None where it does."""

    def bare(self, entry: Entry, target: Endpoint) -> bool:
        """Whether the reason that the entry gives stays behind, while what it does to a message or a person crosses."""

    def label(self, entry: Entry) -> Mapping[str, Any]:
        """What the copy's content carries besides, such as its marking."""


class Border(Protocol):
    """Who judges what is said."""

    async def guard(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> Guard:
        """What is known of these entries; a follower before the mirror has judged them."""


class Open:
    """Nobody judges: everything crosses."""

    async def guard(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> Guard:
        return self

    def fate(self, entry: Entry, target: Endpoint) -> Fate | None:
        return None

    def bare(self, entry: Entry, target: Endpoint) -> bool:
        return False

    def label(self, entry: Entry) -> Mapping[str, Any]:
        return {}


OPEN = Open()
