"""Who tells the mirror how people speak: a bot that knows them, or nobody."""

from collections.abc import Sequence
from typing import Protocol

from bridge.model import Entry, Room, UserId
from bridge.speaking import PLAIN, Dressing, Tag
from bridge.store.database import Connection
from bridge.store.links import Endpoint


class Heard(Protocol):
    """What is known of the speakers of one batch of a room's journal."""

    async def tag(self, person: UserId) -> Tag | None:
        """Who the person is, as far as anybody vouches for it."""

    async def dressing(self, entry: Entry, target: Endpoint) -> Dressing:
        """What stands around the copy of this message at that end."""


class Speakers(Protocol):
    """Who knows people."""

    async def heard(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> Heard:
        """What is known of those who speak in these entries."""


class Nobody:
    """Nobody vouches for anybody."""

    async def heard(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> Heard:
        return self

    async def tag(self, person: UserId) -> Tag | None:
        return None

    async def dressing(self, entry: Entry, target: Endpoint) -> Dressing:
        return PLAIN


NOBODY = Nobody()
