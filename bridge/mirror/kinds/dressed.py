"""Copied messages with lines around their words: in which capacity somebody speaks, and what is to be said of it."""

import html
from collections.abc import Mapping
from typing import Any

from bridge.speaking import Dressing

WORDED = frozenset({"m.text", "m.emote", "m.notice"})
CAPTIONED = frozenset({"m.image", "m.file", "m.audio", "m.video"})
"""Files, whose body is a caption where there is a `filename` beside it (Client-Server API, "Media captions")."""

HTML = "org.matrix.custom.html"


def dressed(content: Mapping[str, Any], dressing: Dressing) -> Mapping[str, Any]:
    """The message with the lines around its words, in each form in which it has them; as it is where it has none.

    Of an edit, the new words are dressed as well as the fallback.
    """
    if not dressing:
        return content
    changed = {**content, **_words(content, dressing)} if _is_worded(content) else {**content}
    new = content.get("m.new_content")
    if isinstance(new, Mapping):
        changed["m.new_content"] = dressed(new, dressing)
    return changed


def _is_worded(content: Mapping[str, Any]) -> bool:
    if content.get("msgtype") in WORDED:
        return True
    name, caption = content.get("filename"), content.get("body")
    return content.get("msgtype") in CAPTIONED and isinstance(name, str) and name != caption


def _words(content: Mapping[str, Any], dressing: Dressing) -> dict[str, Any]:
    lines = [dressing.before, str(content.get("body", "")), dressing.after]
    formatted = content.get("formatted_body")
    told = formatted if isinstance(formatted, str) else html.escape(lines[1]).replace("\n", "<br>")
    pieces = [
        f"<strong>{html.escape(dressing.before)}</strong><br>" if dressing.before else "",
        told,
        f"<br><em>{html.escape(dressing.after)}</em>" if dressing.after else "",
    ]
    return {"body": "\n".join(line for line in lines if line), "format": HTML, "formatted_body": "".join(pieces)}
