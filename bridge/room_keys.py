"""The room keys that are open in memory: opening one costs more than reading a message with it."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from bridge.e2ee.libolm import InboundGroup
from bridge.e2ee.megolm import Session
from bridge.model import HomeserverName, Room, UserId
from bridge.store import inbound_sessions
from bridge.store.database import Connection
from bridge.store.inbound_sessions import InboundSession
from bridge.store.keyring import Keyring

MOST_OPEN = 2_000


class Need(NamedTuple):
    """What an encrypted event needs: a session, as its sender owns it."""

    session_id: str | None
    sender: UserId | None


Keys = Mapping[Need, Sequence[Session]]
"""By what is needed, one or more keys, the best one first."""


class RoomKeys:
    """Finds room keys and keeps those used last."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._open: OrderedDict[tuple[HomeserverName, str, Need], Sequence[Session]] = OrderedDict()

    async def find(self, connection: Connection, room: Room, needs: Iterable[Need]) -> Keys:
        """The keys that are here. Where a session is here and is somebody else's, that: to read with it fails.

        Raises CannotOpen.
        """
        found: dict[Need, Sequence[Session]] = {}
        wanted = {need for need in needs if need.session_id is not None}
        for need in wanted:
            if (known := self._open.get((room.homeserver, room.room_id, need))) is not None:
                self._open.move_to_end((room.homeserver, room.room_id, need))
                found[need] = known
        if missing := wanted - found.keys():
            ids = sorted({need.session_id for need in missing if need.session_id is not None})
            stored = await inbound_sessions.find(connection, self._keyring, room.homeserver, room.room_id, ids)
            for need in missing:
                self._choose(room, need, [one for one in stored if one.session_id == need.session_id], found)
            while len(self._open) > MOST_OPEN:
                self._open.popitem(last=False)
        return found

    def forget(self, room: Room, need: Need) -> None:
        """A better one may have come."""
        self._open.pop((room.homeserver, room.room_id, need), None)

    def _choose(
        self, room: Room, need: Need, stored: list[InboundSession], found: dict[Need, Sequence[Session]]
    ) -> None:
        """The owner's own first, then what reaches furthest back."""
        fitting = [one for one in stored if one.sender in (need.sender, None)]
        if fitting:
            found[need] = self._open[room.homeserver, room.room_id, need] = [session(one) for one in reversed(fitting)]
        elif stored:
            found[need] = [session(stored[-1])]


def session(stored: InboundSession) -> Session:
    """A stored room key, opened."""
    return Session(
        InboundGroup.opened(stored.pickled), stored.room_id, stored.sender_key, stored.sender, stored.forwarded,
        stored.claimed_ed25519,
    )  # fmt: skip
