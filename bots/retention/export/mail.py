"""What people said, as mail: one mbox file a room (RFC 4155, quoted as "mboxrd"), which every mail program and review
tool reads, with a message for each thing that somebody said. A file for each message would be a hundred thousand files.
The sender is the person, never a ghost; what cannot be an address stands in headers of its own.
"""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from email.utils import format_datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bots.retention.export.plain import text_of
from bots.retention.export.said import Said, Sayings
from bridge.model import ENCRYPTED

CHUNK = 57 * 1024
"""Bytes of a file that are encoded at once: whole lines of base64."""

MOST_OF_A_WORD = 42
"""Bytes in an encoded word, which has 75 letters at most (RFC 2047, section 2)."""

SPOKEN = frozenset(("m.room.message", "m.sticker", "m.reaction", "m.room.redaction", ENCRYPTED))
_POLLS = ("m.poll.", "org.matrix.msc3381.poll.")
_SUBJECTS = {"m.replace": "Edit: ", "m.annotation": "Reaction: ", "redacts": "Deleted a message"}
_MIME = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_FROM = re.compile(r"^(>*From )", re.MULTILINE)
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_PLAIN = re.compile(r"[A-Za-z0-9 .,!:;$/_@'()?&+*-]*")
_ATOMS = re.compile(r"[A-Za-z0-9 ]*")
_DOMAIN = re.compile(r"[A-Za-z0-9.-]+")


def spoken(said: Said) -> bool:
    """Whether it is something that somebody said, or did to what was said."""
    kind = said.event.type if said.event is not None else said.item.type
    return kind is not None and (kind in SPOKEN or kind.startswith(_POLLS))


@dataclass(frozen=True)
class Mail:
    """Writes the messages of one room."""

    sayings: Sayings
    folder: Path
    """Of the export, where the files are."""
    room: str
    organisation: str
    zone: tzinfo

    def message(self, said: Said) -> Iterator[bytes]:
        """One message, with its line that begins with From, piece by piece."""
        files = [one for one in said.files if "path" in one]
        boundary = f"=_setu_{said.line['seq']}_{said.item.room_seq}"
        kind = f'multipart/mixed; boundary="{boundary}"' if files else "text/plain; charset=utf-8"
        head = [*self._head(said), ("MIME-Version", "1.0"), ("Content-Type", kind)]
        text, coded = _encoded(self._text(said))
        if not files:
            head.append(("Content-Transfer-Encoding", coded))
        at = said.at(UTC)
        yield f"From setu@{_domain(self.organisation)} {at:%a %b} {at.day:2} {at:%H:%M:%S %Y}\n".encode()
        yield "".join(f"{name}: {value}\n" for name, value in head).encode("ascii", "replace") + b"\n"
        if not files:
            yield text + b"\n"
            return
        plain = f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {coded}\n\n"
        yield f"--{boundary}\n{plain}".encode() + text
        for one in files:
            yield f"--{boundary}\n".encode()
            yield from self._file(one)
        yield f"--{boundary}--\n\n".encode()

    def _head(self, said: Said) -> Iterator[tuple[str, str]]:
        header, item, tag = said.header, said.item, said.tag
        office = ", ".join(str(tag[key]) for key in ("designation", "organisation") if isinstance(tag.get(key), str))
        name = self.sayings.name(said)
        yield "From", f"{phrase(f'{name} ({office})' if office else name)} <{address(item.sender)}>"
        yield "To", f"{phrase(self.room)} <{address(header['room_id'])}>"
        yield "Date", format_datetime(said.at(self.zone))
        yield "Subject", word(_SUBJECTS.get(item.relation or "", "") + _beginning(said))
        yield "Message-ID", message_id(item.event_id, self.organisation)
        if item.relates_to is not None:
            yield "In-Reply-To", message_id(item.relates_to, self.organisation)
            yield "References", message_id(item.relates_to, self.organisation)
        yield "X-Matrix-Sender", word(item.sender or "")
        yield "X-Matrix-Room", word(header["room_id"])
        yield "X-Matrix-Event", word(item.event_id)
        yield "X-Setu-Leaf", f"{said.line['seq']} {word(self.organisation)}"

    def _text(self, said: Said) -> str:
        lost = [f"[{one['name']}: {one['why']}]" for one in said.files if "path" not in one]
        why = [f"[It cannot be read: {said.unreadable}]"] if said.unreadable else []
        deletion = self.sayings.deletion(said.item.room, said.item.event_id)
        by, cause = deletion.get("person") or deletion.get("by"), deletion.get("cause", "the log tells no cause")
        gone = [f"[Deleted by {by}: {cause}]"] if deletion else []
        return "\n".join([text_of(said.event), *why, *gone, *lost]).strip("\n") + "\n"

    def _file(self, one: Mapping[str, Any]) -> Iterator[bytes]:
        told = str(one.get("mimetype") or "").lower()
        kind = told if _MIME.fullmatch(told) and not told.startswith(("message/", "multipart/")) else _UNKNOWN
        name = quote(str(one["path"]).partition("-")[2], safe="")
        yield (
            f"Content-Type: {kind}\nContent-Disposition: attachment; filename*=utf-8''{name}\n"
            "Content-Transfer-Encoding: base64\n\n"
        ).encode()
        with (self.folder / str(one["path"])).open("rb") as file:
            while data := file.read(CHUNK):
                yield base64.encodebytes(data)


_UNKNOWN = "application/octet-stream"


@lru_cache(4096)
def phrase(text: str) -> str:
    """A name before an address (RFC 5322, section 3.2.5)."""
    words = word(text)
    return words if words.startswith("=?") or _ATOMS.fullmatch(words) else f'"{words}"'


@lru_cache(4096)
def word(text: str) -> str:
    """A text in a header, on lines of its own where it is long (RFC 2047, section 2 and 5)."""
    one_line = _UNSEEN.sub(" ", text).strip()
    if len(one_line) < 60 and _PLAIN.fullmatch(one_line):
        return one_line
    pieces = _pieces(one_line.encode("utf-8"))
    return "\n ".join(f"=?utf-8?B?{binascii.b2a_base64(piece, newline=False).decode()}?=" for piece in pieces)


def _pieces(data: bytes) -> Iterator[bytes]:
    """Of whole letters."""
    at = 0
    while at < len(data):
        end = min(at + MOST_OF_A_WORD, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        yield data[at:end]
        at = end


def address(matrix_id: str | None) -> str:
    """A Matrix id in the form of a mail address: `@ravi:mha.example` is `ravi@mha.example`."""
    local, _, server = (matrix_id or "@somebody:unknown.invalid")[1:].partition(":")
    return f"{quote(local, safe='') or 'somebody'}@{_domain(server)}"


def message_id(event_id: str, organisation: str) -> str:
    """The id of the mail that an event is, the same in each export."""
    return f"<{quote(event_id.removeprefix('$'), safe='')}@{_domain(organisation)}>"


def _domain(server: str) -> str:
    name = server.partition(":")[0]
    return name if _DOMAIN.fullmatch(name) else "unknown.invalid"


def _encoded(text: str) -> tuple[bytes, str]:
    """A body and how it is encoded; what could begin with From is quoted."""
    if text.isascii() and "\r" not in text and "\x00" not in text and all(len(line) < 900 for line in text.split("\n")):
        return _FROM.sub(r">\1", text).encode(), "7bit"
    return base64.encodebytes(text.encode("utf-8", "replace")), "base64"


def _beginning(said: Said) -> str:
    text = " ".join(text_of(said.event).split()) if said.item.relation != "redacts" else ""
    return text if len(text) <= 70 else f"{text[:70]}…"
