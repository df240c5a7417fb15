"""The rule of a room at the gate, from what the room may carry and what the settings say of the gate."""

from dataclasses import dataclass

from bots.classification.gate.rule import Rule
from bots.classification.room import ceilings
from bots.classification.room.ceilings import Ruled
from bots.classification.room.desk import Desk
from bridge.model import HomeserverName, Room, RoomRef
from bridge.store.database import Connection


@dataclass(frozen=True)
class RuleOfRoom:
    """Asked for each room of each homeserver that asks, most of which are none of ours."""

    desk: Desk

    async def __call__(self, connection: Connection, homeserver: HomeserverName, room_id: str) -> Rule | None:
        """The rule; None for a room that we do not know, and for one in which nothing is judged."""
        ref = await connection.fetchval(
            "select id from room where homeserver = $1 and room_id = $2", homeserver, room_id
        )
        if ref is None:
            return None
        place = await ceilings.of(connection, self.desk, Room(RoomRef(ref), homeserver, room_id))
        return self._of(place) if place is not None else None

    def _of(self, place: Ruled) -> Rule | None:
        settings, gate = self.desk.settings, self.desk.settings.gate
        if place.rules.mode == "off":
            return None
        return Rule(
            ceiling=place.rules.ceiling,
            refuse_above=gate.above,
            kinds=frozenset(gate.kinds),
            mode=place.rules.mode,
            excused=frozenset(one.rule for one in settings.exemptions if self.desk.excused(one.rule, place)),
            tried=frozenset(settings.simulate),
        )
