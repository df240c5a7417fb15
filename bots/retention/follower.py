"""The retention bot as a follower of the journal: it writes a record for each entry of a linked room, in the order of
the journal, in the transaction of its step. What is sealed stays sealed.
"""

from collections.abc import AsyncIterator, Sequence, Set

from bots.retention import record
from bridge.model import Entry, Room
from bridge.store import links
from bridge.store.database import Connection
from bridge.store.journal import Journal

AT_ONCE = 500
"""Entries from before a room was linked that are read at once."""


class Retention:
    """Records linked rooms."""

    name = "retention"
    after: tuple[str, ...] = ()

    def __init__(self, journal: Journal, beside: Set[tuple[str, str]] = frozenset()) -> None:
        """`beside` are rooms that are never recorded: the homeserver and the id of each."""
        self._journal = journal
        self._beside = beside

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Records every entry up to the end of the batch, where the room is linked.

        Also what came before the batch and is not on record yet: a room may be linked after its first events came.
        """
        if (room.homeserver, room.room_id) in self._beside:
            return
        if await links.endpoint_of(connection, room.homeserver, room.room_id) is not None:
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
