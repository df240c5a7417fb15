"""What an officer decides about what is held: it goes on as a late entry, with what depends on it, or it stays for
good. Its writer is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bots.classification.room import cases
from bots.classification.room.cases import Case
from bots.classification.room.desk import Desk
from bridge.model import Fate, Room, RoomRef
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import held, links
from bridge.store.database import Connection

AT_ONCE = 100
"""Of what one look sees to."""


async def release(desk: Desk, connection: Connection, kek: Kek, case: Case) -> bool:
    """False where it is not held any more. Where another case still keeps it, it goes on when that is settled too."""
    room = await _settle(desk, connection, case, "released")
    if room is None:
        return False
    if await cases.keeps(connection, case):
        return True
    await held.release(connection, desk.journal, room, case.pos)
    await _tell(desk, connection, kek, case, room, "mark-released-sender")
    return True


async def refuse(desk: Desk, connection: Connection, kek: Kek, case: Case) -> bool:
    """False where it is not held any more."""
    room = await _settle(desk, connection, case, "refused")
    if room is None:
        return False
    await held.refuse(connection, room, case.pos)
    await _tell(desk, connection, kek, case, room, "mark-refused-sender")
    return True


async def _settle(desk: Desk, connection: Connection, case: Case, state: str) -> Room | None:
    settled = await cases.settle_hold(connection, case, state)
    return await desk.journal.room(connection, case.room) if settled else None


async def _tell(desk: Desk, connection: Connection, kek: Kek, case: Case, room: Room, text: str) -> None:
    end = await links.endpoint_of(connection, room.homeserver, room.room_id)
    if end is not None:
        cause = f"classification:settled:{case.number}"
        what = Saying.of(text, room=room.room_id)
        await desk.letters.alone(connection, kek, end, case.sender, cause, what)


@dataclass(frozen=True)
class Due:
    """What is held at the border, and is settled all the same."""

    room: RoomRef
    pos: int
    goes_on: bool


async def due(connection: Connection) -> Sequence[Due]:
    """An officer may decide in the moment in which the mirror writes down that something is held, or before it has read
    what depends on that: it is made true later.
    """
    rows = await connection.fetch(
        "select distinct c.room, c.pos, c.hold from classification_case c join crossing x"
        " on x.room = c.room and x.pos = c.pos and x.fate = 'held' and x.held_by is null"
        " where c.hold in ('released', 'refused') and not exists (select from classification_case o"
        " where o.room = c.room and o.pos = c.pos and o.hold in ('held', 'refused') and o.number <> c.number)"
        " order by c.room, c.pos limit $1",
        AT_ONCE,
    )  # fmt: skip
    settled = [Due(RoomRef(row["room"]), row["pos"], row["hold"] == "released") for row in rows]
    left = await held.left_behind(connection, AT_ONCE)
    return [*settled, *(Due(room, pos, fate is not Fate.REFUSED) for room, pos, fate in left)]


async def make_true(desk: Desk, connection: Connection, one: Due) -> None:
    """It goes on, or it stays for good."""
    room = await desk.journal.room(connection, one.room)
    if room is not None and one.goes_on:
        await held.release(connection, desk.journal, room, one.pos)
    elif room is not None:
        await held.refuse(connection, room, one.pos)
