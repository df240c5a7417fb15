"""Keyed hashes of words, of their beginnings and of what events are marked with: 64 bits each, under a key that lies
wrapped beside those of the content. Equal words have equal hashes, so that whoever reads the table learns how often
some word is said, and in what order; not which word. A hash that two words share is no harm: what is found is opened
and looked at before it is shown.
"""

import hashlib
import struct
from collections.abc import Callable, Iterable, Sequence

KEPT = (3, 4, 5, 6, 9)
"""Letters of the beginnings that are kept; one between or beyond is looked for by the longest that is kept of it."""

REMEMBERED, LONGEST_REMEMBERED = 50_000, 40
"""Words whose hashes are remembered, and their letters: most words that people write are among the most common."""

_LENGTH = struct.pack(">i", 8)
ELEMENT = 12
"""Bytes of an element of a `bigint[]` as PostgreSQL sends and takes it: its length and its value."""

GAP = _LENGTH + bytes(8)
"""Stands between texts, so that no phrase reaches from one into the next."""


class Tokens:
    """The hashes under one key, as elements of an array. Those of ten words cost 3 µs."""

    def __init__(self, key: bytes) -> None:
        self._word = _hashing(key, b"word")
        self._mark = _hashing(key, b"mark")
        self._beginning = _hashing(key, b"beginning")
        self._words: dict[str, bytes] = {}
        self._marks: dict[str, bytes] = {}

    def word(self, word: str) -> bytes:
        return self._words.get(word) or self._new(word)

    def mark(self, mark: str) -> bytes:
        if (known := self._marks.get(mark)) is not None:
            return known
        return _remember(self._marks, mark, self._mark(mark))

    def sequence(self, words: Iterable[str]) -> bytes:
        """The words in their order."""
        known, new = self._words.get, self._new
        return b"".join([known(word) or new(word) for word in words])

    def beginning(self, letters: str) -> bytes:
        """Of a beginning of three letters or more, or of as much of it as is kept."""
        return self._beginning(letters[: max(length for length in KEPT if length <= len(letters))])

    def beginnings(self, word: str) -> Sequence[bytes]:
        """Of each beginning of a word that is kept, the shortest first."""
        return [self._beginning(word[:length]) for length in KEPT if length < len(word)]

    def _new(self, word: str) -> bytes:
        token = self._word(word)
        return _remember(self._words, word, token) if len(word) <= LONGEST_REMEMBERED else token


def number(token: bytes) -> int:
    """A hash as the number that it is in SQL."""
    return int.from_bytes(token[len(_LENGTH) :], "big", signed=True)


def numbers(sequence: bytes) -> list[int]:
    """The same of hashes that follow each other."""
    return [number(sequence[at : at + ELEMENT]) for at in range(0, len(sequence), ELEMENT)]


def _remember(memory: dict[str, bytes], text: str, token: bytes) -> bytes:
    if len(memory) >= REMEMBERED:
        memory.clear()
    memory[text] = token
    return token


def _hashing(key: bytes, what: bytes) -> Callable[[str], bytes]:
    """A keyed BLAKE2b (RFC 7693) for one use: hashes of different uses never meet."""
    keyed = hashlib.blake2b(key=key, digest_size=8, person=what)

    def hashed(text: str) -> bytes:
        state = keyed.copy()
        state.update(text.encode("utf-8", "surrogatepass"))
        return _LENGTH + state.digest()

    return hashed
