"""One log from its rows up: each row's leaf, each kept hash, the right edge; and the roots that the log had at the
sizes of its checkpoints.
"""

from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from bots.retention.log import STEP
from bots.retention.merkle import Frontier, Subtree, grown
from bots.retention.verification import rows
from bots.retention.verification.fault import Fault
from bots.retention.verification.leaves import Leaves
from bots.retention.verification.rows import Row
from bridge.store.database import Connection

Progress = Callable[[int], None]
"""Told how many leaves were looked at."""

ABSENT = bytes(32)
"""In the place of a leaf that nobody has."""


@dataclass
class Log:
    """What is recomputed of a log."""

    connection: Connection
    organisation: str
    told: Frontier
    """The right edge as it is kept."""
    sizes: Sequence[int]
    """At which its root is wanted, the smallest first."""
    roots: dict[int, bytes] = field(default_factory=dict)
    edge: Frontier = field(default_factory=Frontier)
    nodes: dict[Subtree, bytes] = field(default_factory=dict)

    async def faults(self, progress: Progress) -> AsyncIterator[Fault]:
        """Everything that is wrong with it; afterwards the roots are there."""
        leaves = Leaves(self.connection, self.organisation, self.told.size)
        async for first, hashes in leaves.slices():
            found = await rows.between(self.connection, self.organisation, first, first + len(hashes))
            for fault in self._compared(first, hashes, found):
                yield fault
            progress(len(hashes))
        for fault in leaves.faults:
            yield fault
        async for fault in self._nodes():
            yield fault
        if self.edge != self.told:
            yield Fault(f"the log of {self.organisation}", "its right edge is not that of its leaves")

    def _compared(self, first: int, hashes: list[bytes | None], found: Sequence[Row]) -> list[Fault]:
        faults = rows.compared(self.organisation, first, hashes, found)
        known = {row.seq: row.leaf for row in reversed(found)}  # of two rows the first counts
        self._grow([leaf or known.get(seq, ABSENT) for seq, leaf in enumerate(hashes, first)])
        return faults

    def _grow(self, leaves: Sequence[bytes]) -> None:
        start, end = self.edge.size, self.edge.size + len(leaves)
        cuts = self.sizes[bisect_right(self.sizes, start) : bisect_left(self.sizes, end)]
        for before, after in zip([start, *cuts], [*cuts, end], strict=True):
            more = grown(self.edge, leaves[before - start : after - start], STEP)
            self.edge = more.frontier
            self.nodes.update(more.completed)
            self.roots[after] = self.edge.root()

    async def _nodes(self) -> AsyncIterator[Fault]:
        kept = await self.connection.fetch(
            "select height, index, hash from record_node where organisation = $1", self.organisation
        )
        for row in kept:
            part = Subtree(row["height"], row["index"])
            if self.nodes.pop(part, None) != row["hash"]:
                yield Fault(self._place(part), "it is not the hash of its leaves")
        for part in sorted(self.nodes):
            yield Fault(self._place(part), "its hash is missing")

    def _place(self, part: Subtree) -> str:
        return f"node {part.index} at height {part.height} of {self.organisation}"
