"""Of which version the rooms are that we know, from their journals. A room keeps its version as long as it lives."""

from dataclasses import dataclass, field

from bots.classification.gate import redacted
from bridge import powers_in
from bridge.model import HomeserverName, Room
from bridge.plugin import Host
from bridge.store import links

ABSENT = "1"
"""The version of a room whose creation names none (Client-Server API, "m.room.create")."""
MOST = 20_000
"""Rooms that are kept in mind."""


@dataclass
class RoomVersions:
    """Reads each once."""

    host: Host
    _known: dict[tuple[HomeserverName, str], int] = field(default_factory=dict)

    async def of(self, homeserver: HomeserverName, room_id: str) -> int | None:
        """The version; None where we do not know the room, or its version's rules."""
        if (homeserver, room_id) not in self._known:
            version = await self._read(homeserver, room_id)
            if version is None:
                return None
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[homeserver, room_id] = version
        return self._known[homeserver, room_id]

    async def _read(self, homeserver: HomeserverName, room_id: str) -> int | None:
        journal = self.host.journal
        async with self.host.pool.acquire() as connection:
            if await links.endpoint_of(connection, homeserver, room_id) is None:
                return None
            ref = (await journal.rooms(connection, homeserver, [room_id]))[room_id]
            room = Room(ref, homeserver, room_id)
            created = await powers_in.state(connection, journal, room, "m.room.create")
        return redacted.known(created[0].text("room_version") or ABSENT) if created else None
