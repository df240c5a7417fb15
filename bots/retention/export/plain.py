"""What an event says as plain text, for a table, a mail, or a line of a page. Pure."""

from collections.abc import Mapping
from typing import Any

from bridge.model import ENCRYPTED, Event

_POLL = ("m.poll", "org.matrix.msc3381.poll.start", "m.poll.start")


def text_of(event: Event | None) -> str:
    """Its text, without what a reply quotes; empty where it has none."""
    if event is None or event.type == ENCRYPTED:
        return ""
    if event.type == "m.reaction":
        return key_of(event) or ""
    if event.type == "m.room.redaction" or event.membership is not None:
        return event.text("reason") or ""
    return body_of(revised(event.content)) or question_of(event.content)


def revised(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of an edit what it makes of the message, else the content itself."""
    new = content.get("m.new_content")
    return new if isinstance(new, dict) else content


def body_of(content: Mapping[str, Any]) -> str:
    """The body, without the quotation of a reply (Matrix specification, "Rich replies", until 1.12)."""
    body = next((value for key in ("body", "name", "topic") if isinstance(value := content.get(key), str)), "")
    relation = content.get("m.relates_to")
    if not body.startswith("> ") or not isinstance(relation, dict) or "m.in_reply_to" not in relation:
        return body
    lines = body.split("\n")
    own = next((number for number, line in enumerate(lines) if not line.startswith(">")), len(lines))
    return "\n".join(lines[own:]).strip("\n")


def question_of(content: Mapping[str, Any]) -> str:
    """The question and the answers of a poll."""
    poll = next((found for key in _POLL if isinstance(found := content.get(key), dict)), None)
    if poll is None:
        return ""
    answers = poll.get("answers")
    offered = [f"- {_words(one)}" for one in answers] if isinstance(answers, list) else []
    return "\n".join([_words(poll.get("question")), *offered])


def key_of(event: Event) -> str | None:
    """What a reaction shows."""
    relation = event.content.get("m.relates_to")
    key = relation.get("key") if isinstance(relation, dict) else None
    return key[:100] if isinstance(key, str) else None


def _words(part: Any) -> str:
    if isinstance(part, dict):
        texts = (part.get(key) for key in ("body", "org.matrix.msc1767.text", "m.text"))
        return next((text for text in texts if isinstance(text, str)), "")
    return ""
