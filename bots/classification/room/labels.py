"""Labels: a person marks a message after it was written, higher or, with the right, lower. The label stands beside the
message in each room, travels with a copy that is still to be made, and counts as a marking does.
"""

from dataclasses import dataclass

from bots.classification.ceiling import UnknownLevel, level
from bots.classification.room.border import LABEL
from bots.classification.room.cases import About
from bots.classification.room.desk import Desk
from bots.classification.verdict import Finding, Level, Verdict
from bridge.actions import CopyOf, Send
from bridge.model import Room, RoomRef, UserId
from bridge.references import event as counterpart
from bridge.seal import Kek
from bridge.seal import about as place_of
from bridge.store import outbox
from bridge.store.database import Connection
from bridge.store.places import Place

TABLE = "classification_label"
RULE = "label"
"""Stands for a rule where somebody marked a message."""


@dataclass(frozen=True)
class Said:
    """A label that somebody gives."""

    level: Level
    by: UserId
    reason: str = ""


async def present(connection: Connection, desk: Desk, room: RoomRef, about: About) -> Level | None:
    """What a message counts as now: its last label, else the marking that it carries."""
    name = await connection.fetchval(
        f"select coalesce((select level from {TABLE} where room = $1 and event_id = $2 order by id desc limit 1),"
        " (select level from classification_verdict where room = $1 and pos = $3 and kind in ('marking', 'portion')))",
        room, about.event_id, about.pos,
    )  # fmt: skip
    try:
        return level(desk.grammar, name, desk.settings.scheme) if name is not None else None
    except UnknownLevel:
        return None


async def last(connection: Connection, about: About) -> str | None:
    """The level that somebody marked a message as last."""
    found: str | None = await connection.fetchval(
        f"select level from {TABLE} where room = $1 and event_id = $2 order by id desc limit 1",
        about.room.ref, about.event_id,
    )  # fmt: skip
    return found


async def original(connection: Connection, desk: Desk, room: Room, event_id: str) -> About | None:
    """The message that an event is, or is the copy of; None where neither is known."""
    row = await connection.fetchrow(
        "select c.room, c.event_id from endpoint e join copy c on c.endpoint = e.id and c.copy_id = $3"
        " where e.homeserver = $1 and e.room_id = $2",
        room.homeserver, room.room_id, event_id,
    )  # fmt: skip
    where = await desk.journal.room(connection, RoomRef(row["room"])) if row is not None else room
    name = row["event_id"] if row is not None else event_id
    if where is None:
        return None
    found = await connection.fetchrow(
        "select j.pos, j.sender from seen s join journal j on j.room = s.room and j.pos = s.pos"
        " where s.room = $1 and s.event_id = $2",
        where.ref, name,
    )  # fmt: skip
    if found is None or found["sender"] is None:
        return None
    return About(where, found["pos"], name, UserId(found["sender"]))


async def give(connection: Connection, kek: Kek, desk: Desk, place: Place, about: About, said: Said) -> None:
    """Keeps the label and puts it beside the message in each room of the place."""
    sealed = kek.seal(said.reason.encode("utf-8", "surrogatepass"), place_of(TABLE, about.event_id))
    number = await connection.fetchval(
        f"insert into {TABLE} (room, event_id, level, said_by, kek, wrapped, sealed)"
        " values ($1, $2, $3, $4, $5, $6, $7) returning id",
        about.room.ref, about.event_id, str(said.level), said.by, sealed.kek, sealed.wrapped, sealed.sealed,
    )  # fmt: skip
    for end in place.ends:
        here = (end.homeserver, end.room_id) == (about.room.homeserver, about.room.room_id)
        target = about.event_id if here else counterpart(about.event_id, needed=True)
        content = {"m.relates_to": {"rel_type": "m.reference", "event_id": target}, "level": str(said.level)}
        bot = end.keeper or desk.customs.bot_on(end.homeserver)
        origin = None if here else CopyOf(about.room.ref, f"{LABEL}:{number}")
        await outbox.put(
            connection, kek, end.lane, f"classification:label:{number}:{end.ref}", [Send(bot, LABEL, content, origin)]
        )


def verdict(said: Said) -> Verdict:
    """The label as a marking that was found."""
    finding = Finding(RULE, "MARKING", "marking", "label", 0, 0, ("label",), 0.99, said.level)
    return Verdict((finding,))
