"""Files that are not on record, in the gap register: a row for each, until it is kept after all."""

from bridge.model import Room
from bridge.store.database import Connection


async def note(connection: Connection, room: Room, pos: int, n: int, why: str) -> None:
    """The n-th file of an entry is not kept."""
    await connection.execute(
        "insert into gap (room, pos, event_id, reason) select $1, $2, j.event_id, $3 || $4 from journal j"
        " where j.room = $1 and j.pos = $2 and not exists (select from gap g where g.room = $1 and g.pos = $2"
        " and starts_with(g.reason, $3) and g.healed_at is null)",
        room.ref, pos, _name(n), f"not kept ({why})",
    )  # fmt: skip


async def heal(connection: Connection, room: Room, pos: int, n: int) -> None:
    """It is kept after all."""
    await connection.execute(
        "update gap set healed_at = now() where room = $1 and pos = $2 and starts_with(reason, $3)"
        " and healed_at is null",
        room.ref, pos, _name(n),
    )  # fmt: skip


def _name(n: int) -> str:
    return f"file {n + 1} of it: "
