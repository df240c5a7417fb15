"""Cases: what was decided about a message, and what became of it since. A case whose message is held, or that is an
incident, is in an officer's hands.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import asyncpg

from bots.classification.room.decision import Decision
from bridge.model import EndpointRef, Room, RoomRef, UserId
from bridge.store.database import Connection

TABLE = "classification_case"
Occasion = Literal["said", "file", "label", "unjudged"]
"""Why there is a case: what was said, what a file holds, what somebody marked it as, or that nobody could judge it."""


@dataclass(frozen=True)
class Case:
    """One of them."""

    number: int
    room: RoomRef
    pos: int
    event_id: str
    sender: UserId
    occasion: Occasion
    at: datetime
    place: EndpointRef
    level: str | None
    kind: str
    above: int
    rules: tuple[str, ...]
    deeds: frozenset[str]
    would: frozenset[str]
    hold: Literal["held", "released", "refused", "withdrawn"] | None
    incident: Literal["open", "contained", "closed"] | None
    told_trouble: bool


@dataclass(frozen=True)
class About:
    """The message that a case is about."""

    room: Room
    pos: int
    event_id: str
    sender: UserId


async def begin(
    connection: Connection, about: About, place: EndpointRef, decision: Decision, occasion: Occasion
) -> Case | None:
    """Opens a case; None where there is one of this message and occasion already. Of one that is marked again
    there is one for each thing that is decided.
    """
    row = await connection.fetchrow(
        f"insert into {TABLE}"
        " (room, pos, event_id, sender, occasion, place, level, kind, above, rules, deeds, would, hold, incident)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing returning *",
        about.room.ref, about.pos, about.event_id, about.sender, occasion, place,
        str(decision.level) if decision.level is not None else None, decision.kind, decision.above,
        list(decision.rules), sorted(decision.deeds), sorted(decision.would),
        _hold(decision), "open" if "incident" in decision.deeds else None,
    )  # fmt: skip
    return _case(row) if row is not None else None


def _hold(decision: Decision) -> str | None:
    """What is taken back does not cross either, and nobody can release it."""
    if "redact" in decision.deeds:
        return "refused"
    return "held" if "hold" in decision.deeds else None


async def by_number(connection: Connection, number: int) -> Case | None:
    """The case of this number."""
    return next(iter(await _read(connection, "number = $1", number)), None)


async def of_event(connection: Connection, room: RoomRef, event_id: str) -> Sequence[Case]:
    """The cases of a message, the latest first."""
    return await _read(connection, "room = $1 and event_id = $2 order by number desc", room, event_id)


async def held(connection: Connection, most: int) -> Sequence[Case]:
    """What waits for an officer, the oldest first."""
    return await _read(connection, "hold = 'held' order by number limit $1", most)


async def incidents(connection: Connection, states: Collection[str], most: int) -> Sequence[Case]:
    """Incidents in these states, the latest first."""
    return await _read(connection, "incident = any($1) order by number desc limit $2", list(states), most)


async def uncontained(connection: Connection, most: int) -> Sequence[Case]:
    """Incidents of which not all is known to be taken back; those that are in people's hands come last."""
    found = "incident = 'open' and 'redact' = any(deeds) order by told_trouble, number limit $1"
    return await _read(connection, found, most)


async def settle_hold(connection: Connection, case: Case, state: str) -> bool:
    """What is held is settled; False where somebody was first."""
    done = f"update {TABLE} set hold = $2 where number = $1 and hold = 'held' returning 1"
    return await connection.fetchval(done, case.number, state) is not None


async def keeps(connection: Connection, case: Case) -> bool:
    """Whether another case keeps the same message from crossing."""
    found = f"select 1 from {TABLE} where room = $1 and pos = $2 and number <> $3 and hold in ('held', 'refused')"
    return await connection.fetchval(found, case.room, case.pos, case.number) is not None


async def set_incident(connection: Connection, case: Case, state: str) -> None:
    await connection.execute(f"update {TABLE} set incident = $2 where number = $1", case.number, state)


async def contain(connection: Connection, case: Case) -> None:
    """It is taken back after all: what an officer decides counts like what the settings say."""
    await connection.execute(
        f"update {TABLE} set incident = 'open', deeds = array(select distinct unnest(deeds || '{{redact,incident}}'))"
        ", hold = case when hold = 'held' then 'refused' else hold end, told_trouble = false where number = $1",
        case.number,
    )  # fmt: skip


async def set_told_trouble(connection: Connection, case: Case) -> None:
    await connection.execute(f"update {TABLE} set told_trouble = true where number = $1", case.number)


async def withdraw(connection: Connection, room: RoomRef, event_ids: Collection[str]) -> None:
    """Their authors took these messages back: nobody needs to decide about them any more."""
    await connection.execute(
        f"update {TABLE} set hold = 'withdrawn' where room = $1 and event_id = any($2) and hold = 'held'",
        room, list(event_ids),
    )  # fmt: skip


async def _read(connection: Connection, where: str, *words: object) -> Sequence[Case]:
    return [_case(row) for row in await connection.fetch(f"select * from {TABLE} where {where}", *words)]


def _case(row: asyncpg.Record) -> Case:
    return Case(
        row["number"], RoomRef(row["room"]), row["pos"], row["event_id"], UserId(row["sender"]), row["occasion"],
        row["at"], EndpointRef(row["place"]), row["level"], row["kind"], row["above"], tuple(row["rules"]),
        frozenset(row["deeds"]), frozenset(row["would"]), row["hold"], row["incident"], row["told_trouble"],
    )  # fmt: skip
