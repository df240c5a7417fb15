"""The retention bot as a follower of the journal: it writes a record for each entry of an archived room, in the order
of the journal, in the transaction of its step. What is sealed stays sealed. That what it says can be found is written
beside it, and the facts that it shows; people are told what they must know of the record.
"""

from collections.abc import AsyncIterator, Sequence

from bots.retention import audit, record
from bots.retention.archived import Archived
from bots.retention.facts.facts import Facts
from bots.retention.files.named import Naming
from bots.retention.openly.telling import Telling
from bots.retention.search.rows import Rows
from bridge.model import Entry, Room
from bridge.store.database import Connection
from bridge.store.journal import Journal

AT_ONCE = 500
"""Entries from before a room was archived that are read at once."""


class Retention:
    """Records what happens in archived rooms."""

    name = "retention"
    after: tuple[str, ...] = ()

    def __init__(
        self,
        journal: Journal,
        archived: Archived,
        facts: Facts,
        rows: Rows | None = None,
        telling: Telling | None = None,
        naming: Naming | None = None,
    ) -> None:
        """`rows` make what is said searchable, `telling` tells people, `naming` has files kept; all may be left out."""
        self._journal = journal
        self._archived = archived
        self._facts = facts
        self._rows = rows
        self._telling = telling
        self._naming = naming

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Records every entry up to the end of the batch, where the room is archived.

        Also what came before the batch and is not on record yet: a room may be archived after its first events came.
        """
        standing = await self._archived.of(connection, room, entries)
        if standing is None:
            return
        if self._telling is not None:  # before the log is taken, behind which nothing else may be
            await self._telling.heed(connection, room, standing, entries)
        if self._rows is not None and standing.searchable:
            await self._rows.add(connection, room, entries, standing.found_to)
        head = standing.head
        async for some in self._unrecorded(connection, room, entries, head.pos):
            facts = await self._facts.of(connection, room, some, standing.unsettled)
            files = await self._naming.facts(connection, room, some) if self._naming is not None else []
            head = await record.write(connection, room, some, head)
            await audit.keep(connection, room.homeserver, [*facts, *files])
        await record.advance(connection, room, head)

    async def _unrecorded(
        self, connection: Connection, room: Room, entries: Sequence[Entry], last: int
    ) -> AsyncIterator[Sequence[Entry]]:
        for after in range(last, entries[0].pos - 1, AT_ONCE):
            yield await self._journal.read(connection, room, after, min(after + AT_ONCE, entries[0].pos - 1))
        if fresh := [entry for entry in entries if entry.pos > last]:
            yield fresh
