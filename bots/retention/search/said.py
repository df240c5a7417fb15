"""What an event says, as texts that can be searched, and of which kind it is: bodies, formatted texts without their
markup, names of files, captions, questions and answers, names, topics, reasons. Whatever else holds words is taken
too: what somebody's client showed must be found.
"""

import html
import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

from bridge.model import ENCRYPTED, Entry, Event
from bridge.origin import MARK

_NO_WORDS = frozenset(
    ("event_id", "room_id", "user_id", "user_ids", "via", "url", "thumbnail_url", "avatar_url", "mimetype", "msgtype",
     "format", "rel_type", "file", "thumbnail_file", "blurhash", "xyz.amorgan.blurhash", "device_id", "session_id",
     "sender_key", "ciphertext", "algorithm", "membership", "kind", "id", "m.id", "geo_uri", "uri", "hashes",
     "signatures", "waveform", "room_version", "predecessor", "replacement_room", "m.mentions", "m.relates_to",
     MARK)
)  # fmt: skip
"""Keys whose values are ids, hashes, keys and types."""

_MARKUP = frozenset(("formatted_body", "org.matrix.msc1767.html", "m.html"))
_INSIDE_WORDS = re.compile(r"</?(?:a|b|i|u|s|em|strong|del|code|span|font|sup|sub|mark)(?:\s[^<>]*)?>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
DEEPEST = 40
"""Levels of nesting; deeper than that nothing of a client's is."""


class Kind(StrEnum):
    """What a query calls an event."""

    MESSAGE = "message"
    FILE = "file"
    EDIT = "edit"
    REACTION = "reaction"
    STATE = "state"
    DELETION = "deletion"
    UNREADABLE = "unreadable"
    OTHER = "other"


_FILES = frozenset(("m.file", "m.image", "m.audio", "m.video"))
_POLLS = ("m.poll.", "org.matrix.msc3381.poll.")


def kind(entry: Entry) -> Kind:
    """The kind of what an entry says. Raises CannotOpen."""
    event = entry.event
    match event.type:
        case _ if event.state_key is not None:
            return Kind.STATE
        case "m.room.message" if "m.new_content" in event.content:
            return Kind.EDIT
        case "m.room.message":
            return Kind.FILE if event.text("msgtype") in _FILES else Kind.MESSAGE
        case "m.sticker":
            return Kind.FILE
        case "m.reaction":
            return Kind.REACTION
        case "m.room.redaction":
            return Kind.DELETION
        case other if other == ENCRYPTED:
            return Kind.UNREADABLE
        case str(other) if other.startswith(_POLLS):
            return Kind.MESSAGE
        case _:
            return Kind.OTHER


def texts(event: Event) -> Iterator[str]:
    """Its texts; some say the same."""
    if event.type != ENCRYPTED:
        yield from _walk(event.content, "", 0)


def _walk(value: Any, key: str, deep: int) -> Iterator[str]:
    match value:
        case str():
            yield _plain(value) if key in _MARKUP else value
        case list() if deep < DEEPEST:
            for part in value:
                yield from _walk(part, key, deep + 1)
        case dict() if deep < DEEPEST:
            yield from _members(value, deep)


def _members(content: Mapping[str, Any], deep: int) -> Iterator[str]:
    for key, part in content.items():
        if key in _NO_WORDS:
            continue
        if key == "body" and isinstance(part, str) and part.startswith("> "):
            part = _own(part, content.get("m.relates_to"))
        yield from _walk(part, key, deep + 1)


def _own(body: str, relation: Any) -> str:
    """What stands behind the quotation of a reply (Matrix specification, "Rich replies", until 1.12)."""
    if not isinstance(relation, dict) or "m.in_reply_to" not in relation:
        return body
    lines = body.split("\n")
    return "\n".join(lines[next((n for n, line in enumerate(lines) if not line.startswith(">")), len(lines)) :])


def _plain(formatted: str) -> str:
    """Without markup, and without what a reply quotes. A tag within a word does not part it."""
    if formatted.startswith("<mx-reply>"):
        formatted = formatted.partition("</mx-reply>")[2]
    if "<" in formatted:
        formatted = _TAG.sub(" ", _INSIDE_WORDS.sub("", formatted))
    return html.unescape(formatted) if "&" in formatted else formatted
