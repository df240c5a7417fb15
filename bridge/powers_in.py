"""The power of people in a room, as far as the journal tells. Where what came late leaves doubt, the least counts."""

from collections.abc import Sequence

from bridge.model import Event, Room, UserId
from bridge.power import Powers
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.links import Endpoint


async def of_room(connection: Connection, journal: Journal, room: Room) -> Sequence[Powers]:
    """The powers that may hold now: one unless what came late leaves doubt; none where the room is not known."""
    create = next(iter(await state(connection, journal, room, "m.room.create")), None)
    if create is None:
        return []
    levels: list[Event | None] = [*await state(connection, journal, room, "m.room.power_levels")]
    return [Powers.read(create, known) for known in levels or [None]]


async def of_end(connection: Connection, journal: Journal, end: Endpoint) -> Powers | None:
    """What was told last of the room of an end; None where the room is not known."""
    if end.room_id is None:
        return None
    refs = await journal.rooms(connection, end.homeserver, [end.room_id])
    found = await of_room(connection, journal, Room(refs[end.room_id], end.homeserver, end.room_id))
    return found[0] if found else None


async def of_user(connection: Connection, journal: Journal, room: Room, user_id: UserId) -> float:
    """A person's power; 0 where the room is not known."""
    return min((powers.of(user_id) for powers in await of_room(connection, journal, room)), default=0)


async def state(connection: Connection, journal: Journal, room: Room, kind: str) -> list[Event]:
    """The present state of this kind: what was told last, and what came late after it.

    A message may bear the type of a state event; it has no state key, and is none.
    """
    rows = await connection.fetch(
        "select pos from journal where room = $1 and type = $2 order by pos desc", room.ref, kind
    )
    found: list[Event] = []
    for row in rows:
        [entry] = await journal.read(connection, room, row["pos"] - 1, row["pos"])
        if entry.event.state_key == "" and not entry.history:
            found.append(entry.event)
            if not entry.late:
                break
    return found
