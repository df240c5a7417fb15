"""What holds for all entries that the mirror plans in one step, in one room: the whole of what its parts work on."""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.border import Guard
from bridge.customs import Customs
from bridge.mirror.names import Names
from bridge.model import Room, UserId
from bridge.seal import Kek
from bridge.speakers import Heard
from bridge.store.crossings import Crossings
from bridge.store.database import Connection
from bridge.store.links import Endpoint
from bridge.tongues import Tongues


@dataclass(frozen=True)
class Batch:
    """One step."""

    customs: Customs
    tongues: Tongues
    connection: Connection
    room: Room
    here: Endpoint
    targets: Sequence[Endpoint]
    names: Names
    kek: Kek
    crossings: Crossings
    heard: Heard
    guard: Guard
    occasion: str = ""
    """What the same entry is planned for again, where it is."""

    def stands(self, end: Endpoint) -> UserId:
        """Who acts for us in a room where nobody's ghost has to: our bot, or the ghost that stands there for it."""
        return end.keeper or self.customs.bot_on(end.homeserver)

    def ours(self, user_id: UserId | None) -> bool:
        """Whether an account of this room is one of ours."""
        return user_id is not None and self.customs.ours(user_id, self.room.homeserver)
