"""The same message in several rooms: what was written in one, and its copies in those that are linked with it. Whoever
searches all rooms is shown it once, as it was written where that is found too, with the other rooms in which it stands.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bots.retention.search.hit import Hit
from bridge.model import RoomRef
from bridge.store import copies
from bridge.store.copies import Place
from bridge.store.database import Connection
from bridge.store.journal import Journal

MOST_STEPS = 6
"""Copies of copies that are followed; a hub between departments makes two."""


@dataclass
class Once:
    """What one search has shown."""

    journal: Journal
    everywhere: bool
    """Whether all rooms are searched; else each is shown where it was found, and no other room is named."""
    found_at: Callable[[Connection, RoomRef, int], Awaitable[Hit | None]]
    """What the search finds at a position of a room, if it means that."""
    _shown: dict[Place, RoomRef] = field(default_factory=dict)
    """In which room; what is told of it later in the same room is shown, too."""
    _early: set[tuple[RoomRef, int]] = field(default_factory=set)
    """Those that were shown in the place of their copies."""

    async def of(self, connection: Connection, hits: Sequence[Hit]) -> Sequence[Hit]:
        """Those of these that were not shown in another room."""
        if not self.everywhere or not hits:
            return hits
        roots = await _roots(connection, [_place(hit) for hit in hits])
        rooms = await _rooms(connection, set(roots.values()))
        found = []
        for hit in hits:
            root = roots[_place(hit)]
            if root not in self._shown and root != _place(hit):
                hit = await self._original(connection, root) or hit
            elif (hit.room.ref, hit.entry.pos) in self._early:
                continue
            if self._shown.setdefault(root, hit.room.ref) == hit.room.ref:
                others = [ref for ref in dict.fromkeys(rooms[root]) if ref != hit.room.ref]
                found.append(replace(hit, also=await self._names(connection, others)) if others else hit)
        return found

    async def _original(self, connection: Connection, root: Place) -> Hit | None:
        """What was written, if it is on record and meant as its copy is."""
        pos: int | None = await connection.fetchval(
            "select s.pos from seen s join search_head h on h.room = s.room and h.pos >= s.pos"
            " where s.room = $1 and s.event_id = $2",
            *root,
        )
        hit = await self.found_at(connection, RoomRef(root[0]), pos) if pos is not None else None
        if hit is not None:
            self._early.add((hit.room.ref, hit.entry.pos))
        return hit

    async def _names(self, connection: Connection, refs: Sequence[int]) -> Sequence[str]:
        rooms = [await self.journal.room(connection, RoomRef(ref)) for ref in refs]
        return [room.room_id for room in rooms if room is not None]


def _place(hit: Hit) -> Place:
    return hit.room.ref, hit.entry.event.id or f"entry {hit.entry.pos}"


async def _roots(connection: Connection, places: Iterable[Place]) -> Mapping[Place, Place]:
    """Which event each of these stands for: itself, where it is no copy."""
    found = {place: place for place in places}
    for _ in range(MOST_STEPS):
        above = await copies.originals(connection, set(found.values()))
        if not above:
            break
        found = {place: above.get(root, root) for place, root in found.items()}
    return found


async def _rooms(connection: Connection, roots: Iterable[Place]) -> Mapping[Place, Sequence[int]]:
    """The rooms in which each of these stands, its own first."""
    family = {root: root for root in roots}
    found, below = {root: [root[0]] for root in family}, list(family)
    for _ in range(MOST_STEPS):
        made = await copies.of_originals(connection, below)
        below = [copy for some in made.values() for copy in some if copy not in family]
        for place, some in made.items():
            for copy in some:
                if copy not in family:
                    family[copy] = family[place]
                    found[family[place]].append(copy[0])
        if not below:
            break
    return found
