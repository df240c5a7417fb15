"""The room is handed over: `setu records export` makes a folder, in which people find all of it."""

import csv
import hashlib
import json
import mailbox
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.message import Message
from functools import cached_property
from pathlib import Path
from typing import Any

from bridge.lab.checked import expect
from bridge.lab.recorded.talk import Talk
from bridge.lab.settled import settled
from bridge.lab.steps.step import Wrong, same

FORMS = "jsonl,html,eml,csv"


@dataclass
class Handed:
    """The folder."""

    talk: Talk
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = self.talk.cell.site.setu.folder / "handed-over"

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The last that is written. Raises Wrong where there is none."""
        try:
            manifest: Mapping[str, Any] = json.loads((self.folder / "manifest.json").read_bytes())
        except FileNotFoundError:
            raise Wrong("nothing was handed over") from None
        return manifest

    @cached_property
    def records(self) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
        """Each record's header, and its whole line. Raises Wrong."""
        expect(self.manifest["records"] > 0, "nothing is there")
        lines = [json.loads(line) for line in (self.folder / "records.jsonl").read_bytes().splitlines()]
        told = [(json.loads(line["header"]), line) for line in lines]
        return [(header, line) for header, line in told if header["of"] == "record"]

    def said_at(self, event_id: str) -> str:
        """When, as the header of its record tells."""
        return next(str(header["sent_at"]) for header, _ in self.records if header["event_id"] == event_id)


async def _exported(one: Handed) -> str:
    cell = one.talk.cell
    department, _ = await settled(cell.site, cell.link)
    setu = cell.site.setu
    asked = ("--room", cell.here.room, "--purpose", "the lab hands it over", "--format", FORMS)
    printed = await setu.call("records", "export", str(setu.settings_file), *asked, "--output", str(one.folder))
    counts = one.manifest["counts"]
    same(counts["records"], department.recorded, "how many records were handed over")
    same([counts[what] for what in ("unreadable", "files", "files_missing", "gaps")], [0, 1, 0, 0], "what is missing")
    same(len(one.records), counts["records"], "how many lines there are")
    return printed.partition(" in ")[0]


async def _readable(one: Handed) -> None:
    """With every version of it, what was deleted, and why."""
    talk, wanted = one.talk, [line.text for line in one.talk.lines]
    expect(",".join(one.manifest["forms"]) == FORMS, f"there are only {one.manifest['forms']}")
    pages = "".join(path.read_text("utf-8") for path in (one.folder / "conversation").rglob("*.html"))
    for what, text in (("pages", pages), ("table", _table(one.folder)), ("mail", _mail(one.folder))):
        same([line for line in wanted if line not in text], [], f"what the {what} lack of it")
    same([why for why in (talk.slip_reason, talk.gossip_reason) if why not in pages], [], "the reasons that they lack")


def _table(folder: Path) -> str:
    [file] = (folder / "table").iterdir()
    with file.open(encoding="utf-8-sig", newline="") as text:
        return "\n".join("\t".join(row) for row in csv.reader(text))


def _mail(folder: Path) -> str:
    [file] = (folder / "mail").iterdir()
    with closing(mailbox.mbox(file, create=False)) as box:
        return "\n".join(part for message in box for part in _parts(message))


def _parts(message: Message) -> Iterator[str]:
    for part in message.walk():
        data = part.get_payload(decode=True)
        if part.get_content_maintype() == "text" and isinstance(data, bytes):
            yield data.decode()
        elif (name := part.get_filename()) is not None:
            yield name


async def _photo(one: Handed) -> str:
    [told] = [line["files"] for header, line in one.records if header["event_id"] == one.talk.photo.id]
    same([file.get("why") for file in told], [None], "why it is not there")
    data = (one.folder / told[0]["path"]).read_bytes()
    expect(data == one.talk.picture, "it is another picture")
    same(told[0]["sha256"], hashlib.sha256(data).hexdigest(), "the hash that is told")
    return f"{len(data)} bytes"


async def _audience(one: Handed) -> None:
    """Meera from the beginning; Neha only from when she came."""
    talk, cell = one.talk, one.talk.cell
    stays = [json.loads(line) for line in (one.folder / "people.jsonl").read_text("utf-8").splitlines()]
    there = {stay["person"]: stay["since"] for stay in stays if stay["membership"] == "join"}
    first, last = one.said_at(talk.first.id), one.said_at(talk.last.id)
    before = {person: there[person] < first for person in (cell.meera.user_id, cell.neha.user_id)}
    same(before, {cell.meera.user_id: True, cell.neha.user_id: False}, "who was there before")
    expect(there[cell.neha.user_id] < last, "she is not told to be there at the end")


DEEDS: Mapping[str, tuple[str, Callable[[Handed], Awaitable[str | None]]]] = {
    "exported": ("all of the room is handed over; its counts are those of the record", _exported),
    "readable": ("pages, table and mail show every word of it, and why something was deleted", _readable),
    "photo": ("the photo is there, byte for byte as it was sent, with its hash", _photo),
    "audience": ("who could see what is told: whoever came later was not there before", _audience),
}
"""Each by its name: the sentence that must be true, and what is done to see whether it is."""
