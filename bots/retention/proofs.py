"""Proofs about a log, as RFC 9162 (section 2.1.3 and 2.1.4) makes and verifies them: that it holds a leaf, and that it
only ever grew. A proof is hashes of ranges of leaves; where they come from is the caller's. Pure.
"""

from collections.abc import Iterable, Sequence

from bots.retention.merkle import EMPTY, Source, Subtree, hash_of, node_hash, subtrees

Range = tuple[int, int]
"""The leaves from the first number to before the second."""


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """What the proof that a log of this size holds the leaf consists of, from the leaf up."""
    if not 0 <= index < size:
        raise ValueError(f"a log of {size} leaves has no leaf {index}")
    start, end, path = 0, size, []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency_ranges(old: int, size: int) -> list[Range]:
    """What the proof consists of that a log of this size begins with what it was at the `old` size."""
    if not 0 < old <= size:
        raise ValueError(f"no log of {old} leaves grows to {size}")
    start, end, whole, path = 0, size, True, []
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start, whole = middle, False
    return [*([] if whole else [(start, end)]), *path[::-1]]


def parts(ranges: Iterable[Range]) -> set[Subtree]:
    """The complete subtrees that a proof of these ranges is computed from."""
    return {subtree for start, end in ranges for subtree in subtrees(start, end)}


def proof(ranges: Iterable[Range], source: Source) -> list[bytes]:
    """The hashes of these ranges."""
    return [hash_of(start, end, source) for start, end in ranges]


def includes(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path proves that the log of this size and root holds the leaf hash at this index."""
    if not 0 <= index < size:
        return False
    at, last, node = index, size - 1, leaf
    for other in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(other, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, other)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def consistent(old: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the log of `size` and `root` begins with the one of `old` and `old_root`."""
    if old == size or old == 0:
        return not path and (old_root == root if old == size else old_root == EMPTY and old <= size)
    if not 0 < old < size or not path:
        return False
    nodes = list(path) if old & (old - 1) else [old_root, *path]
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = now = nodes[0]
    for other in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, now = node_hash(other, before), node_hash(other, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, other)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and now == root


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1
