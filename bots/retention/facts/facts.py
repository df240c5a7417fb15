"""Everything that is told beside the records of one step."""

from collections.abc import Sequence
from dataclasses import dataclass

from bots.retention.facts import presence, timers
from bots.retention.facts.deletions import Deletions
from bots.retention.facts.watched import watched
from bots.retention.leaf import Deed
from bridge.model import Entry, Room
from bridge.store.database import Connection
from bridge.store.journal import Journal


@dataclass(frozen=True)
class Facts:
    """Gathers them."""

    journal: Journal
    deletions: Deletions

    async def of(
        self, connection: Connection, room: Room, entries: Sequence[Entry], unsettled: bool = False
    ) -> list[Deed]:
        """The facts that these entries show. Batches without any ask for no query; `unsettled` says that there are
        deletions in the room of which it is not known what they deleted.
        """
        found = watched(entries)
        noticed = await timers.noticed(connection, room, found)
        deleted = await self.deletions.facts(connection, room, found.redactions, noticed)
        if unsettled:
            deleted += await self.deletions.settled(connection, room, self.journal, entries)
        return [
            *await presence.facts(connection, self.deletions.customs, room, found),
            *timers.facts(room, noticed),
            *deleted,
        ]
