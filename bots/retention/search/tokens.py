"""Keyed hashes of words, of their beginnings and of what events are marked with: 64 bits each, under a key that lies
wrapped beside those of the content. Equal words have equal hashes, so that whoever reads the table learns how often
some word is said, and in what order; not which word. A hash that two words share is no harm: what is found is opened
and looked at before it is shown.
"""

import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache

GAP = 0
"""Stands between texts, so that no phrase reaches from one into the next."""

KEPT = (2, 3, 4, 5, 6, 9)
"""Letters of the beginnings that are kept; one between or beyond is looked for by the longest that is kept of it."""

REMEMBERED, LONGEST_REMEMBERED = 50_000, 40
"""Words whose hashes are remembered, and their letters: most words that people write are among the most common."""


class Tokens:
    """The hashes under one key. An ordinary message of ten words costs 5 µs."""

    def __init__(self, key: bytes) -> None:
        self._any_word = _hashing(key, b"word")
        self._common = lru_cache(REMEMBERED)(self._any_word)
        self.mark: Callable[[str], int] = lru_cache(REMEMBERED)(_hashing(key, b"mark"))
        self._beginning = _hashing(key, b"beginning")

    def word(self, word: str) -> int:
        return self._common(word) if len(word) <= LONGEST_REMEMBERED else self._any_word(word)

    def sequence(self, texts: Sequence[Sequence[str]]) -> list[int]:
        """The words of each text in their order, with a gap before each text."""
        found: list[int] = []
        for words in texts:
            found.append(GAP)
            found += map(self.word, words)
        return found

    def beginning(self, letters: str) -> int:
        """Of a beginning of two letters or more, or of as much of it as is kept."""
        return self._beginning(letters[: max(length for length in KEPT if length <= len(letters))])

    def beginnings(self, word: str) -> list[int]:
        """Of each beginning of a word that is kept, the shortest first."""
        return [self._beginning(word[:length]) for length in KEPT if length < len(word)]


def _hashing(key: bytes, what: bytes) -> Callable[[str], int]:
    """A keyed BLAKE2b (RFC 7693) for one use: hashes of different uses never meet."""
    keyed = hashlib.blake2b(key=key, digest_size=8, person=what)

    def hashed(text: str) -> int:
        state = keyed.copy()
        state.update(text.encode("utf-8", "surrogatepass"))
        return int.from_bytes(state.digest(), "big", signed=True)

    return hashed
