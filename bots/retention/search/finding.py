"""Finds what was said: goes through the candidates of each month, opens what they stand for, and gives what is meant
indeed, with what was said before and after it. What cannot be opened any more is not found.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from bots.retention.search import context, file_rows, rows, said
from bots.retention.search.candidates import Candidate, Month, Scope, together
from bots.retention.search.file_text import FileText
from bots.retention.search.hit import Hit
from bots.retention.search.mirrored import Once
from bots.retention.search.month_key import MonthKeys, bounds
from bots.retention.search.query import Query
from bots.retention.search.said import Kind
from bridge.model import Entry, Room, RoomRef
from bridge.seal import CannotOpen
from bridge.store.database import Connection
from bridge.store.journal import Journal

SEARCH = "search"
"""What the leaf of a search is called."""

PAGE = 20
"""Results that are opened at once."""

LOOKED_UP = 1_000
"""Candidates that the index is asked for at once."""


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
        everywhere = self.query.room is None and self.homeserver is None
        walk, once = True, Once(self.journal, everywhere, self._at)
        for month in await self.keys.months(connection):
            tokens = await self.keys.known(connection, month)
            if tokens is None or not self._reaches(month):
                continue
            asked = await Month.asked(connection, month, tokens, self.query, scope)
            async for page in _pages(connection, asked, walk):
                walk = walk and page.walked
                for hit in await once.of(connection, await self._open(connection, page.candidates)):
                    yield hit

    def _reaches(self, month: date) -> bool:
        """Nothing is said after it was received."""
        return self.query.since is None or bounds(month)[1] > self.query.since

    async def _open(self, connection: Connection, candidates: Sequence[Candidate]) -> Sequence[Hit]:
        """Those of a page that are meant, in the page's order."""
        around = await context.around(connection, candidates)
        opened = await self._entries(connection, candidates, around)
        found = []
        for candidate in candidates:
            room, entries = opened[candidate.room]
            entry, (before, after) = entries.get(candidate.pos), around.get(candidate.place, (None, None))
            if room is None or entry is None:
                continue
            meant, file = self._means(entry), None
            if not meant:
                file = await self._in_files(connection, room, entry)
            if meant or file is not None:
                found.append(Hit(room, entry, entries.get(before or 0), entries.get(after or 0), file))
        return found

    async def _at(self, connection: Connection, room: RoomRef, pos: int) -> Hit | None:
        """What is found at a position, if it is meant."""
        found = await self._open(connection, [Candidate(room, pos, datetime.now(UTC))])
        return found[0] if found else None

    async def _in_files(self, connection: Connection, room: Room, entry: Entry) -> FileText | None:
        """The first of its files that is meant, together with what it says itself."""
        query, event = self.query, entry.event
        if query.sender not in (None, event.sender) or query.kind not in (None, Kind.FILE, said.kind(entry)):
            return None
        for file in (await file_rows.of(connection, self.keys.keyring, room, [entry.pos])).get(entry.pos, ()):
            if query.means([*rows.spoken(event), *await asyncio.to_thread(file.words)]):
                return file
        return None

    async def _entries(
        self, connection: Connection, candidates: Sequence[Candidate], around: context.Around
    ) -> Mapping[RoomRef, tuple[Room | None, Mapping[int, Entry]]]:
        """The entries of a page and around it that open, by room and position."""
        wanted: dict[RoomRef, set[int]] = defaultdict(set)
        for one in candidates:
            wanted[one.room] |= {pos for pos in (one.pos, *around.get(one.place, ())) if pos is not None}
        found: dict[RoomRef, tuple[Room | None, Mapping[int, Entry]]] = {}
        for ref, positions in wanted.items():
            room = await self.journal.room(connection, ref)
            entries = await self.journal.read_at(connection, room, sorted(positions)) if room is not None else []
            found[ref] = room, {entry.pos: entry for entry in entries if _opens(entry)}
        return found

    def _means(self, entry: Entry) -> bool:
        """Whether it is what was asked for, and not something of the same hashes."""
        query, event = self.query, entry.event
        if query.sender not in (None, event.sender) or query.kind not in (None, said.kind(entry)):
            return False
        return query.means(rows.spoken(event))


def _opens(entry: Entry) -> bool:
    try:
        return entry.event is not None
    except CannotOpen:
        return False


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
        most = PAGE if walk else LOOKED_UP
        found = together(found, await asked.in_files(connection, after, most), most)
        for at in range(0, len(found), PAGE):
            yield _Page(found[at : at + PAGE], walk)
        if len(found) < most:
            return
        after = found[-1]


async def _rooms(connection: Connection, room_id: str | None) -> Sequence[RoomRef] | None:
    """One number for each homeserver that the room is seen through."""
    if room_id is None:
        return None
    return [RoomRef(row["id"]) for row in await connection.fetch("select id from room where room_id = $1", room_id)]
