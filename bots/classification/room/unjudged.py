"""What the mirror holds and nobody has a case of: what could not be judged, and what was let go when it was judged and
is too high now. It gets a case, so that an officer can decide.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bots.classification.room import cases, ceilings, verdicts
from bots.classification.room.acting import Acting
from bots.classification.room.cases import About
from bots.classification.room.ceilings import Ruled
from bots.classification.room.decision import Decision
from bots.classification.room.desk import Desk
from bots.classification.settings import Deed
from bridge.model import HomeserverName, Room, RoomRef, UserId
from bridge.seal import Kek
from bridge.store.database import Connection

HOLD: frozenset[Deed] = frozenset({"hold"})

UNJUDGED = Decision(HOLD, frozenset(), "none", None, 0, ("unjudged",))
"""About what nobody could judge, and a link's declared rule keeps."""


@dataclass(frozen=True)
class Found:
    """One that is held."""

    room: Room
    pos: int
    event_id: str
    sender: UserId


async def held(connection: Connection, most: int) -> Sequence[Found]:
    """Those that have no case, in their order."""
    rows = await connection.fetch(
        "select distinct on (x.room, x.pos) x.room, x.pos, r.homeserver, r.room_id, j.event_id, j.sender"
        " from crossing x join room r on r.id = x.room join journal j on j.room = x.room and j.pos = x.pos"
        " where x.fate = 'held' and x.held_by is null and j.sender is not null and not exists ("
        " select from classification_case c where c.room = x.room and c.pos = x.pos and c.hold is not null)"
        " order by x.room, x.pos limit $1",
        most,
    )  # fmt: skip
    return [
        Found(
            Room(RoomRef(row["room"]), HomeserverName(row["homeserver"]), row["room_id"]), row["pos"], row["event_id"],
            UserId(row["sender"]),
        )
        for row in rows
    ]  # fmt: skip


async def begin(desk: Desk, connection: Connection, kek: Kek, found: Found) -> None:
    """Opens the case, and tells officers."""
    room = found.room
    place = await ceilings.of(connection, desk, room)
    end = place.end_of(room) if place is not None else None
    if place is None or end is None:
        return
    about = About(room, found.pos, found.event_id, found.sender)
    decision = await _decision(desk, connection, place, found)
    case = await cases.begin(connection, about, place.ref, decision, "unjudged")
    if case is not None:
        await Acting(desk, connection, kek, place, room, end, case).act()


async def _decision(desk: Desk, connection: Connection, place: Ruled, found: Found) -> Decision:
    """What was found, where anything was; nothing is done about it but that it stays."""
    verdict = (await verdicts.of(connection, desk.keyring, found.room, [found.pos])).get(found.pos)
    decision = place.decide(desk, verdict) if verdict is not None else None
    if decision is None or not decision.stays:
        return UNJUDGED
    return replace(decision, deeds=HOLD, would=decision.would | (decision.deeds - HOLD))
