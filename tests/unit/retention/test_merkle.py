"""A log grows as RFC 6962 says, whatever the pieces in which it grows."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.retention.merkle import EMPTY, Frontier, Subtree, folded, grown, leaf_hash, node_hash, subtrees

INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)
"""The test vectors of Certificate Transparency: the roots of the first one, two, three … of the inputs."""

LEAVES = [leaf_hash(bytes.fromhex(data)) for data in INPUTS]


def numbered(count: int) -> list[bytes]:
    return [leaf_hash(str(n).encode()) for n in range(count)]


def drawn(leaves: list[bytes]) -> bytes:
    """The root as the definition in RFC 6962, section 2.1, has it."""
    if len(leaves) <= 1:
        return leaves[0] if leaves else sha256(b"").digest()
    left = 1
    while left * 2 < len(leaves):
        left *= 2
    return node_hash(drawn(leaves[:left]), drawn(leaves[left:]))


def test_the_roots_are_those_of_certificate_transparency() -> None:
    frontier = Frontier()
    assert frontier.root() == EMPTY
    for leaf, root in zip(LEAVES, ROOTS, strict=True):
        frontier = grown(frontier, [leaf], 8).frontier
        assert frontier.root().hex() == root


@given(st.lists(st.integers(0, 40), max_size=12))
def test_a_log_that_grows_in_pieces_is_the_log_that_grew_at_once(pieces: list[int]) -> None:
    leaves, frontier, at = numbered(sum(pieces)), Frontier(), 0
    for piece in pieces:
        frontier = grown(frontier, leaves[at : at + piece], 8).frontier
        at += piece
        assert frontier.root() == drawn(leaves[:at])
    assert frontier == grown(Frontier(), leaves, 8).frontier
    assert len(frontier.hashes) == at.bit_count()


@pytest.mark.parametrize("step", [1, 2, 3])
@pytest.mark.parametrize("before", [0, 1, 5, 8, 13])
def test_what_is_kept_is_every_subtree_that_was_completed_at_those_heights(step: int, before: int) -> None:
    leaves = numbered(37)
    start = grown(Frontier(), leaves[:before], step).frontier
    kept = dict(grown(start, leaves[before:], step).completed)
    expected = {
        Subtree(height, index): drawn(leaves[index << height : index + 1 << height])
        for height in range(step, 6, step)
        for index in range(37 >> height)
        if index + 1 << height > before
    }
    assert kept == expected


@given(st.integers(0, 300))
def test_the_subtrees_of_a_whole_log_are_its_right_edge(size: int) -> None:
    leaves = numbered(size)
    parts = [drawn(leaves[part.index << part.height : part.index + 1 << part.height]) for part in subtrees(0, size)]
    assert tuple(parts) == grown(Frontier(), leaves, 8).frontier.hashes
    assert folded(parts) == drawn(leaves)
