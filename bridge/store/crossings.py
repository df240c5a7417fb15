"""What became of each journal entry of a linked room towards each other end: one row for each, written with the
mirror's own step, so that the counts of a link can be compared with the journal's.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bridge.model import EndpointRef, Fate, RoomRef
from bridge.store.database import Connection


@dataclass
class Crossings:
    """The fates of one batch, until they are written."""

    room: RoomRef
    _noted: dict[tuple[int, EndpointRef], tuple[Fate, int | None]] = field(default_factory=dict)

    def order(self, pos: int, endpoint: EndpointRef, order: int) -> None:
        """The entry led to this order there; the last one counts."""
        self._noted[pos, endpoint] = (Fate.ORDERED, order)

    def note(self, pos: int, endpoint: EndpointRef, fate: Fate) -> None:
        """This became of the entry, where nothing was ordered."""
        self._noted.setdefault((pos, endpoint), (fate, None))

    def note_all(self, positions: Iterable[int], endpoints: Sequence[EndpointRef], fate: Fate) -> None:
        """This became of all these entries towards all these ends."""
        for pos in positions:
            for endpoint in endpoints:
                self.note(pos, endpoint, fate)

    async def write(self, connection: Connection) -> None:
        """One statement for the whole batch. What was written of an entry before stands, but for one that could not be
        read, and whose late entry crosses.
        """
        if not self._noted:
            return
        places, fates = list(self._noted), list(self._noted.values())
        await connection.execute(
            "insert into crossing (room, pos, endpoint, fate, order_id)"
            " select $1, * from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[])"
            " on conflict (room, endpoint, pos) do update set fate = excluded.fate, order_id = excluded.order_id"
            " where crossing.fate = 'unreadable' and excluded.fate = 'ordered'",
            self.room, [pos for pos, _ in places], [endpoint for _, endpoint in places],
            [fate.value for fate, _ in fates], [order for _, order in fates],
        )  # fmt: skip

    async def awaited(self, connection: Connection, pos: int) -> set[EndpointRef]:
        """The ends towards which an entry would have gone, could it have been read."""
        rows = await connection.fetch(
            "select endpoint from crossing where room = $1 and pos = $2 and fate = 'unreadable'", self.room, pos
        )
        noted = {end for (at, end), (fate, _) in self._noted.items() if at == pos and fate is Fate.UNREADABLE}
        return {EndpointRef(row["endpoint"]) for row in rows} | noted

    async def of(self, connection: Connection, event_id: str, endpoint: EndpointRef) -> Fate | None:
        """What became of an event of this room; None where that is not known."""
        pos = await connection.fetchval("select pos from seen where room = $1 and event_id = $2", self.room, event_id)
        if (pos, endpoint) in self._noted:
            return self._noted[pos, endpoint][0]
        found = await connection.fetchval(
            "select fate from crossing where room = $1 and endpoint = $2 and pos = $3", self.room, endpoint, pos
        )
        return Fate(found) if found is not None else None
