"""The hash tree of a log, as RFC 6962 and RFC 9162 (section 2.1) draw it. A log of any length grows from its right edge
alone: the hashes of the complete subtrees that its leaves fall into, of which there are at most as many as its length
has binary digits. Pure; what a log has in the database is `bots.retention.log`'s and `bots.retention.tree`'s.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()
"""The root of a log without leaves."""


@dataclass(frozen=True, slots=True, order=True)
class Subtree:
    """A complete subtree: of the leaves from `index` * 2^`height` on, 2^`height` many."""

    height: int
    index: int


Source = Callable[[Subtree], bytes]
"""Tells the hash of a complete subtree."""


@dataclass(frozen=True)
class Frontier:
    """The right edge of a log."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()
    """Of the complete subtrees that make up all leaves, from left to right: the largest first."""

    def root(self) -> bytes:
        """The root of the whole log."""
        return folded(self.hashes)


@dataclass(frozen=True)
class Grown:
    """What became of a log by appending."""

    frontier: Frontier
    completed: Sequence[tuple[Subtree, bytes]]
    """The subtrees that were completed and are to be kept."""


def leaf_hash(data: bytes) -> bytes:
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def grown(frontier: Frontier, leaves: Sequence[bytes], step: int) -> Grown:
    """Appends the hashes of leaves. Of completed subtrees, those of a height that `step` divides are kept."""
    hashes, size = list(frontier.hashes), frontier.size
    completed = []
    for leaf in leaves:
        node, height, left = leaf, 0, size
        while left & 1:
            node = sha256(b"\x01" + hashes.pop() + node).digest()
            left >>= 1
            height += 1
            if height % step == 0:
                completed.append((Subtree(height, left), node))
        hashes.append(node)
        size += 1
    return Grown(Frontier(size, tuple(hashes)), completed)


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees that stand beside each other, the largest first."""
    if not hashes:
        return EMPTY
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def subtrees(start: int, end: int) -> Iterator[Subtree]:
    """The complete subtrees that make up the leaves from `start` to before `end`, from left to right."""
    while start < end:
        fits = (end - start).bit_length() - 1
        height = min(fits, (start & -start).bit_length() - 1) if start else fits
        yield Subtree(height, start >> height)
        start += 1 << height


def hash_of(start: int, end: int, source: Source) -> bytes:
    """The root of the leaves from `start` to before `end`; `start` is where a subtree of a log may begin."""
    return folded([source(subtree) for subtree in subtrees(start, end)])
