"""Which words begin how, as hashes of both. A message keeps the hashes of its words alone; those of beginnings are kept
once a month for each word that is said in it, so that they cost little: of 2,000,000 messages a few in a hundred bring
a word that was not said before.
"""

from collections.abc import Sequence, Set
from datetime import date

from bots.retention.search.month_key import bounds
from bots.retention.search.tokens import KEPT, LONGEST_REMEMBERED, Tokens, number
from bridge.store.database import Connection

MOST_KNOWN = 500_000
"""Words of which it is remembered that their beginnings are there."""


class Vocabulary:
    """The words of each month."""

    def __init__(self) -> None:
        self._known: dict[date, set[str]] = {}

    async def add(self, connection: Connection, month: date, tokens: Tokens, words: Set[str]) -> None:
        """Keeps the beginnings of those that are new. Call it once in a transaction."""
        known = self._known.setdefault(month, set())
        asked = [word for word in words - known if len(word) > KEPT[0]]
        if not asked:
            return
        there = await _there(connection, month, tokens, asked)
        first = bounds(month)[0]
        rows = [(number(beginning), number(tokens.word(word)), first)
                for word in asked if word not in there for beginning in tokens.beginnings(word)]  # fmt: skip
        # Two who meet the same new word at once both write it: that is cheaper than that one waits for the other.
        await connection.copy_records_to_table("search_beginning", records=rows)
        if len(known) > MOST_KNOWN:
            known.clear()
        # What is written here is not remembered: it might be rolled back.
        known.update(word for word in there if len(word) <= LONGEST_REMEMBERED)


async def _there(connection: Connection, month: date, tokens: Tokens, words: Sequence[str]) -> Set[str]:
    """Those of these words whose beginnings are there."""
    found = await connection.fetch(
        "select n from unnest($1::bigint[], $2::bigint[]) with ordinality w(beginning, word, n) where exists (select"
        " from search_beginning b where b.beginning = w.beginning and b.word = w.word and received_at >= $3"
        " and received_at < $4)",
        [number(tokens.beginning(word[: KEPT[0]])) for word in words], [number(tokens.word(word)) for word in words],
        *bounds(month),
    )  # fmt: skip
    return {words[row["n"] - 1] for row in found}


async def beginning(connection: Connection, month: date, token: bytes, most: int) -> Sequence[int]:
    """The words of a month that begin so, at most so many."""
    found = await connection.fetch(
        "select distinct word from search_beginning where beginning = $1 and received_at >= $2 and received_at < $3"
        " limit $4",
        number(token), *bounds(month), most,
    )  # fmt: skip
    return [row["word"] for row in found]
