"""What bots say: written in Markdown, sent as text and as HTML. What people wrote goes into it as plain words, whatever
signs are in them.
"""

import html
from collections.abc import Mapping
from functools import cache
from typing import Any

import markdown

LINKED = (
    "This room is linked with **{organisation}**. What is said here is carried there under each writer's own name,"
    " and is kept on record."
)

NOT_CARRIED = (
    "{name}, your message was not carried to **{organisation}**: {why}. Whoever is in this room can read it; nobody"
    " there can."
)
NOT_CARRIED_AGAIN = "{name}, {times} of your messages were not carried to **{organisation}**: {why}."

WHY = {
    "M_FORBIDDEN": "the room there does not let you write",
    "M_TOO_LARGE": "it is too large",
    "M_LIMIT_EXCEEDED": "too much was sent at once",
    "no counterpart": "what it refers to does not exist there",
}
"""What a refusal means to the person who wrote; the first key that stands in the technical reason counts."""

UNKNOWN_WHY = "the homeserver there refused it"

_OPEN, _CLOSE = "\ue000", "\ue001"
"""Private characters that stand around a placeholder's name while Markdown is made into HTML."""


def notice(template: str, **words: str) -> Mapping[str, Any]:
    """The content of an `m.notice` (Client-Server API): `template` in Markdown, its placeholders filled with words."""
    formatted = _html(template)
    for name, text in words.items():
        formatted = formatted.replace(f"{_OPEN}{name}{_CLOSE}", html.escape(_one_line(text)))
    return {
        "msgtype": "m.notice",
        "body": template.replace("**", "").format(**{name: _one_line(text) for name, text in words.items()}),
        "format": "org.matrix.custom.html",
        "formatted_body": formatted,
        "m.mentions": {},
    }


def why(reason: str) -> str:
    """A dead letter's reason in plain words."""
    return next((plain for sign, plain in WHY.items() if sign in reason), UNKNOWN_WHY)


def edit(content: Mapping[str, Any], event_id: Any) -> Mapping[str, Any]:
    """The content that replaces an earlier notice (Client-Server API, "Event replacements")."""
    return {
        **content,
        "body": f"* {content['body']}",
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


@cache
def _html(template: str) -> str:
    marked = template.replace("{", _OPEN).replace("}", _CLOSE)
    return markdown.markdown(marked, output_format="html").removeprefix("<p>").removesuffix("</p>")


def _one_line(text: str) -> str:
    """Without line breaks, so that no word of a person begins a line of the bot's."""
    return " ".join(text.replace(_OPEN, "").replace(_CLOSE, "").split())
