"""What people wrote as HTML, with nothing left in it that acts, loads, hides or looks like the page's own. A library
does it (nh3, the Rust library ammonia: it parses as browsers do, and lets in only what is named); how deeply it may be
nested is bounded here, since browsers and the parser itself have ends.
"""

import html
import re
from collections.abc import Mapping
from typing import Any

import nh3

from bots.retention.export.plain import body_of, question_of

LONGEST = 65_536
"""Characters; an event has no more bytes (Matrix specification, "Size limits")."""

MOST_OPEN = 1_000
"""Tags; beyond that it is shown as text."""

_TAGS = {
    "p", "br", "b", "strong", "i", "em", "u", "s", "del", "code", "pre", "blockquote", "ul", "ol", "li", "a", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "sub", "sup", "span", "table", "thead", "tbody", "tr", "th", "td", "caption",
}  # fmt: skip
_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "mx-reply"},
    attributes={"*": set(), "a": {"href"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}},
    url_schemes={"https", "http", "mailto"},
    link_rel="noopener noreferrer nofollow",
    strip_comments=True,
)
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
"""Control characters, and those that turn the direction of what follows (Unicode, UAX #9)."""


def text(value: object) -> str:
    """Any text, escaped for a page and for an attribute."""
    return html.escape(_UNSEEN.sub("", str(value)), quote=True)


def said(content: Mapping[str, Any]) -> str:
    """What a message says: its HTML if it has any, else its text, with its lines."""
    formatted = content.get("formatted_body")
    if content.get("format") != "org.matrix.custom.html" or not isinstance(formatted, str):
        return _plain(content)
    if len(formatted) > LONGEST or formatted.count("<") > MOST_OPEN:
        return _plain(content)
    return _CLEANER.clean(_UNSEEN.sub("", formatted))


def _plain(content: Mapping[str, Any]) -> str:
    return f'<span class="plain">{text(body_of(content) or question_of(content))}</span>'
