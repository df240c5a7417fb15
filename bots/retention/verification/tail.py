"""The end of a log, from its rows up: what was appended since it was last looked at. The notary looks before it signs,
and never signs over a row that is not what its leaf, or the log, says of it. Others may append meanwhile: all that is
looked at lies before the right edge that it began with, where nobody writes any more.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from bots.retention.log import STEP
from bots.retention.merkle import HASH_BYTES, Frontier, Grown, grown
from bots.retention.tree import Incomplete, Tree, leaves
from bots.retention.verification import rows
from bots.retention.verification.fault import Fault
from bridge.store.database import Connection

AT_ONCE = 500

ABSENT = bytes(HASH_BYTES)
"""In the place of a leaf that nobody has."""

_RAGGED = """
    select first from record_leaves where organisation = $1 and first < $3 and first >= coalesce(
        (select max(first) from record_leaves where organisation = $1 and first <= $2), $2)
      and (length(hashes) % $4 <> 0 or first + length(hashes) / $4 > $3) order by first
"""
_HEADS = """
    select o.room_id, t.room from (
        select distinct room from record where organisation = $1 and seq >= $2 and seq < $3
    ) t left join room o on o.id = t.room left join record_head h on h.room = t.room
    left join lateral (
        select room_seq, pos from record where room = t.room order by room_seq desc limit 1
    ) r on true
    where h.room_seq is distinct from r.room_seq or h.last_pos is distinct from r.pos order by t.room
"""


@dataclass
class Tail:
    """The leaves of one log from a number on."""

    connection: Connection
    organisation: str
    start: int
    edge: Frontier

    async def faults(self) -> AsyncIterator[Fault]:
        """What of it is not as it was recorded."""
        try:
            reached = await Tree(self.connection, self.organisation).edge(self.start)
        except Incomplete as error:
            yield Fault(f"the log of {self.organisation}", str(error))
            return
        for first in range(self.start, self.edge.size, AT_ONCE):
            found, more = await self._compared(first, min(first + AT_ONCE, self.edge.size), reached)
            reached = more.frontier
            for fault in [*found, *await self._nodes(more)]:
                yield fault
        if reached != self.edge:
            yield Fault(f"the log of {self.organisation}", "its right edge is not that of its leaves")
        for fault in [*await self._ragged(), *await self._heads()]:
            yield fault

    async def _compared(self, first: int, after: int, reached: Frontier) -> tuple[list[Fault], Grown]:
        kept = await leaves(self.connection, self.organisation, first, after)
        missing = first + len(kept)
        hashes = [*kept, *[None] * (after - missing)]
        found = await rows.between(self.connection, self.organisation, first, after)
        faults = rows.compared(self.organisation, first, hashes, found)
        if missing < after:
            where = f"leaves {missing} to {after - 1} of {self.organisation}"
            faults.append(Fault(where, "their hashes are missing", missing))
        return faults, grown(reached, [one or ABSENT for one in hashes], STEP)

    async def _nodes(self, more: Grown) -> list[Fault]:
        if not more.completed:
            return []
        kept = await self.connection.fetch(
            "select n.height, n.index, n.hash from record_node n"
            " join unnest($2::smallint[], $3::bigint[]) p(height, index) using (height, index) where organisation = $1",
            self.organisation, [part.height for part, _ in more.completed], [part.index for part, _ in more.completed],
        )  # fmt: skip
        known = {(row["height"], row["index"]): row["hash"] for row in kept}
        return [
            Fault(f"node {part.index} at height {part.height} of {self.organisation}", "it is not that of its leaves")
            for part, node in more.completed
            if known.get((part.height, part.index)) != node
        ]

    async def _ragged(self) -> list[Fault]:
        given = (self.organisation, self.start, self.edge.size, HASH_BYTES)
        return [
            Fault(f"leaves {row['first']} and on of {self.organisation}", "there is no place for them in the log")
            for row in await self.connection.fetch(_RAGGED, *given)
        ]

    async def _heads(self) -> list[Fault]:
        """One statement: a room's head and its last record are committed together."""
        found = await self.connection.fetch(_HEADS, self.organisation, self.start, self.edge.size)
        return [
            Fault(f"room {row['room_id'] or row['room']} of {self.organisation}", "its head is not its last record")
            for row in found
        ]
