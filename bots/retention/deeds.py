"""What was done with the record of an organisation, as `setu records read --log` shows it: who read, searched, exported
and held, when and for what; with the words of a search, as long as their key is there.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, fields

import asyncpg

from bots.retention import sealed_words
from bots.retention.export.facts import EXPORT
from bots.retention.holds import book
from bots.retention.holds.desk import LISTED
from bots.retention.leaf import Deed, moment
from bots.retention.search.finding import SEARCH
from bridge.seal import CannotOpen, Sealed
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

READ = "read"
ACTIONS = (READ, SEARCH, EXPORT, book.HOLD, *book.OF_ACT.values(), LISTED)
"""The others are facts that entries show, and stand beside those."""

AT_ONCE = 500

_READ = f"""
    select a.seq, {", ".join(f"a.{field.name}" for field in fields(Deed))}, w.kek, w.wrapped, w.sealed
    from record_audit a left join record_words w on w.organisation = a.organisation and w.seq = a.seq
    where a.organisation = $1 and a.seq > $2 and a.action = any($3) order by a.seq limit $4
"""


@dataclass(frozen=True)
class Done:
    """Something that was done, and the words with which."""

    seq: int
    deed: Deed
    words: str | None

    def line(self) -> str:
        """For people."""
        deed = self.deed
        room = f" of {deed.room_id}" if deed.room_id is not None else ""
        said = f"  {self.words}" if self.words is not None else ""
        return f"{deed.at:%Y-%m-%d %H:%M:%S}  {deed.actor}  {deed.action}{room}: {deed.purpose or deed.detail}{said}"

    def json(self, organisation: str) -> str:
        """For programs."""
        deed = self.deed
        return json.dumps(
            {"organisation": organisation, "leaf": self.seq, "at": moment(deed.at), "actor": deed.actor,
             "action": deed.action, "room": deed.room_id, "purpose": deed.purpose, "detail": json.loads(deed.detail),
             "words": self.words}
        )  # fmt: skip


async def of(connection: Connection, keyring: Keyring, organisation: str) -> AsyncIterator[Done]:
    """All, the oldest first."""
    after = -1
    while rows := await connection.fetch(_READ, organisation, after, ACTIONS, AT_ONCE):
        for row in rows:
            deed = Deed(*[row[field.name] for field in fields(Deed)])
            yield Done(row["seq"], deed, await _words(connection, keyring, organisation, deed, row))
        after = rows[-1]["seq"]


async def _words(
    connection: Connection, keyring: Keyring, organisation: str, deed: Deed, row: asyncpg.Record
) -> str | None:
    if row["kek"] is None:
        return None
    try:
        sealed = Sealed(row["kek"], row["wrapped"], row["sealed"])
        return await sealed_words.opened(connection, keyring, organisation, deed, sealed)
    except CannotOpen as error:
        return f"({error})"
