"""What happens in a room beside what is said: a line each."""

from datetime import tzinfo

from bots.retention.export import html_words
from bots.retention.export.html_clean import text
from bots.retention.export.said import Said, Sayings
from bridge.model import Event

_SET = {
    "m.room.create": "made the room", "m.room.avatar": "changed the picture of the room",
    "m.room.power_levels": "changed who may do what", "m.room.join_rules": "changed who may join",
    "m.room.history_visibility": "changed who may read what was said before",
    "m.room.encryption": "switched encryption on", "m.room.pinned_events": "changed what is pinned",
    "m.room.canonical_alias": "changed the address of the room", "m.room.tombstone": "closed the room for another",
    "m.room.retention": "changed how long messages stay", "m.room.server_acl": "changed which servers may take part",
}  # fmt: skip


def is_state(said: Said) -> bool:
    """Whether it is shown as a line."""
    return said.event is not None and (said.event.state_key is not None or not _speaks(said.event))


def _speaks(event: Event) -> bool:
    return (
        event.type in ("m.room.message", "m.sticker", "m.room.encrypted")
        or "m.poll" in str(event.type)
        or ("poll.start" in str(event.type))
    )


def line(sayings: Sayings, said: Said, zone: tzinfo) -> str:
    """A line that tells it."""
    assert said.event is not None
    when = f'<a class="when" href="#r{said.item.room_seq}">{html_words.clock(said.at(zone))}</a>'
    what = f"<div>{html_words.name(sayings.name(said))} {_what(sayings, said, said.event)}</div>"
    return f'<div class="state" id="r{said.item.room_seq}">{when}{what}</div>\n'


def _what(sayings: Sayings, said: Said, event: Event) -> str:
    if event.membership is not None:
        return _member(sayings, said, event)
    if event.type in ("m.room.name", "m.room.topic"):
        words = event.text("name" if event.type == "m.room.name" else "topic") or ""
        return f"{'named the room' if event.type == 'm.room.name' else 'set the topic'} <bdi>“{text(words)}”</bdi>"
    if event.type == "m.room.redaction":
        return "deleted a message that is not in this export"
    if event.type == "m.reaction":
        return "reacted to a message that is not in this export"
    return _SET.get(str(event.type), f'<span class="id">{text(event.type)}</span>')


def _member(sayings: Sayings, said: Said, event: Event) -> str:
    own = event.state_key == event.sender
    whom = html_words.name(sayings.called(said.item.room, event.state_key, said.item.said_at))
    reason = f": <bdi>{text(event.text('reason'))}</bdi>" if event.text("reason") else ""
    match event.membership:
        case "join":
            return ("changed their name or picture" if event.was == "join" else "came in") if own else f"let {whom} in"
        case "invite":
            return f"invited {whom}{reason}"
        case "leave":
            return f"left{reason}" if own else f"removed {whom}{reason}"
        case "ban":
            return f"banned {whom}{reason}"
        case _:
            return f"asked to come in{reason}"
