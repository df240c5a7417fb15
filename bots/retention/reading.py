"""`setu records read`: reads one room's record, oldest first, or what was done with the record of an organisation.
Whoever reads says for what, and the reading is on record before the first line is shown.
"""

import argparse
import asyncio
import getpass
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bots.retention import audit, deeds, log, record
from bridge import ground
from bridge.config import Settings
from bridge.model import Entry, Room
from bridge.plugin import Bot, names_config
from bridge.seal import CannotOpen
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring

AT_ONCE = 200
"""Entries that are open in memory."""


def arguments(parser: ArgumentParser) -> None:
    """What follows the name of the command."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--room", help="its room id")
    what.add_argument("--log", metavar="ORGANISATION", help="instead: who read, searched, exported and held its record")
    parser.add_argument("--purpose", required=True, type=_words, help="for what it is read; this is kept")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, with the whole event")
    names_config(parser)


def _words(given: str) -> str:
    if not given.strip():
        raise argparse.ArgumentTypeError("say for what the record is read")
    return given.strip()


async def run(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    """Reads; 1 where there is nothing. Raises as `bridge.ground.opened`."""
    async with ground.opened(settings, bots) as stood, stood.pool.acquire() as connection:
        if given.log is not None:
            return await _deeds(connection, stood.keyring, given)
        rooms = await record.rooms(connection, given.room)
        if not rooms:
            print(f"--room: nothing of a room {given.room} is on record; `setu status` names rooms", file=sys.stderr)
            return 1
        reading = _Reading(connection, Journal(stood.pool, stood.keyring), stood.keyring, bots)
        for room in rooms:
            await _keep(connection, room, given.purpose)
            await _show(reading, room, given.json)
    return 0


async def _deeds(connection: Connection, keyring: Keyring, given: Namespace) -> int:
    if given.log not in await log.frontiers(connection):
        print(f"--log: there is no log of {given.log}; `setu records verify` names logs", file=sys.stderr)
        return 1
    async with connection.transaction():
        await audit.note(connection, given.log, getpass.getuser(), deeds.READ, purpose=given.purpose, log=True)
    async for done in deeds.of(connection, keyring, given.log):
        print(done.json(given.log) if given.json else done.line())
    return 0


async def _keep(connection: Connection, room: Room, purpose: str) -> None:
    """That all of the room is read, by whom and for what."""
    async with connection.transaction():
        records = (await record.count(connection))[room.ref]
        await audit.note(
            connection, room.homeserver, getpass.getuser(), deeds.READ,
            room_id=room.room_id, purpose=purpose, records=records,
        )  # fmt: skip


@dataclass(frozen=True)
class _Reading:
    connection: Connection
    journal: Journal
    keyring: Keyring
    bots: Sequence[Bot]


async def _show(reading: _Reading, room: Room, as_json: bool) -> None:
    last = await record.last(reading.connection, room)
    for after in range(0, last, AT_ONCE):
        entries = await reading.journal.read(reading.connection, room, after, min(after + AT_ONCE, last))
        known = await _known(reading, room, entries)
        for entry in entries:
            beside = known.get(entry.pos, {})
            print(_json(room, entry, beside) if as_json else _line(entry, beside))
        await asyncio.sleep(0)


async def _known(reading: _Reading, room: Room, entries: Sequence[Entry]) -> Mapping[int, Mapping[str, Any]]:
    """What the bots knew of these entries when they were said; of those that still open."""
    opening = [entry for entry in entries if _opens(entry)]
    found: dict[int, dict[str, Any]] = {}
    for known_of in [bot.known_of for bot in reading.bots if bot.known_of is not None]:
        for pos, words in (await known_of(reading.connection, reading.keyring, room, opening)).items():
            found.setdefault(pos, {}).update(words)
    return found


def _opens(entry: Entry) -> bool:
    try:
        return entry.event is not None
    except CannotOpen:
        return False


def _line(entry: Entry, beside: Mapping[str, Any]) -> str:
    try:
        event = entry.event
    except CannotOpen as error:
        return f"{entry.received_at:%Y-%m-%d %H:%M:%S}  ({error})"
    marks = [mark for mark, so in (("encrypted", entry.encrypted), ("late", entry.late)) if so] + list(_marks(beside))
    unread = entry.unreadable or ("(not read yet)" if entry.undetermined else None)
    said = unread or event.text("body") or ", ".join(_short(event.content))
    when = event.sent_at or entry.received_at
    who = f"{event.sender}{_who(beside)}"
    return f"{when:%Y-%m-%d %H:%M:%S}  {who}  {event.type}{''.join(f' [{mark}]' for mark in marks)}: {said}"


def _marks(beside: Mapping[str, Any]) -> Iterator[str]:
    """What became of it, and what it was judged to be."""
    if "deleted" in beside:
        yield f"deleted by {beside['deleted']['by']}: {beside['deleted']['cause']}"
    if "timer" in beside:
        yield f"timer: {beside['timer']['what']}"
    if "revisions" in beside:
        yield f"edited in {', '.join(map(str, beside['revisions']))}"
    if "verdict" in beside:
        yield " ".join(filter(None, ("verdict:", beside["verdict"]["level"], beside["verdict"]["kind"])))
    if "labels" in beside:
        yield f"marked {beside['labels'][-1]['level']}"
    if "cases" in beside:
        yield f"case {', '.join(map(str, beside['cases']))}"


def _who(beside: Mapping[str, Any]) -> str:
    """What was known of the sender, in brackets."""
    tag = beside.get("identity", {})
    words = [str(tag[key]) for key in ("name", "designation", "organisation", "office", "status") if key in tag]
    official = [f"official: {beside['official']['subject']}"] if "official" in beside else []
    return f" ({'; '.join([', '.join(words), *official])})" if words or official else ""


def _short(content: Any) -> Iterator[str]:
    for key, value in content.items():
        if isinstance(value, str | int):
            yield f"{key}: {value}"


def _json(room: Room, entry: Entry, beside: Mapping[str, Any]) -> str:
    told: dict[str, Any] = {
        "room": room.room_id, "homeserver": room.homeserver, "pos": entry.pos,
        "received_at": entry.received_at.isoformat(), "encrypted": entry.encrypted, "late": entry.late,
        "unreadable": entry.unreadable, "cites": entry.cites, **beside,
    }  # fmt: skip
    try:
        return json.dumps({**told, "event": dict(entry.event.fields)}, ensure_ascii=True)
    except CannotOpen as error:
        return json.dumps({**told, "event": None, "gone": str(error)})
