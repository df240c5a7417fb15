"""Which words begin how, as hashes of both. A message keeps the hashes of its words alone; those of beginnings are kept
once a month for each word that is said in it, so that they cost little: of 2,000,000 messages a few in a hundred bring
a word that was not said before.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bots.retention.search.month_key import bounds
from bots.retention.search.tokens import KEPT, Tokens
from bridge.store.database import Connection

MOST_KNOWN = 500_000
"""Words of which it is remembered that their beginnings are there."""


class Vocabulary:
    """The words of each month."""

    def __init__(self) -> None:
        self._known: dict[date, set[int]] = {}

    async def add(self, connection: Connection, month: date, tokens: Tokens, words: Iterable[str]) -> None:
        """Keeps the beginnings of those that are new. Call it once in a transaction."""
        known = self._known.setdefault(month, set())
        asked = {tokens.word(word): word for word in words if len(word) > KEPT[0]}
        new = {token: tokens.beginnings(asked[token]) for token in asked.keys() - known}
        if not new:
            return
        there = await _there(connection, month, new)
        first = bounds(month)[0]
        rows = [(beginning, token, first) for token in new.keys() - there for beginning in new[token]]
        # Two who meet the same new word at once both write it: that is cheaper than that one waits for the other.
        await connection.copy_records_to_table("search_beginning", records=rows)
        if len(known) > MOST_KNOWN:
            known.clear()
        known |= there  # what is written here is not remembered: it might be rolled back


async def _there(connection: Connection, month: date, new: Mapping[int, Sequence[int]]) -> set[int]:
    """Those of these words whose beginnings are there."""
    found = await connection.fetch(
        "select word from unnest($1::bigint[], $2::bigint[]) n(beginning, word) where exists (select from"
        " search_beginning b where b.beginning = n.beginning and b.word = n.word and received_at >= $3"
        " and received_at < $4)",
        [beginnings[0] for beginnings in new.values()], list(new), *bounds(month),
    )  # fmt: skip
    return {row["word"] for row in found}


async def beginning(connection: Connection, month: date, token: int, most: int) -> Sequence[int]:
    """The words of a month that begin so, at most so many."""
    found = await connection.fetch(
        "select distinct word from search_beginning where beginning = $1 and received_at >= $2 and received_at < $3"
        " limit $4",
        token, *bounds(month), most,
    )  # fmt: skip
    return [row["word"] for row in found]
