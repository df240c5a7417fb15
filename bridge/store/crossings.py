"""What became of each journal entry of a linked room towards each other end: one row for each, written with the
mirror's own step, so that the counts of a link can be compared with the journal's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bridge.model import EndpointRef, Fate, RoomRef
from bridge.store.database import Connection

AWAITED = frozenset({Fate.UNREADABLE, Fate.HELD})
"""What became of entries in whose place another may yet go on."""


@dataclass
class Crossings:
    """The fates of one batch, until they are written."""

    room: RoomRef
    _noted: dict[tuple[int, EndpointRef], tuple[Fate, int | None, int | None]] = field(default_factory=dict)

    def order(self, pos: int, endpoint: EndpointRef, order: int) -> None:
        """The entry led to this order there; the last one counts."""
        self._noted[pos, endpoint] = (Fate.ORDERED, order, None)

    def note(self, pos: int, endpoint: EndpointRef, fate: Fate) -> None:
        """This became of the entry, where nothing was ordered."""
        self._noted.setdefault((pos, endpoint), (fate, None, None))

    def hold(self, pos: int, endpoint: EndpointRef, fate: Fate, held_by: int | None) -> None:
        """The entry stays at the border; `held_by` is the position of what it depends on, where that is why."""
        self._noted.setdefault((pos, endpoint), (fate, None, held_by))

    def note_all(self, positions: Iterable[int], endpoints: Sequence[EndpointRef], fate: Fate) -> None:
        """This became of all these entries towards all these ends."""
        for pos in positions:
            for endpoint in endpoints:
                self.note(pos, endpoint, fate)

    async def write(self, connection: Connection) -> None:
        """One statement for the whole batch. What was written of an entry before stands, but for one that could not be
        read and whose late entry crosses, and for one that was held and is so no more.
        """
        if not self._noted:
            return
        places, fates = list(self._noted), list(self._noted.values())
        await connection.execute(
            "insert into crossing (room, pos, endpoint, fate, order_id, held_by)"
            " select $1, * from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[])"
            " on conflict (room, endpoint, pos) do update"
            " set fate = excluded.fate, order_id = excluded.order_id, held_by = null"
            " where (crossing.fate = 'unreadable' and excluded.fate = 'ordered')"
            " or (crossing.fate = 'held' and excluded.fate <> 'held')",
            self.room, [pos for pos, _ in places], [endpoint for _, endpoint in places],
            [fate.value for fate, _, _ in fates], [order for _, order, _ in fates], [by for _, _, by in fates],
        )  # fmt: skip

    async def awaited(self, connection: Connection, pos: int) -> set[EndpointRef]:
        """The ends towards which an entry would have gone, could it have been read, or had it not been held."""
        rows = await connection.fetch(
            "select endpoint from crossing where room = $1 and pos = $2 and fate in ('unreadable', 'held')",
            self.room, pos,
        )  # fmt: skip
        noted = {end for (at, end), (fate, _, _) in self._noted.items() if at == pos and fate in AWAITED}
        return {EndpointRef(row["endpoint"]) for row in rows} | noted

    async def of(self, connection: Connection, event_id: str, endpoint: EndpointRef) -> Fate | None:
        """What became of an event of this room; None where that is not known."""
        return await self.of_pos(connection, await self.position(connection, event_id), endpoint)

    async def position(self, connection: Connection, event_id: str) -> int | None:
        """Where an event stands in this room's journal."""
        pos: int | None = await connection.fetchval(
            "select pos from seen where room = $1 and event_id = $2", self.room, event_id
        )
        return pos

    async def of_pos(self, connection: Connection, pos: int | None, endpoint: EndpointRef) -> Fate | None:
        """What became of the entry at this position; None where that is not known."""
        if pos is None:
            return None
        if (pos, endpoint) in self._noted:
            return self._noted[pos, endpoint][0]
        found = await connection.fetchval(
            "select fate from crossing where room = $1 and endpoint = $2 and pos = $3", self.room, endpoint, pos
        )
        return Fate(found) if found is not None else None
