"""The contents of what bots say: a text in Markdown (`bridge.catalogues`) becomes text and HTML. What people wrote goes
into it as plain words, whatever signs are in them. What is said, and in which language, is a `bridge.voice.Voice`'s.
"""

import html
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from bridge.catalogues import CLOSE, OPEN
from bridge.saying import Saying

Content = Mapping[str, Any]
"""Of a message."""

WHY: Mapping[str, Saying] = {
    "M_FORBIDDEN": Saying.of("why-forbidden"),
    "M_TOO_LARGE": Saying.of("why-too-large"),
    "M_LIMIT_EXCEEDED": Saying.of("why-limit-exceeded"),
    "no counterpart": Saying.of("why-no-counterpart"),
    "not encrypted": Saying.of("why-not-encrypted"),
}
"""What a refusal means to the person who wrote; the first key that stands in the technical reason counts."""

_TAKEN = re.compile(r"takes at most (\d+) bytes")
"""How the gateway names the limit of a homeserver (`gateway.media`)."""

_MARK = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")


def plain(text: str, words: Mapping[str, str]) -> str:
    """The text without its markup, its words put in; each of them must have passed `one_line`."""
    return _filled(text.replace("**", ""), words)


def formatted(text: str, words: Mapping[str, str]) -> str:
    """The text as HTML, its words put in; each of them must be HTML itself (`escaped`)."""
    return _filled(_html(text), words)


def content(body: str, formatted_body: str) -> Content:
    """The content of an `m.notice` (Client-Server API)."""
    return {
        "msgtype": "m.notice",
        "body": body,
        "format": "org.matrix.custom.html",
        "formatted_body": formatted_body,
        "m.mentions": {},
    }


def together(contents: Sequence[Content]) -> Content:
    """Several notices as one, a line each."""
    return {
        **contents[0],
        "body": "\n".join(content["body"] for content in contents),
        "formatted_body": "<br>".join(content["formatted_body"] for content in contents),
    }


def why(reason: str) -> Saying:
    """A dead letter's reason, which is technical and English, as a person is told it."""
    taken = _TAKEN.search(reason)
    if "M_TOO_LARGE" in reason and taken:
        return Saying.of("why-too-large-for", mebibytes=int(taken[1]) / 2**20)
    return next((saying for sign, saying in WHY.items() if sign in reason), Saying.of("why-unknown"))


def edit(content: Content, event_id: Any) -> Content:
    """The content that replaces an earlier notice (Client-Server API, "Event replacements")."""
    return {
        **content,
        "body": f"* {content['body']}",
        "m.new_content": content,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }


def one_line(text: str) -> str:
    """Without line breaks, so that no word of a person begins a line of the bot's; and without marks of ours."""
    return " ".join(text.replace(OPEN, "").replace(CLOSE, "").split())


def escaped(text: str) -> str:
    """The same as HTML that shows just these words."""
    return html.escape(one_line(text))


def _filled(text: str, words: Mapping[str, str]) -> str:
    return _MARK.sub(lambda mark: words[mark[1]], text)


@lru_cache(maxsize=512)
def _html(text: str) -> str:
    import markdown  # only where something is said in a room

    return markdown.markdown(text, output_format="html").removeprefix("<p>").removesuffix("</p>")
