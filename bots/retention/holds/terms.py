"""The words of a hold, against the keyed hashes under which search keeps those of each record. Where somebody's hash
has another's value too much is held, never too little.
"""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import chain

from bots.retention.search import query, vocabulary
from bots.retention.search.query import Query
from bots.retention.search.tokens import ELEMENT, Tokens
from bridge.store.database import Connection

MOST = 20_000
"""Words of a month that may begin as a hold says; where more do, the beginning fits all that was said in it."""

_ELEMENT = b"\x00\x00\x00\x08"

Fits = Callable[[bytes], bool]
"""Whether a record's hashes, as they stand in an array that PostgreSQL sends, are those of any of the words."""


def read(words: Sequence[str]) -> Sequence[Query]:
    """The words of a hold. Raises BadQuery."""
    return list(chain.from_iterable(map(query.terms, words)))


async def fits(connection: Connection, month: date, tokens: Tokens, words: Sequence[Query]) -> Fits:
    """What a record of the month must have."""
    tests = [await _term(connection, month, tokens, one) for one in words]
    return lambda said: any(test(said) for test in tests)


async def _term(connection: Connection, month: date, tokens: Tokens, one: Query) -> Fits:
    phrases = [tokens.sequence(phrase) for phrase in one.phrases]
    begun = [await _begun(connection, month, tokens, beginning) for beginning in one.beginnings]
    return lambda said: all(phrase in said for phrase in phrases) and all(test(said) for test in begun)


async def _begun(connection: Connection, month: date, tokens: Tokens, beginning: str) -> Fits:
    longer = await vocabulary.beginning(connection, month, tokens.beginning(beginning), MOST + 1)
    if len(longer) > MOST:
        return lambda _: True
    wanted = {tokens.word(beginning), *(_ELEMENT + number.to_bytes(8, "big", signed=True) for number in longer)}
    return lambda said: any(said[at : at + ELEMENT] in wanted for at in range(HEADER, len(said), ELEMENT))


HEADER = 20
"""Bytes before the first element: dimensions, flags, type, length, lower bound."""
