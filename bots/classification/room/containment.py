"""Taking a message back on both sides: each revision of it, each copy, and its files where our account is an
administrator of the homeserver. A redaction is a request to other homeservers; what remains is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bots.classification.room import revisions
from bots.classification.room.cases import Case
from bots.classification.room.desk import Desk
from bridge.actions import Action, CopyOf, Quarantine, Redact
from bridge.mirror.kinds.files import files
from bridge.model import HomeserverName, Room
from bridge.seal import CannotOpen, Kek
from bridge.store import held, links, outbox
from bridge.store.database import Connection
from bridge.store.links import Endpoint

MOST_ACTIONS = 20
"""Actions that copy one message: a name, a coming in, its files, the message."""


@dataclass(frozen=True)
class Remains:
    """What could not be taken back."""

    homeserver: HomeserverName
    why: str


@dataclass(frozen=True)
class Progress:
    """How far the taking back has come."""

    waiting: int
    remains: Sequence[Remains]


async def contain(desk: Desk, connection: Connection, kek: Kek, case: Case) -> None:
    """Lays the orders, wherever a copy is, whatever became of the link since; the same again lays none twice."""
    room = await desk.journal.room(connection, case.room)
    if room is None:
        return
    await held.refuse(connection, room, case.pos)
    for event_id in await revisions.of(connection, case.room, case.event_id):
        orders = await _take_back(desk, connection, kek, room, case, event_id)
        await connection.execute(
            "insert into classification_order (number, order_id) select $1, unnest($2::bigint[])"
            " on conflict do nothing",
            case.number, orders,
        )  # fmt: skip


async def progress(connection: Connection, case: Case) -> Progress:
    """Of what was ordered for this case."""
    rows = await connection.fetch(
        "select o.homeserver, o.kind, o.state, o.outcome from classification_order c join outbox o on o.id = c.order_id"
        " where c.number = $1",
        case.number,
    )  # fmt: skip
    dead = [row for row in rows if row["state"] == "dead" and "has no counterpart" not in (row["outcome"] or "")]
    waiting = sum(row["state"] == "waiting" for row in rows)
    return Progress(
        waiting, [Remains(HomeserverName(row["homeserver"]), f"{row['kind']}: {row['outcome']}") for row in dead]
    )


async def _take_back(
    desk: Desk, connection: Connection, kek: Kek, room: Room, case: Case, event_id: str
) -> Sequence[int]:
    """Gives the numbers of the orders."""
    orders: list[int] = []
    for end in await _whereabouts(connection, room, event_id):
        bot = end.keeper or desk.customs.bot_on(end.homeserver)
        cause = f"classification:contain:{case.number}:{event_id}:{end.ref}"
        redact = Redact(bot, event_id, None)
        if not _is_room(end, room):
            ghost = desk.customs.across(case.sender, room.homeserver, end.homeserver)
            redact = Redact(bot, event_id, None, CopyOf(room.ref, event_id), ghost)
        orders += await outbox.put(connection, kek, end.lane, cause, [redact])
        for number, mxc in enumerate(await _files(desk, connection, room, event_id, end)):
            order: Action = Quarantine(bot, mxc)
            orders += await outbox.put(connection, kek, end.lane, f"{cause}:file{number}", [order])
    return orders


async def _whereabouts(connection: Connection, room: Room, event_id: str) -> Sequence[Endpoint]:
    """The end where an event stands, and those to which a copy of it was ordered, or where one is since before the room
    there was replaced.
    """
    rows = await connection.fetch(
        "select e.id from endpoint e where e.homeserver = $3 and e.room_id = $4"
        " union select c.endpoint from seen s join crossing c on c.room = s.room and c.pos = s.pos"
        " where s.room = $1 and s.event_id = $2 and c.fate = 'ordered'"
        " union select endpoint from copy where room = $1 and event_id = $2",
        room.ref, event_id, room.homeserver, room.room_id,
    )  # fmt: skip
    return await links.of_refs(connection, [row["id"] for row in rows])


def _is_room(end: Endpoint, room: Room) -> bool:
    return (end.homeserver, end.room_id) == (room.homeserver, room.room_id)


async def _files(desk: Desk, connection: Connection, room: Room, event_id: str, end: Endpoint) -> Sequence[str]:
    """The files of an event, or of its copy at another end, as they are called there."""
    if _is_room(end, room):
        pos = await connection.fetchval("select pos from seen where room = $1 and event_id = $2", room.ref, event_id)
        if pos is None:
            return ()
        [entry] = await desk.journal.read_at(connection, room, [pos])
        try:
            content = entry.event.content
        except CannotOpen:
            return ()
        new = content.get("m.new_content")
        return (*files(content).mxcs, *(files(new).mxcs if isinstance(new, dict) else ()))
    cause = f"mirror:{room.homeserver}:{room.room_id}:{event_id}:{end.ref}"
    rows = await connection.fetch(
        "select outcome from outbox where cause = any($1) and kind = 'CopyMedia' and outcome is not null",
        [f"{cause}#{ordinal}" for ordinal in range(MOST_ACTIONS)],
    )  # fmt: skip
    return [row["outcome"] for row in rows]
