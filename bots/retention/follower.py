"""The retention bot as a follower of the journal: it writes a record for each entry of a linked room, in the order of
the journal, in the transaction of its step. What is sealed stays sealed: a record needs no key.
"""

from collections.abc import Sequence

from bots.retention import record
from bridge.model import Entry, Room
from bridge.store import links
from bridge.store.database import Connection


class Retention:
    """Records linked rooms."""

    name = "retention"
    after: tuple[str, ...] = ()

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Records every entry up to the end of the batch, where the room is linked.

        Also what came before the batch and is not on record yet: a room may be linked after its first events came.
        """
        if await links.endpoint_of(connection, room.homeserver, room.room_id) is not None:
            await record.write(connection, room, entries[-1].pos)
