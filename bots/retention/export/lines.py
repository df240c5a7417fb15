"""The lines of `records.jsonl`, made from the database: for each record its header, its hashes, its proof, its sealed
parts with the key of this event alone, and beside them what Setu knew of it. `bots/retention/verify.py` tells the form.
"""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from bots.retention import record
from bots.retention.export.attached import Attached
from bots.retention.export.paths import Paths
from bots.retention.export.people import opened
from bots.retention.leaf import Deed, Record, deed_header, record_header
from bridge.model import Entry, Room
from bridge.plugin import KnownOf
from bridge.seal import CannotOpen, about, open_with
from bridge.store import clear_text
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

GONE = "its key was destroyed"
NO_JOURNAL = "the journal has no such entry any more"

_READ = f"""
    select r.seq, {", ".join(f"r.{name}" for name in record.COLUMNS)}, j.sealed, k.kek, k.wrapped, c.why,
           c.sealed as clear
    from record r left join journal j on (j.room, j.pos, j.received_at) = (r.room, r.pos, r.received_at)
    left join event_key k on (k.room, k.pos) = (r.room, r.pos)
    left join clear_text c on (c.room, c.pos) = (r.room, r.pos)
    where r.room = $1 and r.room_seq = any($2) order by r.room_seq
"""


@dataclass(frozen=True)
class Opened:
    """A record with what it says, as far as that can be opened."""

    seq: int
    kept: Record
    sealed: Mapping[str, bytes]
    key: bytes | None = field(repr=False)
    plain: Mapping[str, bytes] = field(repr=False)
    gone: str | None
    """Why nothing of it can be opened."""
    unreadable: str | None
    """Why what came encrypted could not be read."""

    def entry(self) -> Entry:
        """As bots know it."""
        kept = self.kept
        return Entry(
            kept.pos, kept.received_at, kept.source, kept.late, self._giving("event"), kept.cites, kept.type,
            self._giving("clear") if "clear" in self.plain else None, self.unreadable,
        )  # fmt: skip

    def _giving(self, name: str) -> Callable[[], bytes]:
        def give() -> bytes:
            if name not in self.plain:
                raise CannotOpen(self.gone or GONE)
            return self.plain[name]

        return give


@dataclass(frozen=True)
class Line:
    """A line, and what counts of it."""

    data: bytes
    unreadable: bool
    files: int
    files_missing: int


@dataclass(frozen=True)
class Lines:
    """Makes the lines of one room."""

    connection: Connection
    keyring: Keyring
    known_of: Sequence[KnownOf]
    attached: Attached
    room: Room
    paths: Paths
    """The proofs, under the checkpoint of its log."""

    async def of(self, numbers: Sequence[int]) -> Mapping[int, Line]:
        """The lines of these records, by their numbers in the room; those that are not there are missing.

        Raises:
            DiskError: a file cannot be written.
            bots.retention.tree.Incomplete: hashes are missing of which the log must consist.
        """
        rows = await self.connection.fetch(_READ, self.room.ref, list(numbers))
        await self.keyring.load(self.connection, (row["kek"] for row in rows if row["kek"] is not None))
        some = [self._opened(row) for row in rows]
        events = {one.kept.pos: event for one in some if (event := opened(one.entry())) is not None}
        entries = [one.entry() for one in some if one.kept.pos in events]
        known = await self._known(entries)
        files = await self.attached.of(self.room.ref, events)
        return {one.kept.room_seq: await self._line(one, known, files) for one in some}

    def _opened(self, row: asyncpg.Record) -> Opened:
        kept = Record(*[row[name] for name in record.COLUMNS])
        sealed = {"event": row["sealed"], "clear": row["clear"] if kept.clear_sha256 is not None else None}
        there = {name: data for name, data in sealed.items() if data is not None}
        try:
            if row["kek"] is None or "event" not in there:
                raise CannotOpen(GONE if "event" in there else NO_JOURNAL)
            key = self.keyring.unwrap(row["kek"], row["wrapped"])
            plain = {name: open_with(key, data, self._place(name, kept)) for name, data in there.items()}
        except CannotOpen as error:
            return Opened(row["seq"], kept, there, None, {}, str(error), row["why"])
        return Opened(row["seq"], kept, there, key, plain, None, row["why"])

    def _place(self, name: str, kept: Record) -> bytes:
        if name == "clear":
            return clear_text.place(self.room, kept.pos)
        return about("journal", self.room.homeserver, self.room.room_id, kept.event_id)

    async def _known(self, entries: Sequence[Entry]) -> Mapping[int, Mapping[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        for known_of in self.known_of:
            for pos, words in (await known_of(self.connection, self.keyring, self.room, entries)).items():
                found.setdefault(pos, {}).update(words)
        return found

    async def _line(
        self, one: Opened, known: Mapping[int, Mapping[str, Any]], files: Mapping[int, Sequence[Mapping[str, Any]]]
    ) -> Line:
        kept, attached = one.kept, files.get(one.kept.pos, ())
        hashes = [kept.sealed_sha256, *([kept.clear_sha256] if kept.clear_sha256 is not None else [])]
        told: dict[str, Any] = {
            "organisation": self.room.homeserver, "seq": one.seq,
            "header": record_header(self.room.homeserver, self.room.room_id, kept).decode(),
            "sealed_sha256": [each.hex() for each in hashes],
            "proof": [_base64(each) for each in await self.paths.of(one.seq)],
        }  # fmt: skip
        if one.key is not None:
            told["parts"] = {name: _part(data, one.key, one.plain[name]) for name, data in one.sealed.items()}
        beside = {"gone": one.gone, "unreadable": one.unreadable, "known": known.get(kept.pos), "files": attached}
        data = line(told | {name: value for name, value in beside.items() if value})
        here = sum("path" in file for file in attached)
        return Line(data, bool(one.gone or one.unreadable), here, len(attached) - here)


async def deed_line(paths: Paths, organisation: str, seq: int, deed: Deed) -> bytes:
    """The line of something that was done with the record."""
    proof = [_base64(each) for each in await paths.of(seq)]
    header = deed_header(organisation, deed).decode()
    return line({"organisation": organisation, "seq": seq, "header": header, "proof": proof})


def line(told: Mapping[str, Any]) -> bytes:
    """One line."""
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _part(sealed: bytes, key: bytes, plain: bytes) -> Mapping[str, str]:
    said = {"sealed": _base64(sealed), "key": _base64(key)}
    try:
        return {**said, "plain": plain.decode()}
    except UnicodeDecodeError:
        return {**said, "plain_base64": _base64(plain)}


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
