"""The text of one XML part of a document, attributes in which people write included: every part is walked, whatever
its vocabulary, since a reader that knows the paragraphs misses notes, fields, shapes, names of sheets and
alternative texts.
"""

import html
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from bridge.documents.part import Part, Unread
from bridge.documents.plain import pieces
from bridge.documents.segment import Segment

_ENDS = dict.fromkeys(
    ("p", "br", "cr", "tr", "si", "row", "h", "line-break", "comment", "definedName", "sheet"), "\n"
) | dict.fromkeys(
    ("tc", "v", "f", "tab", "table-cell", "s", "creator", "title", "subject", "keywords", "description", "category",
     "lastModifiedBy", "lpwstr", "lpstr", "Company", "Manager", "initial-creator", "user-defined"), "\t"
)  # fmt: skip
"""What ends with an element: a line, or a cell. Everything else may stand inside of a word."""

_ATTRIBUTES = frozenset(
    ("descr", "title", "alt", "prompt", "promptTitle", "error", "errorTitle", "tooltip", "author", "displayName",
     "string")
)  # fmt: skip
_NAMED = ("sheet", "tableColumn", "table", "property", "bookmarkStart", "docPr", "cNvPr", "user-defined")
_VALUED = ("alias", "tag", "statusText", "helpText", "default", "placeholder", "listItem")
_OF_SOME: Mapping[str, tuple[str, ...]] = (
    dict.fromkeys(_NAMED, ("name",)) | dict.fromkeys(_VALUED, ("val", "displayText")) | {"docVar": ("name", "val")}
)
"""Attributes in which people write: of any element, and of these."""

_BULK = frozenset(
    ("p", "r", "t", "rPr", "pPr", "lang", "rFonts", "sz", "szCs", "b", "bCs", "i", "iCs", "u", "color", "pStyle",
     "rStyle", "spacing", "ind", "jc", "proofErr", "tc", "tr", "tcPr", "trPr", "tcW", "shd", "tab", "tabs", "br", "c",
     "row", "v", "lastRenderedPageBreak", "noProof", "span", "endParaRPr", "solidFill", "srgbClr", "schemeClr",
     "latin", "off", "ext")
)  # fmt: skip
"""Elements that make up most of a document, and hold no such attribute: to look at each would take its time."""

_COMMENT = "#"
_SHEET = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^<>]*\?>)?\s*<(?:\w{1,20}:)?worksheet\b")
_ENCODED = re.compile(rb"encoding=[\"'](?!utf-8)", re.IGNORECASE)
_VALUES = re.compile(rb">([^<>]+)<")
_PROMPTS = re.compile(rb"""(?:prompt|promptTitle|error|errorTitle|tooltip|display)="([^"<>]+)\"""")
_DTD = re.compile(rb"<!DOCTYPE", re.IGNORECASE)


def parts(name: str, data: bytes) -> Iterator[Part]:
    """The text of an XML part, and of its attributes."""
    if _SHEET.match(data) and b"<!" not in data and not _ENCODED.search(data[:200]):
        yield from _sheet(name, data)
        return
    if _DTD.search(data[:2000]):
        # Entities could say what we would not see, or grow without end: they are never resolved.
        yield Unread(name, "it defines entities of its own")
    root = _root(data, recover=False)
    if root is None:
        yield Unread(name, "its XML is damaged")
        root = _root(data, recover=True)
    if root is not None:
        yield from _texts(name, root)


def _sheet(name: str, data: bytes) -> Iterator[Part]:
    """A sheet of a workbook: cells by the hundred thousand, of which a tree would take ten times the memory."""
    values = b"\t".join(_VALUES.findall(data.replace(b"</row>", b"\n</row>")))
    yield from pieces(html.unescape(values.decode("utf-8", "replace")), name)
    prompts = _PROMPTS.findall(data) if any(word in data for word in (b"prompt", b"error", b"tooltip")) else ()
    for said in dict.fromkeys(prompts):
        yield Segment("attribute", html.unescape(said.decode("utf-8", "replace")), name)


def _root(data: bytes, *, recover: bool) -> "etree._Element | None":
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=recover
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _texts(name: str, root: "etree._Element") -> Iterator[Part]:
    known: dict[object, tuple[str, str | None]] = {}
    said: dict[str, None] = {}
    for element in root.iter():
        tag = element.tag
        if (found := known.get(tag)) is None:
            found = known[tag] = _kind(tag)
        end, looked_at = found
        if looked_at is not None:
            said |= dict.fromkeys(_said(element, looked_at))
        if end == _COMMENT:
            yield from pieces(element.text or "", f"{name}#comment")
        elif end:
            element.tail = end + (element.tail or "")
    yield from pieces(etree.tostring(root, method="text", encoding="unicode"), name)
    # Each by itself: a sheet's name is no sentence, and the one before it is no context.
    yield from (Segment("attribute", value, name) for value in said)


def _kind(tag: object) -> tuple[str, str | None]:
    """What ends with such an element, and its local name where its attributes are looked at."""
    if not isinstance(tag, str):
        return _COMMENT, None
    local = tag.rpartition("}")[2]
    return _ENDS.get(local, ""), None if local in _BULK else local


def _said(element: "etree._Element", local: str) -> Iterator[str]:
    for key, value in element.items():
        name = str(key).rpartition("}")[2]
        link = name == "Target" and ("://" in value or "mailto:" in value)
        if value and (name in _ATTRIBUTES or name in _OF_SOME.get(local, ()) or link):
            yield str(value)
