"""What a batch of entries of an archived room leads to that people are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from bots.retention.archived import Standing
from bots.retention.facts import timers
from bots.retention.facts.watched import watched
from bots.retention.openly import beginning, watch, welcome
from bots.retention.openly.desk import Desk
from bridge.model import Entry, Room
from bridge.store import links
from bridge.store.database import Connection


@dataclass(frozen=True)
class Telling:
    """Tells them."""

    desk: Desk

    async def heed(self, connection: Connection, room: Room, standing: Standing, entries: Sequence[Entry]) -> None:
        """Where Setu sits in the room. What is said twice is told once; plain messages ask for no query."""
        fresh = [entry for entry in entries if self.desk.just_now(entry)]
        found = watched(fresh)
        if standing.end is None or not (found.members or found.timed or not standing.begun):
            return
        end = await links.by_ref(connection, standing.end)
        if (end.homeserver, end.room_id) != (room.homeserver, room.room_id) or end.state not in ("opening", "open"):
            return
        if not standing.begun and not standing.linked:
            await beginning.tell(self.desk, connection, room, end)
        await welcome.heed(self.desk, connection, room, end, found.members)
        await watch.heed(self.desk, connection, room, end, await timers.noticed(connection, room, found))
