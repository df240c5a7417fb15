"""Formatted text as segments: what is read as one text, quotations and blocks of code, and what stands in
attributes where few look. Tags inside of a word are taken out without a gap, so that `SEC<b>RET</b>` is a word
again.
"""

import html
import re
from collections.abc import Iterator

from bridge.documents.segment import Segment, Where

_TAG = re.compile(r"(<[^<>]*>)")
_NAME = re.compile(r"</?\s*([a-zA-Z][a-zA-Z0-9-]*)")
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{2,40})\s{0,4}=\s{0,4}("[^"]*"|'[^']*'|[^\s"'>]+)""")
_TOLD = ("alt", "title", "href", "data-mx-spoiler", "content", "value", "placeholder", "aria-label", "data-mx-maths")
_BLOCKS = frozenset(
    ("address", "article", "aside", "br", "caption", "dd", "details", "div", "dl", "dt", "footer", "form", "h1", "h2",
     "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "section", "summary", "table", "tbody", "tfoot",
     "thead", "tr", "ul")
)  # fmt: skip
_APART: dict[str, Where] = {"blockquote": "quote", "mx-reply": "quote", "pre": "code"}


def segments(text: str, where: Where, name: str = "") -> Iterator[Segment]:
    """The segments of a formatted text (Matrix specification, `org.matrix.custom.html`), malformed or not."""
    parts: dict[Where, list[str]] = {where: []}
    inside: list[Where] = []
    for number, piece in enumerate(_TAG.split(text)):
        here = inside[-1] if inside else where
        if number % 2 == 0:
            parts.setdefault(here, []).append(html.unescape(piece))
            continue
        tag = _NAME.match(piece)
        word = tag[1].lower() if tag else ""
        if word in _APART:
            parts.setdefault(here, []).append("\n")
            inside = inside[:-1] if piece.startswith("</") else [*inside[:8], _APART[word]]
        else:
            parts.setdefault(here, []).append(_instead(word))
        yield from _attributes(piece, name)
    for place, said in parts.items():
        if (joined := "".join(said)).strip():
            yield Segment(place, joined, name)


def _instead(tag: str) -> str:
    if tag in _BLOCKS:
        return "\n"
    return {"td": "\t", "th": "\t", "code": "`", "q": '"'}.get(tag, "")


def _attributes(tag: str, name: str) -> Iterator[Segment]:
    if tag.startswith("<!"):
        yield Segment("attribute", html.unescape(tag[2:-1].strip("-")), name)
    for attribute, value in _ATTRIBUTE.findall(tag) if "=" in tag else ():
        if attribute.lower() in _TOLD and (said := html.unescape(value.strip("\"'"))):
            yield Segment("attribute", said, name)
