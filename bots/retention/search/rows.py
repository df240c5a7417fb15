"""What can be searched: one row for each record, with hashes of who said it, where, of which kind, and of its words in
their order. A row for each message with an inverted index over its hashes (GIN) was measured against a row for each
word, room and block of messages with packed positions, at 200,000 messages of ten words, in batches of 200 on one
connection: 48,100 messages a second and 374 bytes each, against 28,700 and 759; one message at a time, against 26,200
and 1,159. So it is the first; a small list of what is yet to go into that index (1 MB) keeps the slowest batch at
46 ms, where the usual 4 MB make it 145.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bots.retention.search import copied, said
from bots.retention.search.month_key import MonthKeys, month_of
from bots.retention.search.tokens import GAP, Tokens
from bots.retention.search.vocabulary import Vocabulary
from bots.retention.search.words import words
from bridge.model import Entry, Event, Room
from bridge.seal import CannotOpen
from bridge.store.database import Connection
from bridge.store.journal import Journal

Words = tuple[str, ...]
"""Of one text, in their order."""

AT_ONCE = 500
"""Entries that are open in memory, where a room was recorded before it could be searched."""


@dataclass
class _Month:
    """What is gathered for one month in one step."""

    tokens: Tokens
    words: set[str] = field(default_factory=set)


class Rows:
    """Writes them."""

    def __init__(self, journal: Journal, keys: MonthKeys) -> None:
        self._journal = journal
        self._keys = keys
        self._vocabulary = Vocabulary()

    async def add(self, connection: Connection, room: Room, entries: Sequence[Entry], before: int) -> None:
        """Writes what the room has up to the end of these entries, once. Call it once in a transaction.

        Args:
            before: the last of its entries that can be searched for already.
        """
        months: dict[date, _Month] = {}
        up_to = entries[-1].pos
        while before < up_to:
            some = entries if entries[0].pos == before + 1 else await self._earlier(connection, room, before, up_to)
            await self._write(connection, room, some, months)
            before = some[-1].pos
        for month, gathered in months.items():
            await self._vocabulary.add(connection, month, gathered.tokens, gathered.words)
        await _advance(connection, room, up_to)

    async def _earlier(self, connection: Connection, room: Room, before: int, up_to: int) -> Sequence[Entry]:
        return await self._journal.read(connection, room, before, min(before + AT_ONCE, up_to))

    async def _write(
        self, connection: Connection, room: Room, entries: Sequence[Entry], months: dict[date, _Month]
    ) -> None:
        rows: list[bytes] = []
        for entry in entries:
            month = month_of(entry.received_at)
            if month not in months:
                months[month] = _Month(await self._keys.of(connection, month))
            if (row := _row(room, entry, months[month])) is not None:
                rows.append(row)
        await copied.write(connection, rows)


def _row(room: Room, entry: Entry, month: _Month) -> bytes | None:
    """None where nothing is left to be found: its key was destroyed."""
    try:
        event, kind = entry.event, said.kind(entry)
    except CannotOpen:
        return None
    texts = spoken(event)
    for words_of in texts:
        month.words.update(words_of)
    return copied.row(
        room.ref, entry.pos, entry.received_at, said_at(entry), hashed(month.tokens, room, entry, texts, kind)
    )


def hashed(tokens: Tokens, room: Room, entry: Entry, texts: Sequence[Words], *kinds: said.Kind) -> bytes:
    """The hashes of what marks an entry, and of these texts, as they follow each other."""
    marks = [in_room(room.ref), seen_by(room.homeserver), *map(of_kind, dict.fromkeys(kinds))]
    if entry.event.sender is not None:
        marks.append(by(entry.event.sender))
    written = [tokens.mark(mark) for mark in marks]
    for words_of in texts:
        written += (GAP, tokens.sequence(words_of))
    return b"".join(written)


def said_at(entry: Entry) -> datetime:
    """When its sender says, but never after it was received."""
    return min(entry.event.sent_at or entry.received_at, entry.received_at)


def spoken(event: Event) -> list[Words]:
    """The words of each of its texts; texts of the same words once, as a body and what it is formatted."""
    texts = (tuple(words(text)) for text in said.texts(event))
    return [text for text in dict.fromkeys(texts) if text]


def in_room(ref: int) -> str:
    """What marks the events of a room."""
    return f"room {ref}"


def seen_by(homeserver: str) -> str:
    """What marks the events of the rooms that are seen through a homeserver."""
    return f"seen by {homeserver}"


def of_kind(kind: said.Kind) -> str:
    """What marks the events of a kind."""
    return f"kind {kind}"


def by(sender: str) -> str:
    """What marks the events of somebody."""
    return f"by {sender}"


async def _advance(connection: Connection, room: Room, pos: int) -> None:
    await connection.execute(
        "insert into search_head (room, pos) values ($1, $2) on conflict (room) do update set pos = excluded.pos"
        " where search_head.pos < excluded.pos",
        room.ref, pos,
    )  # fmt: skip
