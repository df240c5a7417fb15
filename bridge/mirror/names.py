"""Display names of people in a room, as the journal tells them. They are read, and remembered for one batch only."""

from bridge.model import Entry, Room, UserId
from bridge.seal import CannotOpen
from bridge.store import people
from bridge.store.database import Connection
from bridge.store.journal import Journal


class Names:
    """The display names in one room, while a batch of it is worked on."""

    def __init__(self, journal: Journal, room: Room) -> None:
        self._journal = journal
        self._room = room
        self._known: dict[UserId, str | None] = {}

    async def learn(self, connection: Connection, entry: Entry) -> None:
        """Takes note of a membership event."""
        event = entry.event
        if event.type != "m.room.member" or not event.state_key or event.membership is None:
            return
        user_id = UserId(event.state_key)
        if entry.late and await people.member_pos(connection, self._room.ref, user_id) is not None:
            return  # it was over when we learned of it
        await people.set_member(connection, self._room.ref, user_id, event.membership, entry.pos)
        self._known[user_id] = event.text("displayname")

    async def of(self, connection: Connection, user_id: UserId) -> str | None:
        """The name that a person bears in this room; None where none is known."""
        if user_id not in self._known:
            self._known[user_id] = await self._read(connection, user_id)
        return self._known[user_id]

    async def _read(self, connection: Connection, user_id: UserId) -> str | None:
        pos = await people.member_pos(connection, self._room.ref, user_id)
        if pos is None:
            return None
        try:
            entries = await self._journal.read(connection, self._room, pos - 1, pos)
        except CannotOpen:  # disposed of
            return None
        return entries[0].event.text("displayname") if entries else None
