"""Finds what was said: goes through the candidates of each month, opens what they stand for, and gives what is meant
indeed, with what was said before and after it. What cannot be opened any more is not found.
"""

from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bots.retention.search import context, rows, said
from bots.retention.search.candidates import Candidate, Month, Scope
from bots.retention.search.month_key import MonthKeys, bounds
from bots.retention.search.query import Query
from bridge.model import Entry, Room, RoomRef
from bridge.seal import CannotOpen
from bridge.store.database import Connection
from bridge.store.journal import Journal

PAGE = 20
"""Results that are opened at once."""

LOOKED_UP = 1_000
"""Candidates that the index is asked for at once."""


@dataclass(frozen=True)
class Hit:
    """Something that was said and is meant."""

    room: Room
    entry: Entry
    before: Entry | None
    """What was said before it in the room."""
    after: Entry | None


@dataclass(frozen=True)
class Finding:
    """One search."""

    journal: Journal
    keys: MonthKeys
    query: Query
    homeserver: str | None = None
    """Only in rooms that are seen through it; None for all."""

    async def hits(self, connection: Connection) -> AsyncGenerator[Hit, None]:
        """What is found: of each month in which it was received, the newest first, and within it by when it was said.

        Raises:
            BadQuery: a beginning is that of too many words.
        """
        scope = Scope(await _rooms(connection, self.query.room), self.homeserver)
        if scope.rooms == []:
            return
        walk = True
        for month in await self.keys.months(connection):
            tokens = await self.keys.known(connection, month)
            if tokens is None or not self._reaches(month):
                continue
            asked = await Month.asked(connection, month, tokens, self.query, scope)
            async for page in _pages(connection, asked, walk):
                walk = walk and page.walked
                for hit in await self._open(connection, page.candidates):
                    yield hit

    def _reaches(self, month: date) -> bool:
        """Nothing is said after it was received."""
        return self.query.since is None or bounds(month)[1] > self.query.since

    async def _open(self, connection: Connection, candidates: Sequence[Candidate]) -> Sequence[Hit]:
        """Those of a page that are meant, in the page's order."""
        around = await context.around(connection, candidates)
        wanted: dict[RoomRef, set[int]] = defaultdict(set)
        for candidate in candidates:
            beside = around.get((candidate.room, candidate.pos), (None, None))
            wanted[candidate.room] |= {pos for pos in (candidate.pos, *beside) if pos is not None}
        rooms = {ref: await self.journal.room(connection, ref) for ref in wanted}
        opened: dict[RoomRef, Mapping[int, Entry]] = {}
        for ref, room in rooms.items():
            entries = await self.journal.read_at(connection, room, sorted(wanted[ref])) if room is not None else []
            opened[ref] = {entry.pos: entry for entry in entries}
        found = []
        for candidate in candidates:
            room, entries_of = rooms[candidate.room], opened[candidate.room]
            entry = entries_of.get(candidate.pos)
            if room is not None and entry is not None and self._means(entry):
                before, after = around.get((candidate.room, candidate.pos), (None, None))
                found.append(Hit(room, entry, entries_of.get(before or 0), entries_of.get(after or 0)))
        return found

    def _means(self, entry: Entry) -> bool:
        """Whether it is what was asked for, and not something of the same hashes."""
        try:
            event, kind = entry.event, said.kind(entry)
        except CannotOpen:
            return False
        query = self.query
        if query.sender not in (None, event.sender) or query.kind not in (None, kind):
            return False
        return query.means(rows.spoken(event))


@dataclass(frozen=True)
class _Page:
    candidates: Sequence[Candidate]
    walked: bool


async def _pages(connection: Connection, asked: Month, walk: bool) -> AsyncGenerator[_Page, None]:
    """The candidates of a month. The index is asked for many at once: it finds all before it gives the first."""
    after: Candidate | None = None
    walk = walk and asked.walkable
    while True:
        found = await asked.walk(connection, after, PAGE) if walk else []
        if walk and len(found) < PAGE:
            walk = False
        if not walk:
            found = await asked.look_up(connection, after, LOOKED_UP)
        for at in range(0, len(found), PAGE):
            yield _Page(found[at : at + PAGE], walk)
        if len(found) < (PAGE if walk else LOOKED_UP):
            return
        after = found[-1]


async def _rooms(connection: Connection, room_id: str | None) -> Sequence[RoomRef] | None:
    """One number for each homeserver that the room is seen through."""
    if room_id is None:
        return None
    return [RoomRef(row["id"]) for row in await connection.fetch("select id from room where room_id = $1", room_id)]
