"""Messages: text, notices, emotes, files of each kind, locations, stickers, polls, reactions. The copy carries what is
known of each kind and nothing else, so that nothing rides along unseen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bridge import references
from bridge.mirror.kinds.files import Files, files
from bridge.mirror.kinds.people import Rename, mentions, pills
from bridge.mirror.kinds.relations import relation, replaces
from bridge.model import Event

TEXTS = frozenset({"m.text", "m.notice", "m.emote"})
FILES = frozenset({"m.image", "m.file", "m.audio", "m.video"})
LOCATION = "m.location"

STRINGS = ("msgtype", "body", "format", "formatted_body", "filename", "geo_uri")
EXTENSIBLE = (
    "m.location", "org.matrix.msc3488.location", "m.asset", "org.matrix.msc3488.asset", "m.ts", "org.matrix.msc3488.ts",
    "org.matrix.msc1767.audio", "org.matrix.msc1767.text", "m.text", "org.matrix.msc3245.voice", "m.voice",
)  # fmt: skip
"""Blocks of the extensible events (MSC1767, MSC3245, MSC3488) that clients write into messages."""

POLLS: Mapping[str, tuple[str, ...]] = {
    "m.poll.start": ("m.poll", "m.text"),
    "m.poll.response": ("m.selections",),
    "m.poll.end": ("m.text", "m.poll.results"),
    "org.matrix.msc3381.poll.start": ("org.matrix.msc3381.poll.start", "org.matrix.msc1767.text"),
    "org.matrix.msc3381.poll.response": ("org.matrix.msc3381.poll.response",),
    "org.matrix.msc3381.poll.end": ("org.matrix.msc3381.poll.end", "org.matrix.msc1767.text"),
}
BEACONS = frozenset({"m.beacon", "org.matrix.msc3672.beacon"})


@dataclass(frozen=True)
class Message:
    """The copy of a message: its type, its content, the files to be copied before it."""

    type: str
    content: Mapping[str, Any]
    mxcs: tuple[str, ...] = ()
    size: int | None = None


def message(event: Event, rename: Rename) -> Message | None:
    """The copy of this event, or None where it is no message that crosses."""
    if event.type is None or event.state_key is not None:
        return None
    if event.type == "m.room.message":
        return _room_message(event.content, rename)
    if event.type == "m.sticker":
        return _with_files(event.type, event.content, rename) if isinstance(event.content.get("body"), str) else None
    if event.type == "m.reaction":
        return _reaction(event.content)
    if event.type in POLLS:
        return _poll(event.type, event.content)
    return _beacon(event.content) if event.type in BEACONS else None


def _room_message(content: Mapping[str, Any], rename: Rename) -> Message | None:
    kind, body = content.get("msgtype"), content.get("body")
    if not isinstance(body, str) or not isinstance(kind, str) or kind not in TEXTS | FILES | {LOCATION}:
        return None
    copied = _with_files("m.room.message", content, rename)
    if not replaces(content):
        return copied
    new = content.get("m.new_content")
    changed = _room_message({**new, "m.relates_to": None}, rename) if isinstance(new, dict) else None
    if changed is None:
        return None
    # The files of the new content are copied, those of the fallback are not: no client shows them.
    fallback = {key: copied.content[key] for key in STRINGS if key in copied.content}
    whole = {**fallback, **relation(content), **mentions(content, rename), "m.new_content": changed.content}
    return Message("m.room.message", whole, changed.mxcs, changed.size)


def _with_files(kind: str, content: Mapping[str, Any], rename: Rename) -> Message:
    found: Files = files(content)
    words = {key: content[key] for key in STRINGS if isinstance(content.get(key), str)}
    if "formatted_body" in words:
        words["formatted_body"] = pills(words["formatted_body"], rename)
    blocks = {key: references.foreign(content[key]) for key in EXTENSIBLE if key in content}
    carried = {**words, **blocks, **found.content, **relation(content), **mentions(content, rename)}
    return Message(kind, carried, found.mxcs, found.size)


def _reaction(content: Mapping[str, Any]) -> Message | None:
    related = relation(content)
    return Message("m.reaction", related) if related.get("m.relates_to", {}).get("key") else None


def _poll(kind: str, content: Mapping[str, Any]) -> Message | None:
    carried = {key: references.foreign(content[key]) for key in POLLS[kind] if key in content}
    related = relation(content)
    refers = "rel_type" in related.get("m.relates_to", {})
    if not carried or (not kind.endswith(".start") and not refers):
        return None
    return Message(kind, {**carried, **related})


def _beacon(content: Mapping[str, Any]) -> Message | None:
    """A beacon's place as a location, which every client shows."""
    place = content.get("m.location") or content.get("org.matrix.msc3488.location")
    uri = place.get("uri") if isinstance(place, dict) else None
    if not isinstance(uri, str):
        return None
    return Message("m.room.message", {"msgtype": LOCATION, "body": uri, "geo_uri": uri, "m.location": {"uri": uri}})
