"""Timers as they are noticed: what changed in a room's, and which messages bear one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bots.retention.facts import timer
from bots.retention.facts.fact import fact, when
from bots.retention.facts.timer import Timer
from bots.retention.facts.watched import Watched
from bots.retention.leaf import Deed
from bridge.model import Entry, Room
from bridge.store.database import Connection

Change = Literal["set", "changed", "removed", "message"]


@dataclass(frozen=True)
class Noticed:
    """A timer that was noticed."""

    entry: Entry
    what: str
    change: Change
    timer: Timer | None
    """None where it was removed."""
    before: Mapping[str, Any]
    """The content of the state before it, as far as the homeserver tells."""


async def noticed(connection: Connection, room: Room, found: Watched) -> Sequence[Noticed]:
    """Those of these entries. A room's timer that is said again as it was is none."""
    if not found.timed:
        return []
    running = await _running(connection, room) if found.room_timers else {}
    return [
        *_of_room(found.room_timers, running),
        *(Noticed(entry, one.what, "message", one, {}) for entry, one in found.message_timers),
    ]


def _of_room(entries: Sequence[Entry], running: dict[str, int | None]) -> list[Noticed]:
    made = []
    for entry in entries:
        event, what = entry.event, entry.type or ""
        now = timer.of_room(what, event.content)
        told = timer.of_room(what, event.before)
        before = told.milliseconds if told is not None else running.get(what)
        after = now.milliseconds if now is not None else None
        running[what] = after
        if before != after:
            change: Change = "removed" if after is None else "set" if before is None else "changed"
            made.append(Noticed(entry, what, change, now, event.before))
    return made


def facts(room: Room, found: Sequence[Noticed]) -> list[Deed]:
    """That they were noticed."""
    return [_fact(room, one) for one in found]


def _fact(room: Room, one: Noticed) -> Deed:
    event, running = one.entry.event, one.timer
    return fact(
        room, "timer", event.sender or "", when(one.entry), entry=one.entry.pos, event=event.id, what=one.what,
        change=one.change, milliseconds=running.milliseconds if running is not None else None,
        due=running.due if running is not None else None,
    )  # fmt: skip


async def _running(connection: Connection, room: Room) -> dict[str, int | None]:
    """The room's timers as they were noticed last."""
    rows = await connection.fetch(
        "select distinct on (what) what, milliseconds from record_timer"
        " where organisation = $1 and room_id = $2 and change <> 'message' order by what, seq desc",
        room.homeserver, room.room_id,
    )  # fmt: skip
    return {row["what"]: row["milliseconds"] for row in rows}
