"""The worklist of one export, a small database in its folder: which records were chosen, where each stands in
`records.jsonl`, and how far everything is. It holds ids and times, names as they were shown, and why something was
deleted; it goes with the end of the export. What is written to files is first on disk, then here, so that after a
crash the files are cut back to what stands here.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SCHEMA = """
create table if not exists told (name text primary key, value text not null) without rowid;
create table if not exists record (
    id integer primary key,        -- in the order of rooms, and of the record within them
    room integer not null,         -- number of the room among those of the export
    room_seq integer not null, pos integer not null, event_id text not null, type text, sender text,
    said_at integer not null,      -- microseconds since 1970
    month text not null, relation text, relates_to text, cites integer, source text not null,
    chosen integer not null,       -- 0 not (yet), 1 as asked, 2 with one that is
    at integer, length integer,    -- of its line
    part integer                   -- of the month, where it is an item of a page
);
create unique index if not exists record_of on record (room, room_seq);
create index if not exists record_pos on record (room, pos);
create index if not exists record_event on record (room, event_id);
create index if not exists record_relates on record (room, relates_to);
create index if not exists record_cites on record (room, cites) where cites is not null;
create index if not exists record_said on record (room, month, said_at, room_seq);
create table if not exists hit (room integer, pos integer, primary key (room, pos)) without rowid;
create table if not exists coming (
    room integer, user text, at integer, room_seq integer, membership text, name text,
    primary key (room, user, at, room_seq)
) without rowid;
create table if not exists deletion (
    room integer, event_id text, detail text, primary key (room, event_id)
) without rowid;
"""

COLUMNS = ("room", "room_seq", "pos", "event_id", "type", "sender", "said_at", "month", "relation", "relates_to",
           "cites", "source", "chosen")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Item:
    """A record on the list."""

    id: int
    room: int
    room_seq: int
    pos: int
    event_id: str
    type: str | None
    sender: str | None
    """The person: of a ghost, whose it is."""
    said_at: int
    month: str
    relation: str | None
    relates_to: str | None
    cites: int | None
    source: str
    chosen: int
    at: int | None
    length: int | None
    part: int | None


class Worklist:
    """The list. Nothing is kept until `commit`."""

    def __init__(self, path: Path) -> None:
        self.sql = sqlite3.connect(path, isolation_level="DEFERRED", check_same_thread=False)
        self.sql.executescript(_SCHEMA)
        self.sql.execute("pragma synchronous = full")
        self.sql.execute("pragma cache_size = -16000")

    def close(self) -> None:
        self.sql.close()

    def commit(self) -> None:
        self.sql.commit()

    def tell(self, name: str, value: Any) -> None:
        """Writes down something under a name."""
        self.sql.execute("insert or replace into told values (?, ?)", (name, json.dumps(value)))

    def told(self, name: str, default: Any = None) -> Any:
        """What was written down."""
        row = self.sql.execute("select value from told where name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row is not None else default

    def add(self, rows: Iterable[Sequence[object]]) -> None:
        """Records; their values in the order of `COLUMNS`."""
        marks = ", ".join("?" * len(COLUMNS))
        self.sql.executemany(f"insert into record ({', '.join(COLUMNS)}) values ({marks})", rows)

    def items(self, where: str, given: Sequence[object] = (), by: str | None = None) -> list[Item]:
        """The records for which that holds; the condition may end in an order and a limit. `by` names the index, where
        SQLite would take the one that gives the order.
        """
        table = f"record indexed by {by}" if by is not None else "record"
        return [Item(*row) for row in self.sql.execute(f"select * from {table} where {where}", given)]

    def chosen(self, after: int, most: int) -> list[Item]:
        """The next ones that are to be written."""
        return self.items("chosen > 0 and id > ? order by id limit ?", (after, most))

    def all_chosen(self, most: int = 500) -> Iterator[list[Item]]:
        """All of them, some at once."""
        last = 0
        while some := self.chosen(last, most):
            yield some
            last = some[-1].id

    def wrote(self, places: Iterable[tuple[int, int, int]]) -> None:
        """Where lines stand and how long they are, each before the record's id."""
        self.sql.executemany("update record set at = ?, length = ? where id = ?", places)

    def count(self, where: str = "chosen > 0", given: Sequence[object] = ()) -> int:
        row = self.sql.execute(f"select count(*) from record where {where}", given).fetchone()
        return int(row[0])
