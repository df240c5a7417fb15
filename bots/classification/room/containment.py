"""Taking a message back on both sides: each revision of it, each copy, and its files where our account is an
administrator of the homeserver. A redaction is a request to other homeservers; what remains is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bots.classification.room import cases
from bots.classification.room.cases import Case
from bots.classification.room.desk import Desk
from bridge.actions import Action, CopyOf, Quarantine, Redact
from bridge.mirror.kinds.files import files
from bridge.model import HomeserverName, Room
from bridge.seal import CannotOpen, Kek
from bridge.store import held, outbox, places
from bridge.store.database import Connection
from bridge.store.links import Endpoint
from bridge.store.places import Place


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
    """Lays the orders; the same again lays none twice."""
    room = await desk.journal.room(connection, case.room)
    place = (await places.by_refs(connection, [case.place], direct=True)).get(case.place)
    if room is None or place is None:
        return
    await held.refuse(connection, room, case.pos)
    for event_id in await cases.revisions(connection, case.room, case.event_id):
        await _take_back(desk, connection, kek, place, room, case, event_id)


async def progress(connection: Connection, case: Case) -> Progress:
    """Of what was ordered for this case."""
    rows = await connection.fetch(
        "select homeserver, kind, state, outcome from outbox where cause >= $1 and cause < $2",
        f"{_cause(case)}:", f"{_cause(case)};",
    )  # fmt: skip
    dead = [row for row in rows if row["state"] == "dead" and "has no counterpart" not in (row["outcome"] or "")]
    waiting = sum(row["state"] == "waiting" for row in rows)
    return Progress(
        waiting, [Remains(HomeserverName(row["homeserver"]), f"{row['kind']}: {row['outcome']}") for row in dead]
    )


def _cause(case: Case) -> str:
    return f"classification:contain:{case.number}"


async def _take_back(
    desk: Desk, connection: Connection, kek: Kek, place: Place, room: Room, case: Case, event_id: str
) -> None:
    reached = await _reached(connection, room, event_id)
    for end in place.ends:
        bot = end.keeper or desk.customs.bot_on(end.homeserver)
        cause = f"{_cause(case)}:{event_id}:{end.ref}"
        if (end.homeserver, end.room_id) == (room.homeserver, room.room_id):
            await outbox.put(connection, kek, end.lane, cause, [Redact(bot, event_id, None)])
        elif end.ref in reached:
            ghost = desk.customs.across(case.sender, room.homeserver, end.homeserver)
            copy = Redact(bot, event_id, None, CopyOf(room.ref, event_id), ghost)
            await outbox.put(connection, kek, end.lane, cause, [copy])
        else:
            continue
        for number, mxc in enumerate(await _files(desk, connection, room, event_id, end)):
            order: Action = Quarantine(bot, mxc)
            await outbox.put(connection, kek, end.lane, f"{cause}:file{number}", [order])


async def _reached(connection: Connection, room: Room, event_id: str) -> frozenset[int]:
    """The ends to which a copy of this event was ordered."""
    rows = await connection.fetch(
        "select c.endpoint from seen s join crossing c on c.room = s.room and c.pos = s.pos"
        " where s.room = $1 and s.event_id = $2 and c.fate = 'ordered'",
        room.ref, event_id,
    )  # fmt: skip
    return frozenset(row["endpoint"] for row in rows)


async def _files(desk: Desk, connection: Connection, room: Room, event_id: str, end: Endpoint) -> Sequence[str]:
    """The files of an event, or of its copy at another end, as they are called there."""
    if (end.homeserver, end.room_id) == (room.homeserver, room.room_id):
        pos = await connection.fetchval("select pos from seen where room = $1 and event_id = $2", room.ref, event_id)
        [entry] = await desk.journal.read_at(connection, room, [pos])
        try:
            content = entry.event.content
        except CannotOpen:
            return ()
        new = content.get("m.new_content")
        return (*files(content).mxcs, *(files(new).mxcs if isinstance(new, dict) else ()))
    cause = f"mirror:{room.homeserver}:{room.room_id}:{event_id}:{end.ref}"
    rows = await connection.fetch(
        "select outcome from outbox where cause >= $1 and cause < $2 and kind = 'CopyMedia' and outcome is not null",
        f"{cause}#", f"{cause}$",
    )  # fmt: skip
    return [row["outcome"] for row in rows]
