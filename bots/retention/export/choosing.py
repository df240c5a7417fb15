"""Chooses the records of an export, once, when it begins: those that are asked for, and what became of them: their
revisions, reactions and deletions, whenever and by whomever, and what a message that could be read late says.
"""

from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, tzinfo

import asyncpg

from bots.retention.export.request import Selection
from bots.retention.export.worklist import Worklist
from bots.retention.search.finding import Finding
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.query import read
from bridge.model import ENCRYPTED, Room
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring

AT_ONCE = 5_000
BELONGING = ("m.replace", "m.annotation", "redacts")
"""What goes with the event that it relates to."""

_ROWS = """
    select room_seq, pos, event_id, type, sender, source, cites, relation, relates_to,
           least(coalesce(sent_at, received_at), received_at) as said_at
    from record where room = $1 and room_seq > $2 and room_seq <= $3 order by room_seq limit $4
"""
_BELONG = f"""
    update record set chosen = 2 where chosen = 0 and (
        relation in {BELONGING} and exists (select 1 from record t
            where t.room = record.room and t.event_id = record.relates_to and t.chosen > 0)
        or cites is not null and exists (select 1 from record t
            where t.room = record.room and t.pos = record.cites and t.chosen > 0)
        or exists (select 1 from record t
            where t.room = record.room and t.cites = record.pos and t.chosen > 0))
"""


@dataclass(frozen=True)
class Scope:
    """A room of the export, up to the record that was its last when the export began."""

    room: Room
    last: int
    """Its number within the room."""


@dataclass(frozen=True)
class Choosing:
    """One selection."""

    connection: Connection
    selection: Selection
    zone: tzinfo

    async def choose(self, worklist: Worklist, number: int, scope: Scope) -> int:
        """Lays down the records of a room, and gives how many of all that it ought to have are not there."""
        people = await ghosts(self.connection, scope.room)
        seen = after = 0
        while rows := await self.connection.fetch(_ROWS, scope.room.ref, after, scope.last, AT_ONCE):
            found = (self._row(worklist, number, row, people) for row in rows)
            worklist.add([row for row in found if row is not None])
            seen, after = seen + len(rows), rows[-1]["room_seq"]
        if not self.selection.whole:
            while worklist.sql.execute(_BELONG).rowcount:
                pass
            worklist.sql.execute("delete from record where chosen = 0")
        return scope.last - seen

    def _row(
        self, worklist: Worklist, number: int, row: asyncpg.Record, people: Mapping[str, str]
    ) -> tuple[object, ...] | None:
        """None where it is neither asked for nor may belong to one that is."""
        person, said_at = people.get(row["sender"], row["sender"]), row["said_at"]
        asked = self.selection.takes(person, said_at, self.zone) and self._is_hit(worklist, number, row["pos"])
        loose = row["relation"] in BELONGING or row["cites"] is not None or row["type"] == ENCRYPTED
        if not asked and not loose:
            return None
        month = f"{said_at.astimezone(self.zone):%Y-%m}"
        return (number, row["room_seq"], row["pos"], row["event_id"], row["type"], person, microseconds(said_at), month,
                row["relation"], row["relates_to"], row["cites"], row["source"], int(asked))  # fmt: skip

    def _is_hit(self, worklist: Worklist, number: int, pos: int) -> bool:
        if self.selection.query is None:
            return True
        return (
            worklist.sql.execute("select 1 from hit where (room, pos) = (?, ?)", (number, pos)).fetchone() is not None
        )

    async def search(self, worklist: Worklist, journal: Journal, keyring: Keyring, rooms: Sequence[Room]) -> None:
        """Lays down what the query finds, where there is one.

        Raises:
            bots.retention.search.query.BadQuery: it cannot be asked.
        """
        if self.selection.query is None:
            return
        numbers = {room.ref: number for number, room in enumerate(rooms)}
        query = read(f"{self.selection.query} room:{self.selection.room}", self.zone)
        finding = Finding(journal, MonthKeys(keyring), query)
        async with aclosing(finding.hits(self.connection)) as hits:
            async for hit in hits:
                if hit.room.ref in numbers:
                    place = (numbers[hit.room.ref], hit.entry.pos)
                    worklist.sql.execute("insert or ignore into hit values (?, ?)", place)


async def ghosts(connection: Connection, room: Room) -> Mapping[str, str]:
    """Whose ghost each is on the room's homeserver."""
    rows = await connection.fetch("select user_id, person from ghost where homeserver = $1", room.homeserver)
    return {row["user_id"]: row["person"] for row in rows}


def microseconds(at: datetime) -> int:
    """Since 1970."""
    return round(at.timestamp() * 1_000_000)
