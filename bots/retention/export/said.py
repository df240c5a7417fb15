"""A record as the export itself tells it: what is shown to people is read from `records.jsonl`, never from the
database, so that nothing is shown that a stranger could not verify.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any

from bots.retention.export.folder import RECORDS
from bots.retention.export.people import name_of
from bots.retention.export.worklist import Item, Worklist
from bridge.model import Event

REMEMBERED = 1_000
"""Records; a message of 64 KiB takes four times that, and few are that long."""


def path_of(folder: str, month: str, part: int) -> str:
    """Of a page of the conversation within the export."""
    return f"conversation/{folder}/{month}{f'-{part}' if part > 1 else ''}.html"


@dataclass(frozen=True)
class Said:
    """One record."""

    item: Item
    line: Mapping[str, Any]

    @cached_property
    def header(self) -> Mapping[str, Any]:
        header: Mapping[str, Any] = json.loads(self.line["header"])
        return header

    @cached_property
    def event(self) -> Event | None:
        """What was said, decrypted where it could be; None where it cannot be opened any more."""
        parts = self.line.get("parts")
        if not parts:
            return None
        part = parts.get("clear") or parts["event"]
        plain = part["plain"].encode() if "plain" in part else base64.b64decode(part["plain_base64"])
        return Event.read(plain)

    @property
    def unreadable(self) -> str | None:
        """Why it cannot be read: its key was destroyed, or never came."""
        return self.line.get("gone") or self.line.get("unreadable")

    @property
    def known(self) -> Mapping[str, Any]:
        known: Mapping[str, Any] = self.line.get("known", {})
        return known

    @property
    def files(self) -> Sequence[Mapping[str, Any]]:
        files: Sequence[Mapping[str, Any]] = self.line.get("files", ())
        return files

    @property
    def tag(self) -> Mapping[str, Any]:
        """Who its sender was, as far as that was known."""
        tag = self.known.get("identity")
        return tag if isinstance(tag, dict) else {}

    def at(self, zone: tzinfo) -> datetime:
        """When it was said, never after it was received."""
        return datetime.fromtimestamp(self.item.said_at / 1_000_000, UTC).astimezone(zone)


class Sayings:
    """Reads records of one export."""

    def __init__(self, folder: Path, worklist: Worklist, folders: Sequence[str]) -> None:
        """`folders` are those of the rooms' pages."""
        self.worklist = worklist
        self._folders = folders
        self._recent: dict[int, Said] = {}
        self._file = (folder / RECORDS).open("rb")

    def close(self) -> None:
        self._file.close()

    def read(self, item: Item) -> Said:
        """The record; those that were read last are remembered, since people answer what was said just now."""
        if (known := self._recent.get(item.id)) is not None:
            return known
        assert item.at is not None and item.length is not None, "what is read was written"
        self._file.seek(item.at)
        said = self._recent[item.id] = Said(item, json.loads(self._file.read(item.length)))
        if len(self._recent) > REMEMBERED:
            del self._recent[next(iter(self._recent))]
        return said

    def of(self, where: str, given: Sequence[object], by: str | None = None) -> list[Said]:
        """Those of the chosen ones for which that holds; `by` as `Worklist.items` has it."""
        return [self.read(item) for item in self.worklist.items(f"at is not null and {where}", given, by)]

    def event(self, room: int, event_id: object) -> Said | None:
        """The record of an event, as it came first."""
        found = self.of("room = ? and event_id = ? order by room_seq limit 1", (room, event_id), "record_event")
        return found[0] if found else None

    def name(self, said: Said) -> str:
        """What the sender was called: as a roster vouches, else by themselves, else by their id."""
        tag, item = said.tag, said.item
        if tag.get("status") == "verified" and isinstance(tag.get("name"), str) and tag["name"]:
            return str(tag["name"])
        return self.called(item.room, item.sender, item.said_at)

    def called(self, room: int, person: str | None, at: int) -> str:
        """What somebody was called in a room."""
        if person is None:
            return "somebody"
        return name_of(self.worklist, room, person, at) or person

    def place(self, item: Item) -> str | None:
        """Where it stands on a page, from the top of the export; None where it is none of its own."""
        if item.part is None:
            return None
        return f"{path_of(self._folders[item.room], item.month, item.part)}#r{item.room_seq}"

    def deletion(self, room: int, event_id: str) -> Mapping[str, Any]:
        """What is told of why and by whom something was deleted; nothing where it was not. Of the cause the log tells
        alone.
        """
        row = self.worklist.sql.execute(
            "select detail from deletion where room = ? and event_id = ?", (room, event_id)
        ).fetchone()
        if row is not None:
            detail: Mapping[str, Any] = json.loads(row[0])
            return detail
        by = self.worklist.items(
            "room = ? and relates_to = ? and relation = 'redacts' and chosen > 0 limit 1", (room, event_id),
            "record_relates",
        )  # fmt: skip
        return {"by": by[0].sender} if by else {}
