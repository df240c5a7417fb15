"""The files of a message: where they lie, and how they are encrypted. A file is whatever names an mxc address as its
`url`, wherever it stands, since a client that we do not know may show it: a message's own file or encrypted file
(Matrix client-server API, "m.room.message msgtypes"), that of an edit, an extensible `m.file` (MSC3551), a gallery
(MSC4274). Pictures that only stand beside something, such as thumbnails, are none; stickers where they are asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bridge import mxc
from bridge.e2ee.file_lock import KEYS, BadLock, FileLock
from bridge.model import Event

MESSAGES = ("m.file", "m.image", "m.audio", "m.video")
BESIDE = frozenset(
    ("thumbnail_file", "thumbnail", "m.thumbnail", "org.matrix.msc1767.thumbnail", "avatar", "m.avatar",
     "com.beeper.linkpreviews", "m.url_previews")
)  # fmt: skip
"""Keys under which pictures stand that only go with something."""

MOST = 20
"""Files of one message that are looked for."""

DEEPEST = 40
"""Levels of nesting; nothing of a client's is deeper."""

NO_ADDRESS = "it names no address"
BAD_KEY = "its key is missing or damaged"
TOO_MANY = f"more than {MOST} files in one message"


@dataclass(frozen=True)
class Attachment:
    """One file of a message."""

    mxc: str = field(repr=False)
    """Its address; empty where it names none that can be one."""
    name: str = field(default="", repr=False)
    mimetype: str | None = None
    lock: FileLock | None = None
    """How it is encrypted, where it is."""
    trouble: str | None = None
    """Why it cannot be fetched or opened, in words that hold nothing of what somebody wrote."""


def files_of(event: Event, stickers: bool = False) -> Sequence[Attachment]:
    """The files of a message, in their order, each once. Pure, so that a number always means the same one."""
    if event.state_key is not None or (event.type == "m.sticker" and not stickers) or not _may_have_any(event.raw):
        return ()
    found = list(islice(_distinct(_inside(event.content, {}, DEEPEST)), MOST + 1))
    return found if len(found) <= MOST else (*found[:MOST], Attachment("", trouble=TOO_MANY))


def _may_have_any(raw: bytes) -> bool:
    """Whether it is worth looking. A file's address or type stands in the bytes, unless it is escaped; an event that
    did not come as bytes has none.
    """
    return (
        not raw
        or b"mxc" in raw.lower()
        or b"\\u00" in raw
        or b"m.file" in raw
        or b"m.image" in raw
        or b"m.audio" in raw
        or b"m.video" in raw
    )


def _distinct(found: Iterator[Attachment]) -> Iterator[Attachment]:
    seen = set[tuple[str, FileLock | None, str | None]]()
    for one in found:
        if (key := (one.mxc, one.lock, one.trouble)) not in seen:
            seen.add(key)
            yield one


def _inside(value: Any, around: Mapping[str, Any], levels: int) -> Iterator[Attachment]:
    if isinstance(value, Mapping):
        yield from _here(value, around)
    parts = value.items() if isinstance(value, Mapping) else ((None, part) for part in _list(value))
    for key, part in parts:
        if levels and key not in BESIDE:
            yield from _inside(part, value if isinstance(value, Mapping) else around, levels - 1)


def _here(fields: Mapping[str, Any], around: Mapping[str, Any]) -> Iterator[Attachment]:
    url = fields.get("url")
    if isinstance(url, str) and url[:6].lower() == "mxc://":
        yield _attachment(url, fields, around)
    elif _lacks_address(fields, around):
        yield Attachment("", trouble=NO_ADDRESS)


def _lacks_address(fields: Mapping[str, Any], around: Mapping[str, Any]) -> bool:
    """Whether these fields, which name no address, say that they are a file's."""
    if fields.get("msgtype") in MESSAGES:
        return not isinstance(fields.get("file"), Mapping)
    return around.get("msgtype") in MESSAGES and around.get("file") is fields


def _attachment(url: str, fields: Mapping[str, Any], around: Mapping[str, Any]) -> Attachment:
    name = _text(fields, "filename", "name") or _text(around, "filename", "body") or _text(fields, "body") or ""
    mimetype = _text(fields, "mimetype") or _text(_info(fields), "mimetype") or _text(_info(around), "mimetype")
    if mxc.path(url) is None:
        return Attachment("", name, mimetype, trouble=NO_ADDRESS)
    try:
        lock = FileLock.read(fields) if any(key in fields for key in KEYS) else None
    except BadLock:
        return Attachment(url, name, mimetype, trouble=BAD_KEY)
    return Attachment(url, name, mimetype, lock)


def _list(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _info(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    info = fields.get("info")
    return info if isinstance(info, Mapping) else {}


def _text(fields: Mapping[str, Any], *keys: str) -> str | None:
    return next((value for key in keys if isinstance(value := fields.get(key), str) and value), None)
