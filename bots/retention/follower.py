"""The retention bot as a follower of the journal: it writes a record for each entry of a linked room, in the order of
the journal, in the transaction of its step. What is sealed stays sealed: a record needs no key. That what it says can
be found is written beside it.
"""

from collections.abc import AsyncIterator, Sequence, Set

from bots.retention import record
from bots.retention.account import ACCOUNT
from bots.retention.search.rows import Rows
from bridge.model import Entry, Room
from bridge.store import links, private_chats
from bridge.store.database import Connection
from bridge.store.journal import Journal

AT_ONCE = 500
"""Entries from before a room was linked that are read at once."""


class Retention:
    """Records what happens in linked rooms."""

    name = "retention"
    after: tuple[str, ...] = ()

    def __init__(self, journal: Journal, rows: Rows | None, beside: Set[tuple[str, str]] = frozenset()) -> None:
        """`rows` make what is said searchable; `beside` are rooms that are never recorded."""
        self._journal = journal
        self._rows = rows
        self._beside = beside

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Records every entry up to the end of the batch, where the room is linked.

        Also what came before the batch and is not on record yet: a room may be linked after its first events came.
        """
        if (room.homeserver, room.room_id) in self._beside:
            return
        end = await links.endpoint_of(connection, room.homeserver, room.room_id)
        if end is None:
            return
        alone = await private_chats.at(connection, end.ref)
        if self._rows is not None and (alone is None or alone.bot != ACCOUNT.localpart):
            await self._rows.add(connection, room, entries)  # what was searched for and found is not found again
        async for some in self._unrecorded(connection, room, entries):
            await record.write(connection, room, some)

    async def _unrecorded(
        self, connection: Connection, room: Room, entries: Sequence[Entry]
    ) -> AsyncIterator[Sequence[Entry]]:
        last = await record.last(connection, room)
        for after in range(last, entries[0].pos - 1, AT_ONCE):
            yield await self._journal.read(connection, room, after, min(after + AT_ONCE, entries[0].pos - 1))
        if fresh := [entry for entry in entries if entry.pos > last]:
            yield fresh
