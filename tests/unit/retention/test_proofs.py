"""A proof convinces of what is so, and of nothing else."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bots.retention import proofs
from bots.retention.merkle import Subtree
from tests.unit.retention.test_merkle import LEAVES, ROOTS, drawn, numbered

A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"

SIZES = st.integers(1, 70)


class Log:
    """A log that lies in memory."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = leaves

    def source(self, part: Subtree) -> bytes:
        return drawn(self.leaves[part.index << part.height : part.index + 1 << part.height])

    def root(self, size: int) -> bytes:
        return drawn(self.leaves[:size])

    def inclusion(self, index: int, size: int) -> list[bytes]:
        return proofs.proof(proofs.inclusion_ranges(index, size), self.source)

    def consistency(self, old: int, size: int) -> list[bytes]:
        return proofs.proof(proofs.consistency_ranges(old, size), self.source)


def log(size: int) -> Log:
    return Log(numbered(size))


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [(0, 1, []), (0, 8, [A, B, C]), (5, 8, [D, E, ROOTS[3]]), (2, 3, [ROOTS[1]]),
     (1, 5, ["6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d", B, D])],
)  # fmt: skip
def test_the_inclusion_proofs_are_those_of_certificate_transparency(index: int, size: int, path: list[str]) -> None:
    given_path = Log(LEAVES).inclusion(index, size)
    assert [node.hex() for node in given_path] == path
    assert proofs.includes(LEAVES[index], index, size, given_path, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(
    ("old", "size", "path"),
    [(1, 1, []), (1, 8, [A, B, C]), (6, 8, [F, E, ROOTS[3]]), (2, 5, [B, D])],
)
def test_the_consistency_proofs_are_those_of_certificate_transparency(old: int, size: int, path: list[str]) -> None:
    given_path = Log(LEAVES).consistency(old, size)
    assert [node.hex() for node in given_path] == path
    roots = (bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[size - 1]))
    assert proofs.consistent(old, roots[0], size, roots[1], given_path)


@given(SIZES, st.data())
def test_each_leaf_of_each_log_is_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    one = log(size)
    path = one.inclusion(index, size)
    assert proofs.includes(one.leaves[index], index, size, path, one.root(size))
    assert len(path) <= (size - 1).bit_length()


@given(SIZES, st.data())
def test_no_other_leaf_place_size_path_or_root_is_proved(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    one = log(size)
    leaf, path, root = one.leaves[index], one.inclusion(index, size), one.root(size)
    assert not proofs.includes(flipped(data, leaf), index, size, path, root)
    assert not proofs.includes(leaf, index, size, path, flipped(data, root))
    assert not proofs.includes(leaf, index, size, [*path, root], root)
    other = data.draw(st.integers(-2, 200))
    assume(other != index)
    assert not proofs.includes(leaf, other, size, path, root)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not proofs.includes(leaf, index, size, [*path[:at], flipped(data, path[at]), *path[at + 1 :]], root)
        assert not proofs.includes(leaf, index, size, [*path[:at], *path[at + 1 :]], root)


@given(SIZES, st.data())
def test_each_log_is_proved_to_begin_with_what_it_was(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    one = log(size)
    assert proofs.consistent(old, one.root(old), size, one.root(size), one.consistency(old, size))


@given(SIZES, st.data())
def test_a_log_whose_past_was_rewritten_is_not_proved_to_be_the_same(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    one = log(size)
    other = Log([*one.leaves[:changed], flipped(data, one.leaves[changed]), *one.leaves[changed + 1 :]])
    for path in (one.consistency(old, size), other.consistency(old, size)):
        assert not proofs.consistent(old, one.root(old), size, other.root(size), path)
        assert not proofs.consistent(old, other.root(old), size, one.root(size), path)


def test_what_cannot_be_proved_is_not_asked_for() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="has no leaf"):
            proofs.inclusion_ranges(index, size)
    for old, size in ((0, 3), (4, 3)):
        with pytest.raises(ValueError, match="no log"):
            proofs.consistency_ranges(old, size)


def flipped(data: st.DataObject, value: bytes) -> bytes:
    """The same with one bit changed."""
    bit = data.draw(st.integers(0, len(value) * 8 - 1))
    return (int.from_bytes(value, "big") ^ 1 << bit).to_bytes(len(value), "big")
