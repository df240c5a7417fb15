"""The tree over one organisation's log, read from the database where a proof needs it. It is read in tiles, each the
eight levels over 256 hashes, and tiles stay for the next proof: neighbours have most of them in common.
"""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bots.retention import proofs
from bots.retention.log import STEP, cut
from bots.retention.merkle import HASH_BYTES, Frontier, Subtree, node_hash, subtrees
from bots.retention.proofs import Range
from bridge.store.database import Connection

AT_ONCE = 256
"""Tiles that stay in memory; 16 kB each."""

WIDTH = 1 << STEP

Place = tuple[int, int]
"""Of a tile: the height of its lowest level, and its number there."""


class Incomplete(Exception):
    """Hashes that the log must have are not in the database."""


@dataclass
class Tree:
    """The tree of one log."""

    connection: Connection
    organisation: str
    _tiles: OrderedDict[Place, list[list[bytes]]] = field(default_factory=OrderedDict)

    async def inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that the log of this size holds this leaf. Raises Incomplete."""
        return await self.hashes(proofs.inclusion_ranges(index, size))

    async def consistency(self, old: int, size: int) -> list[bytes]:
        """The proof that the log of this size begins with the one of the old size. Raises Incomplete."""
        return await self.hashes(proofs.consistency_ranges(old, size))

    async def root(self, size: int) -> bytes:
        """The root that the log had at this size. Raises Incomplete."""
        [root] = await self.hashes([(0, size)])
        return root

    async def edge(self, size: int) -> Frontier:
        """The right edge that the log had at this size. Raises Incomplete."""
        parts = [(part.index << part.height, part.index + 1 << part.height) for part in subtrees(0, size)]
        return Frontier(size, tuple(await self.hashes(parts)))

    async def hashes(self, ranges: Sequence[Range]) -> list[bytes]:
        """The hashes of these ranges of leaves. Raises Incomplete."""
        await self._load(proofs.parts(ranges))
        return proofs.proof(ranges, self._node)

    async def _load(self, wanted: Iterable[Subtree]) -> None:
        """Has the tiles of these subtrees, which all stay until others are asked for."""
        places = {_place(part) for part in wanted}
        for place in places & self._tiles.keys():
            self._tiles.move_to_end(place)
        for place in sorted(places - self._tiles.keys()):
            self._tiles[place] = _levels(await self._hashes(*place))
        while len(self._tiles) > max(AT_ONCE, len(places)):
            self._tiles.popitem(last=False)

    def _node(self, part: Subtree) -> bytes:
        base, number = _place(part)
        level = self._tiles[base, number][part.height - base]
        at = part.index - (number << STEP >> part.height - base)
        if at >= len(level):
            raise Incomplete(f"of the log of {self.organisation}, the hash of {part} is missing")
        return level[at]

    async def _hashes(self, base: int, number: int) -> list[bytes]:
        first = number * WIDTH
        if base:
            rows = await self.connection.fetch(
                "select index, hash from record_node"
                " where organisation = $1 and height = $2 and index >= $3 and index < $4 order by index",
                self.organisation, base, first, first + WIDTH,
            )  # fmt: skip
            return [row["hash"] for at, row in enumerate(rows, first) if row["index"] == at]
        return await leaves(self.connection, self.organisation, first, first + WIDTH)


async def leaves(connection: Connection, organisation: str, first: int, after: int) -> list[bytes]:
    """The leaf hashes from `first` to before `after`, or to before the first that is missing."""
    rows = await connection.fetch(
        "select first, hashes from record_leaves where organisation = $1 and first < $3 and first >= coalesce("
        "(select max(first) from record_leaves where organisation = $1 and first <= $2), $2) order by first",
        organisation, first, after,
    )  # fmt: skip
    found = _joined([(row["first"], row["hashes"]) for row in rows])
    before = (first - rows[0]["first"]) * HASH_BYTES if rows else 0
    return cut(found[before : before + (after - first) * HASH_BYTES]) if before >= 0 else []


def _place(part: Subtree) -> Place:
    base = part.height // STEP * STEP
    return base, part.index << part.height - base >> STEP


def _joined(batches: Sequence[tuple[int, bytes]]) -> bytes:
    """The hashes of batches that follow each other; what lies behind a hole is not taken for what is missing."""
    found = b""
    for first, hashes in batches:
        if first != batches[0][0] + len(found) // HASH_BYTES:
            break
        found += hashes
    return found


def _levels(hashes: list[bytes]) -> list[list[bytes]]:
    """The complete subtrees over these hashes, level by level."""
    levels = [hashes]
    for _ in range(STEP - 1):
        below = levels[-1]
        levels.append([node_hash(below[at], below[at + 1]) for at in range(0, len(below) - 1, 2)])
    return levels
