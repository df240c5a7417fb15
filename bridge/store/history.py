"""What was said in a room before it was linked, where a link wants it carried over. While it is wanted, the mirror's
gate in that room is shut: what is said meanwhile is journalled and waits, so that the past arrives first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import asyncpg

from bridge.model import ENCRYPTED, EndpointRef, HomeserverName, Room, RoomRef
from bridge.store import links, notify
from bridge.store.database import Connection
from bridge.store.links import Endpoint

State = Literal["wanted", "read", "laid"]
"""Wanted: being read from the homeserver into the journal. Read: being laid, as copies, into the outbox. Laid: the
mirror reads the room as any other."""

WAITS = "mirror"
"""The follower for which the past comes first."""


@dataclass(frozen=True)
class History:
    """How far the history of one room has come."""

    endpoint: EndpointRef
    room: Room
    most: int | None
    """How many messages, the last ones; None for all."""
    state: State
    laid_state: int
    laid: int
    """The journal's positions of the last entries of its state, and of what was said, that are laid."""


@dataclass(frozen=True)
class Part:
    """Some entries of one source, by their positions."""

    source: str
    positions: Sequence[int]


_FIND = """
    select h.*, r.id as room, r.homeserver, r.room_id from history h join endpoint e on e.id = h.endpoint
    join room r on r.homeserver = e.homeserver and r.room_id = e.room_id where h.endpoint = $1
"""


def _history(row: asyncpg.Record | None) -> History | None:
    if row is None:
        return None
    room = Room(RoomRef(row["room"]), HomeserverName(row["homeserver"]), row["room_id"])
    return History(EndpointRef(row["endpoint"]), room, row["most"], row["state"], row["laid_state"], row["laid"])


async def want(connection: Connection, endpoint: Endpoint, most: int | None) -> None:
    """Call it before the bot comes in. Asked for again, or of a room that it is in already, it changes nothing."""
    if endpoint.state != "open":
        await connection.execute(
            "insert into history (endpoint, most) values ($1, $2) on conflict do nothing", endpoint.ref, most
        )


async def of(connection: Connection, endpoint: EndpointRef) -> History | None:
    """The history that is carried over from this endpoint's room, if any is."""
    return _history(await connection.fetchrow(_FIND, endpoint))


async def to_be_laid(connection: Connection) -> Sequence[int]:
    """The endpoints whose history is in the journal and not yet wholly laid."""
    return [row["endpoint"] for row in await connection.fetch("select endpoint from history where state = 'read'")]


async def claim(connection: Connection, endpoint: EndpointRef) -> History | None:
    """Takes the history for this transaction; None where another has it, or it is not to be laid."""
    return _history(
        await connection.fetchrow(_FIND + "and h.state = 'read' for no key update of h skip locked", endpoint)
    )


async def shut(connection: Connection, room: RoomRef) -> None:
    """From here on the mirror leaves what comes into the room unread."""
    await connection.execute("insert into gate (follower, room) values ($1, $2) on conflict do nothing", WAITS, room)


async def reopen(connection: Connection, room: RoomRef) -> None:
    """The mirror may read the room."""
    await connection.execute("delete from gate where follower = $1 and room = $2", WAITS, room)
    await notify.journal(connection, {room})


async def was_read(connection: Connection, history: History) -> None:
    """All of it is in the journal."""
    await connection.execute(
        "update history set state = 'read', total = (select count(*) from journal where room = $2"
        " and source = 'messages' and not late and cites is null) where endpoint = $1 and state = 'wanted'",
        history.endpoint, history.room.ref,
    )  # fmt: skip


async def next_part(connection: Connection, history: History, most: int) -> Part | None:
    """The next entries to lay, or None where all are laid: first the state in which the room was found, which tells who
    is in it and how they are called, then what was said, oldest first.
    """
    for source, after in (("state", history.laid_state), ("messages", history.laid)):
        rows = await connection.fetch(
            "select pos from journal where room = $1 and source = $2 and not late and cites is null and pos > $3"
            " order by pos limit $4",
            history.room.ref, source, after, most,
        )  # fmt: skip
        if rows:
            return Part(source, [row["pos"] for row in rows])
    return None


async def undetermined(connection: Connection, history: History, most: int) -> Sequence[int]:
    """The next encrypted entries of it that nobody has tried to read."""
    rows = await connection.fetch(
        "select pos from journal j where room = $1 and source = 'messages' and not late and cites is null and type = $2"
        " and not exists (select from clear_text c where c.room = j.room and c.pos = j.pos) order by pos limit $3",
        history.room.ref, ENCRYPTED, most,
    )  # fmt: skip
    return [row["pos"] for row in rows]


async def set_laid(connection: Connection, endpoint: EndpointRef, part: Part) -> None:
    """Everything up to the end of this part is laid."""
    column = "laid_state" if part.source == "state" else "laid"
    await connection.execute(f"update history set {column} = $2 where endpoint = $1", endpoint, part.positions[-1])


async def finish(connection: Connection, history: History) -> None:
    """The past is laid: the link is open, and the mirror reads what has come meanwhile."""
    await connection.execute("update history set state = 'laid' where endpoint = $1", history.endpoint)
    await links.set_state(connection, history.endpoint, "open")
    await reopen(connection, history.room.ref)


async def has(connection: Connection, room: RoomRef, event_id: str) -> bool:
    """Whether an event of this room belongs to its history, from before it was linked."""
    found = await connection.fetchval(
        "select 1 from seen s join journal j on j.room = s.room and j.pos = s.pos"
        " where s.room = $1 and s.event_id = $2 and j.source = 'messages' and not j.late and j.cites is null",
        room, event_id,
    )  # fmt: skip
    return found is not None
