"""Inclusion proofs of leaves that are asked for one after the other: neighbours have most of their hashes in common,
and each is computed once.
"""

from dataclasses import dataclass, field

from bots.retention import proofs
from bots.retention.proofs import Range
from bots.retention.tree import Tree


@dataclass
class Paths:
    """Proofs that a log of one size holds its leaves."""

    tree: Tree
    size: int
    _last: dict[Range, bytes] = field(default_factory=dict)
    """The hashes of the proof before."""

    async def of(self, index: int) -> list[bytes]:
        """The proof of a leaf (RFC 9162, section 2.1.3). Raises Incomplete."""
        ranges = proofs.inclusion_ranges(index, self.size)
        known = self._last
        if new := [part for part in ranges if part not in known]:
            known = known | dict(zip(new, await self.tree.hashes(new), strict=True))
        self._last = {part: known[part] for part in ranges}
        return list(self._last.values())
