"""The retention bot as a follower of the journal: it writes a record for each entry of a linked room, in the order of
the journal, in the transaction of its step. What is sealed stays sealed: a record needs no key. That what it says can
be found is written beside it.
"""

from collections.abc import Sequence

from bots.retention import record
from bots.retention.account import ACCOUNT
from bots.retention.search.rows import Rows
from bridge.model import Entry, Room
from bridge.store import links, private_chats
from bridge.store.database import Connection


class Retention:
    """Records linked rooms."""

    name = "retention"
    after: tuple[str, ...] = ()

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Records every entry up to the end of the batch, where the room is linked.

        Also what came before the batch and is not on record yet: a room may be linked after its first events came.
        """
        end = await links.endpoint_of(connection, room.homeserver, room.room_id)
        if end is None:
            return
        await record.write(connection, room, entries[-1].pos)
        alone = await private_chats.at(connection, end.ref)
        if alone is None or alone.bot != ACCOUNT.localpart:  # what was searched for and found is not found again
            await self._rows.add(connection, room, entries)
