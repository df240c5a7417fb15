"""`setu records`: what a records officer asks of the record. So far: to read one room's. Whoever reads says for what,
and the reading is on record before the first line is shown.
"""

import argparse
import asyncio
import getpass
import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Sequence
from typing import Any

from bots.retention import record
from bridge import ground
from bridge.config import Settings
from bridge.model import Entry, Room
from bridge.plugin import Bot, Console, names_config
from bridge.seal import CannotOpen
from bridge.store.database import Connection
from bridge.store.journal import Journal

AT_ONCE = 200
"""Entries that are open in memory."""


def _arguments(parser: ArgumentParser) -> None:
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    reading = commands.add_parser("read", help="read the record of one room, oldest first")
    reading.add_argument("--room", required=True, help="its room id")
    reading.add_argument("--purpose", required=True, type=_words, help="for what it is read; this is kept")
    reading.add_argument("--json", action="store_true", help="one JSON object a line, with the whole event")
    names_config(reading)


def _words(given: str) -> str:
    if not given.strip():
        raise argparse.ArgumentTypeError("say for what the record is read")
    return given.strip()


async def _run(settings: Settings, bots: Sequence[Bot], given: Namespace) -> int:
    async with ground.opened(settings, bots) as stood, stood.pool.acquire() as connection:
        rooms = await record.rooms(connection, given.room)
        if not rooms:
            print(f"--room: nothing of a room {given.room} is on record; `setu status` names rooms", file=sys.stderr)
            return 1
        journal = Journal(stood.pool, stood.keyring)
        for room in rooms:
            await record.note_read(connection, room, getpass.getuser(), given.purpose)
            await _show(connection, journal, room, given.json)
    return 0


async def _show(connection: Connection, journal: Journal, room: Room, as_json: bool) -> None:
    last = await record.last(connection, room)
    for after in range(0, last, AT_ONCE):
        entries = await journal.read(connection, room, after, min(after + AT_ONCE, last))
        for line in (_json(room, entry) if as_json else _line(entry) for entry in entries):
            print(line)
        await asyncio.sleep(0)


def _line(entry: Entry) -> str:
    try:
        event = entry.event
    except CannotOpen as error:
        return f"{entry.received_at:%Y-%m-%d %H:%M:%S}  ({error})"
    marks = [mark for mark, so in (("encrypted", entry.encrypted), ("late", entry.late)) if so]
    unread = entry.unreadable or ("(not read yet)" if entry.undetermined else None)
    said = unread or event.text("body") or ", ".join(_short(event.content))
    when = event.sent_at or entry.received_at
    return f"{when:%Y-%m-%d %H:%M:%S}  {event.sender}  {event.type}{''.join(f' [{mark}]' for mark in marks)}: {said}"


def _short(content: Any) -> Iterator[str]:
    for key, value in content.items():
        if isinstance(value, str | int):
            yield f"{key}: {value}"


def _json(room: Room, entry: Entry) -> str:
    told: dict[str, Any] = {
        "room": room.room_id, "homeserver": room.homeserver, "pos": entry.pos,
        "received_at": entry.received_at.isoformat(), "encrypted": entry.encrypted, "late": entry.late,
        "unreadable": entry.unreadable, "cites": entry.cites,
    }  # fmt: skip
    try:
        return json.dumps({**told, "event": dict(entry.event.fields)}, ensure_ascii=True)
    except CannotOpen as error:
        return json.dumps({**told, "event": None, "gone": str(error)})


console = Console("records", "read the record", _arguments, _run)
