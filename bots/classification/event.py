"""Every text of a Matrix event that a person can read, or hide something in, as segments. Known places are named
for what they are; whatever else holds words is taken too, since a client that we do not know may show it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bridge.documents import markup
from bridge.documents.segment import Segment, Where

_TECHNICAL = frozenset(
    ("event_id", "room_id", "user_id", "user_ids", "via", "url", "thumbnail_url", "avatar_url", "mimetype", "msgtype",
     "format", "rel_type", "file", "thumbnail_file", "blurhash", "xyz.amorgan.blurhash", "device_id", "session_id",
     "sender_key", "ciphertext", "algorithm", "membership", "kind", "id", "m.id", "geo_uri", "uri", "hashes",
     "signatures", "waveform", "room_version", "predecessor", "replacement_room", "m.mentions")
)  # fmt: skip
"""Keys whose values no client shows as text: ids, hashes, keys, types."""

_PLACES: dict[str, Where] = {
    "body": "body", "filename": "file_name", "topic": "topic", "name": "name", "reason": "reason", "key": "reaction",
    "description": "location", "question": "question", "answers": "answer", "alt": "attribute", "title": "name",
    "displayname": "name", "alias": "name", "m.topic": "topic",
}  # fmt: skip
_FORMATTED = frozenset(("formatted_body", "org.matrix.msc1767.html", "m.html"))
_FILES = frozenset(("m.file", "m.image", "m.audio", "m.video"))
DEEPEST = 40
"""Levels of nesting; deeper than that nothing of a client's is, and what is there is told as not scanned."""


def segments(event_type: str, content: Mapping[str, Any]) -> list[Segment]:
    """The segments of an event, from its type and its clear content (Matrix client-server API, "Room events")."""
    return list(_walk(content, (), "reason" if event_type == "m.room.redaction" else "other"))


def deeper(content: Mapping[str, Any]) -> bool:
    """Whether the content nests so deep that not all of it is read."""
    level: list[Any] = [content]
    for _ in range(DEEPEST + 1):
        level = [inside for value in level for inside in _inside(value)]
    return bool(level)


def _inside(value: Any) -> Sequence[Any]:
    if isinstance(value, Mapping):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _walk(value: Any, way: tuple[str, ...], place: Where) -> Iterator[Segment]:
    if len(way) > DEEPEST:
        return
    if isinstance(value, str):
        yield from _said(value, way, place)
    elif isinstance(value, list):
        for part in value:
            yield from _walk(part, (*way, ""), place)
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _entry(value, str(key), part, way, place)


def _entry(around: Mapping[str, Any], key: str, part: Any, way: tuple[str, ...], place: Where) -> Iterator[Segment]:
    if " " in key:  # no protocol has such a key, and a person may read it
        yield Segment("other", key)
    if key in _TECHNICAL:
        return
    # What stands in a question, answer or topic belongs to it, under whatever key it stands there.
    here = place if place != "other" else _PLACES.get(key, place)
    if key == "body" and here == "body" and isinstance(part, str):
        yield from _body(around, part, way)
    else:
        yield from _walk(part, (*way, key), here)


def _body(around: Mapping[str, Any], body: str, way: tuple[str, ...]) -> Iterator[Segment]:
    name = _name(way)
    if around.get("msgtype") in _FILES:
        file_name = around.get("filename")
        yield Segment("caption" if isinstance(file_name, str) and file_name != body else "file_name", body, name)
        return
    relation = around.get("m.relates_to")
    if isinstance(relation, Mapping) and "m.in_reply_to" in relation and body.startswith("> "):
        quoted, body = _reply(body)
        yield Segment("quote", quoted, name)
    if body:
        yield Segment("body", body, name)


def _reply(body: str) -> tuple[str, str]:
    """The fallback of a reply and what was said after it (Matrix specification, "Rich replies", until 1.12)."""
    lines = body.split("\n")
    own = next((number for number, line in enumerate(lines) if not line.startswith("> ")), len(lines))
    return "\n".join(line[2:] for line in lines[:own]), "\n".join(lines[own:]).lstrip("\n")


def _said(value: str, way: tuple[str, ...], place: Where) -> Iterator[Segment]:
    if not value:
        return
    if any(key in _FORMATTED for key in way[-1:]) or _is_html(way, value):
        yield from markup.segments(value, "formatted_body" if place in ("other", "body") else place, _name(way[:-1]))
    else:
        yield Segment(place, value, "" if place not in ("other", "body") else _name(way))


def _is_html(way: tuple[str, ...], value: str) -> bool:
    # An extensible text names its type beside it, which a sender may leave out or lie about.
    return "<" in value and any(key in ("m.text", "m.message", "org.matrix.msc1767.message") for key in way)


def _name(way: tuple[str, ...]) -> str:
    return ".".join(key for key in way if key)
