"""Whether somebody writes a badge themselves, as the mirror puts it above what is said officially. Pure.

Compared is what a reader sees: without spaces and unseen characters, whatever the case, by TR39's skeletons.
"""

import html
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from bots.identity.lookalikes.skeleton import skeleton
from bots.identity.roster.unseen import without

LONGEST = 10_000
"""Characters that are looked at, of each form of a message."""

_QUOTED = re.compile(r"<(mx-reply|blockquote)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(r"<[^<>]*>")


def read(text: str) -> str:
    """A text in the form in which texts are compared."""
    return "".join(skeleton(unicodedata.normalize("NFKC", without(text)).casefold()).split())


def wears(content: Mapping[str, Any], badges: Collection[str]) -> bool:
    """Whether a message, or what an edit makes of it, has the beginning of one of these badges, which were `read`."""
    return any(badge in said for said in map(read, _texts(content)) for badge in badges)


def _texts(content: Mapping[str, Any]) -> Iterator[str]:
    body, formatted, new = (content.get(key) for key in ("body", "formatted_body", "m.new_content"))
    if isinstance(body, str):
        yield "\n".join(line for line in body[:LONGEST].splitlines() if not line.lstrip().startswith(">"))
    if isinstance(formatted, str):
        yield html.unescape(_MARKUP.sub("", _QUOTED.sub("", formatted[:LONGEST])))
    if isinstance(new, dict):
        yield from _texts({**new, "m.new_content": None})
