"""Finds the rows that may be meant, by their hashes, month after month, the newest first. Of what is often said, the
newest rows are walked through; of what is seldom said, the inverted index tells. A month is walked only where that gave
a whole page, since one cannot know before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import asyncpg

from bots.retention.search import rows, vocabulary
from bots.retention.search.month_key import bounds
from bots.retention.search.query import BadQuery, Query
from bots.retention.search.tokens import Tokens, number
from bridge.model import RoomRef
from bridge.saying import Saying
from bridge.store.database import Connection

WALKED, WALKED_IN_ROOM = 30_000, 5_000
"""The newest rows that are looked through: a dozen milliseconds. Those of one room lie apart from each other."""

MOST_BEGINNING = 2_000
"""Words that may begin as it is asked for."""

FEW = 50
"""Words up to which rows are walked through, each being compared with all of them."""


@dataclass(frozen=True)
class Candidate:
    """A row that has the hashes, and its place in the order of results."""

    room: RoomRef
    pos: int
    said_at: datetime

    @property
    def place(self) -> tuple[int, int]:
        """The room and the position."""
        return self.room, self.pos


@dataclass(frozen=True)
class Scope:
    """Where somebody may search."""

    rooms: Sequence[RoomRef] | None = None
    """None for all."""
    homeserver: str | None = None
    """Only what was seen through it."""


@dataclass(frozen=True)
class Month:
    """A query, as the hashes of one month."""

    month: date
    query: Query
    scope: Scope
    all_of: Sequence[int]
    any_of: Sequence[Sequence[int]]
    """Of each of these lists one."""
    phrases: Sequence[bytes]
    """As they stand in an array that PostgreSQL sends."""

    @classmethod
    async def asked(cls, connection: Connection, month: date, tokens: Tokens, query: Query, scope: Scope) -> "Month":
        """Raises BadQuery where a beginning is that of too many words."""
        words = [number(tokens.word(word)) for phrase in query.phrases for word in phrase]
        marks = [number(tokens.mark(mark)) for mark in _marks(query, scope)]
        any_of = [await _begun(connection, month, tokens, beginning) for beginning in query.beginnings]
        if scope.rooms is not None:
            any_of.append([number(tokens.mark(rows.in_room(room))) for room in scope.rooms])
        phrases = [tokens.sequence(phrase) for phrase in query.phrases if len(phrase) > 1]
        return cls(month, query, scope, sorted({*words, *marks}), any_of, phrases)

    @property
    def walkable(self) -> bool:
        one_room = self.scope.rooms is None or len(self.scope.rooms) == 1
        return one_room and all(len(words) <= FEW for words in self.any_of)

    async def walk(self, connection: Connection, after: Candidate | None, most: int) -> Sequence[Candidate]:
        """Those among the newest rows."""
        question = _Question(self, after)
        some = WALKED if self.scope.rooms is None else WALKED_IN_ROOM
        newest = f"select room, pos, said_at, tokens from search_row where {question.where} {_ORDER} limit {some}"
        sql = f"select room, pos, said_at from ({newest}) newest where {question.has} limit {most}"
        return _read(await connection.fetch(sql, *question.given))

    async def look_up(self, connection: Connection, after: Candidate | None, most: int) -> Sequence[Candidate]:
        """Those that the inverted index tells. Materialised: else PostgreSQL takes the order for the easier way in."""
        question = _Question(self, after)
        found = f"select room, pos, said_at from search_row where {question.where} and {question.has}"
        sql = f"with found as materialized ({found}) select * from found {_ORDER} limit {most}"
        return _read(await connection.fetch(sql, *question.given))

    async def in_files(self, connection: Connection, after: Candidate | None, most: int) -> Sequence[Candidate]:
        """The messages of those whose files have the words, each once; of a query without words none."""
        if not self.query.phrases and not self.query.beginnings:
            return []
        question = _Question(self, after)
        # By the hashes alone, which no other month has: else any other index is taken for the shorter way, or none,
        # since PostgreSQL does not count what of a row lies beside its table, as the hashes of files do.
        found = f"select room, pos, said_at, received_at from search_file where {question.has}"
        rest = f"select distinct room, pos, said_at from found where {question.where} {_ORDER} limit {most}"
        async with connection.transaction():
            await connection.execute("set local enable_seqscan = off")
            rows = await connection.fetch(f"with found as materialized ({found}) {rest}", *question.given)
            await connection.execute("set local enable_seqscan to default")
        return _read(rows)


def together(some: Sequence[Candidate], others: Sequence[Candidate], most: int) -> Sequence[Candidate]:
    """The first of both, in the order of results, each once."""
    both = {one.place: one for one in (*some, *others)}.values()
    return sorted(both, key=lambda one: (one.said_at, one.room, one.pos), reverse=True)[:most]


_ORDER = "order by said_at desc, room desc, pos desc"


class _Question:
    """The conditions of a month's query, with their values."""

    def __init__(self, asked: Month, after: Candidate | None) -> None:
        self.given: list[object] = []
        query, (first, beyond) = asked.query, bounds(asked.month)
        where = [f"received_at >= {self._value(first)}", f"received_at < {self._value(beyond)}"]
        if asked.scope.rooms is not None and len(asked.scope.rooms) == 1:
            where.append(f"room = {self._value(asked.scope.rooms[0])}")
        if query.since is not None:
            where.append(f"said_at >= {self._value(query.since)}")
        if query.until is not None:
            where.append(f"said_at < {self._value(query.until)}")
        if after is not None:
            row = f"({self._value(after.said_at)}, {self._value(after.room)}, {self._value(after.pos)})"
            where.append(f"(said_at, room, pos) < {row}")
        self.where = " and ".join(where)
        has = [f"tokens @> {self._value(asked.all_of)}::bigint[]"]
        has += [f"tokens && {self._value(some)}::bigint[]" for some in asked.any_of]
        has += [f"position({self._value(phrase)}::bytea in array_send(tokens)) > 0" for phrase in asked.phrases]
        self.has = " and ".join(has)

    def _value(self, value: object) -> str:
        self.given.append(value)
        return f"${len(self.given)}"


def _marks(query: Query, scope: Scope) -> list[str]:
    marks = [rows.of_kind(query.kind)] if query.kind is not None else []
    if query.sender is not None:
        marks.append(rows.by(query.sender))
    if scope.homeserver is not None:
        marks.append(rows.seen_by(scope.homeserver))
    return marks


async def _begun(connection: Connection, month: date, tokens: Tokens, beginning: str) -> Sequence[int]:
    """The word that is the beginning itself, and those that begin so."""
    longer = await vocabulary.beginning(connection, month, tokens.beginning(beginning), MOST_BEGINNING + 1)
    if len(longer) > MOST_BEGINNING:
        raise BadQuery(Saying.of("records-query-many", beginning=beginning, most=MOST_BEGINNING))
    return [number(tokens.word(beginning)), *longer]


def _read(found: Sequence[asyncpg.Record]) -> Sequence[Candidate]:
    return [Candidate(RoomRef(row["room"]), row["pos"], row["said_at"]) for row in found]
