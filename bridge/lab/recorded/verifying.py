"""`setu records verify`, before and after somebody changes a byte behind Setu's back."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import asyncpg

from bridge.lab.checked import expect
from bridge.lab.recorded.byte import Filed, Stored
from bridge.lab.recorded.rules import MEDIA
from bridge.lab.recorded.talk import Line, Talk
from bridge.lab.setu import Answer
from bridge.lab.steps.step import Wrong

KEY = re.compile(r"^the key of the log of (\S+): (\S+)$", re.MULTILINE)
HASH_BYTES = 32


@dataclass
class Verifying:
    """The administrator, who may do everything in the database."""

    talk: Talk
    keys: dict[str, str] = field(default_factory=dict)
    """That sign the record, by organisation."""

    async def verify(self) -> Answer:
        """What it says now, and with which code it ends."""
        setu = self.talk.cell.site.setu
        answer = await setu.ask("records", "verify", str(setu.settings_file))
        self.keys.update(dict(KEY.findall(answer.output)))
        return answer

    @property
    def organisation(self) -> str:
        return self.talk.cell.here.homeserver.name

    def stored(self, table: str, column: str, where: str, *given: object) -> Stored:
        return Stored(self.talk.cell.site.database_url, table, column, where, given)

    def record(self, line: Line, table: str, column: str) -> Stored:
        """A value that is kept of something that was said."""
        return self.stored(table, column, "event_id = $1 and cites is null", line.id)

    async def asked(self, question: str, *given: object) -> asyncpg.Record:
        """The first row that the database answers. Raises Wrong where there is none."""
        connection = await asyncpg.connect(self.talk.cell.site.database_url)
        try:
            row = await connection.fetchrow(question, *given)
        finally:
            await connection.close()
        if row is None:
            raise Wrong(f"the database has nothing for {question}")
        return row


async def _content(one: Verifying) -> str:
    answer = await one.verify()
    said = answer.output.splitlines()
    expect(answer.code == 0 and bool(said) and said[-1].endswith("no faults"), f"it says: {answer.output}")
    return said[-1]


async def _row(one: Verifying) -> str:
    """Who said something, in the row of its record."""
    line = one.talk.question
    return await _only(one, one.record(line, "record", "sender"), line)


async def _sealed(one: Verifying) -> str:
    """What was said, as it lies sealed in the journal."""
    line = one.talk.answer
    return await _only(one, one.record(line, "journal", "sealed"), line)


async def _only(one: Verifying, byte: Stored, line: Line) -> str:
    """Where one byte is turned, one record is named, and no other."""
    faults = await _faults(one, byte)
    expect(len(faults) == 1 and faults[0].startswith("record ") and line.id in faults[0], f"it says: {faults}")
    return faults[0].partition(" (")[0]


async def _others(one: Verifying) -> str:
    """Several at once, each of another kind."""
    spots = [await find(one) for find in (_leaf, _deed, _file)]
    faults = await _faults(one, *(spot.byte for spot in spots))
    named = [[fault for fault in faults if fault.startswith(spot.names)] for spot in spots]
    expect(all(named), f"it says: {faults}")
    return ", ".join(lines[0].partition(" of ")[0] for lines in named)


@dataclass(frozen=True)
class _Spot:
    byte: Stored | Filed
    names: tuple[str, ...]
    """With one of them verify begins the line that tells of it."""


async def _leaf(one: Verifying) -> _Spot:
    """The hash of a record, or of an audit entry, as the log keeps it beside others."""
    where = (
        "organisation = $1 and first = (select max(first) from record_leaves where organisation = $1 and first <="
        " (select seq from record where event_id = $2 and cites is null))"
    )
    given = (one.organisation, one.talk.hindi.id)
    row = await one.asked(f"select first, length(hashes) as bytes from record_leaves where {where}", *given)
    number = row["first"] + row["bytes"] // 2 // HASH_BYTES
    names = (f"record {number} of {one.organisation}", f"audit entry {number} of {one.organisation}")
    return _Spot(one.stored("record_leaves", "hashes", where, *given), names)


async def _deed(one: Verifying) -> _Spot:
    """Who deleted something."""
    where = (
        "organisation = $1 and seq = (select max(seq) from record_audit where organisation = $1 and action = 'deleted'"
        " and strpos(detail, $2) > 0)"
    )
    given = (one.organisation, one.talk.gossip.id)
    number = (await one.asked(f"select seq from record_audit where {where}", *given))["seq"]
    byte = one.stored("record_audit", "actor", where, *given)
    return _Spot(byte, (f"audit entry {number} of {one.organisation}",))


async def _file(one: Verifying) -> _Spot:
    """The photo, as it lies sealed in the folder."""
    room = one.talk.cell.here.room
    name = (await one.asked("select name from record_media where state = 'kept' and room_id = $1", room))["name"]
    [path] = (one.talk.cell.site.setu.folder / MEDIA).rglob(name)
    return _Spot(Filed(path), (f"file {name} of {one.organisation}",))


async def _faults(one: Verifying, *turned: Stored | Filed) -> list[str]:
    """What it names once these are turned; then they are turned back."""
    for byte in turned:
        await byte.turn()
    try:
        answer = await one.verify()
    finally:
        for byte in turned:
            await byte.turn()
    expect(answer.code != 0, f"it is content: {answer.output}")
    return [line for line in answer.output.splitlines() if not line.startswith("the key of the log")][:-1]


BEFORE: Mapping[str, tuple[str, Callable[[Verifying], Awaitable[str | None]]]] = {
    "content": ("setu records verify finds the record as it was written", _content),
}
AFTER: Mapping[str, tuple[str, Callable[[Verifying], Awaitable[str | None]]]] = {
    "row": ("one byte of a row is changed behind Setu's back: verify fails, and names the record", _row),
    "sealed": ("one byte of what lies sealed is changed: verify fails, and names the record", _sealed),
    "others": ("a hash of the log, who deleted something, the photo's file: verify names each of them", _others),
    "mended": ("once all is changed back, verify is content again", _content),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
