"""Who is spoken to in which language. What is said to all in a room is said in the room's: its own, or else its link's,
or else its organisation's. What is said to one person is said in theirs, or else in that of the room where it is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bridge.catalogues import Catalogues
from bridge.languages import ENGLISH
from bridge.model import EndpointRef, UserId
from bridge.store import tongues
from bridge.store.database import Connection
from bridge.voice import Voice


@dataclass(frozen=True)
class Tongues:
    """The languages of one installation, fixed while Setu runs but for what people and rooms choose."""

    catalogues: Catalogues
    organisations: Mapping[str, str]
    """The language of each organisation, by server name."""

    async def in_room(self, connection: Connection, end: EndpointRef) -> Voice:
        """For all in the room of this end."""
        chosen = await tongues.in_room(connection, end)
        return Voice(self.catalogues, chosen.language or self.organisations.get(chosen.homeserver, ENGLISH))

    async def to_person(self, connection: Connection, person: UserId, end: EndpointRef) -> Voice:
        """For one person in the room of this end."""
        own = await tongues.of_person(connection, person)
        return Voice(self.catalogues, own) if own is not None else await self.in_room(connection, end)
