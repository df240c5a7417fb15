"""The text of one XML part of a document, attributes in which people write included: every part is walked, whatever
its vocabulary, since a reader that knows the paragraphs misses notes, fields, shapes, names of sheets and
alternative texts.
"""

import html
import re
from collections.abc import Iterator
from functools import cache

from lxml import etree

from bots.classification.files.part import Part, Unread
from bots.classification.files.plain import pieces
from bots.classification.segment import Segment

_ENDS = dict.fromkeys(
    ("p", "br", "cr", "tr", "si", "row", "h", "line-break", "comment", "definedName", "sheet"), "\n"
) | dict.fromkeys(
    ("tc", "v", "f", "tab", "table-cell", "s", "creator", "title", "subject", "keywords", "description", "category",
     "lastModifiedBy", "lpwstr", "lpstr", "Company", "Manager", "initial-creator", "user-defined"), "\t"
)  # fmt: skip
"""What ends with an element: a line, or a cell. Everything else may stand inside of a word."""

_ATTRIBUTES = ("descr", "title", "alt", "prompt", "promptTitle", "error", "errorTitle", "tooltip", "author",
               "displayName", "string")  # fmt: skip
_NAMED = ("sheet", "tableColumn", "table", "docVar", "property", "bookmarkStart", "docPr", "cNvPr", "user-defined")
_VALUED = ("alias", "tag", "docVar", "statusText", "helpText", "default", "placeholder", "listItem")
"""Attributes in which people write, and elements whose name or value they write."""

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
        yield from _texts(name, root, data)


def _sheet(name: str, data: bytes) -> Iterator[Part]:
    """A sheet of a workbook: cells by the hundred thousand, of which a tree would take ten times the memory."""
    values = b"\t".join(_VALUES.findall(data.replace(b"</row>", b"\n</row>")))
    yield from pieces(html.unescape(values.decode("utf-8", "replace")), name)
    prompts = _PROMPTS.findall(data) if any(word in data for word in (b"prompt", b"error", b"tooltip")) else ()
    for said in dict.fromkeys(prompts):
        yield Segment("attribute", html.unescape(said.decode("utf-8", "replace")), name)


@cache
def _said(attributes: tuple[str, ...], named: tuple[str, ...], valued: tuple[str, ...]) -> etree.XPath:
    ways = [f"//@*[{_any(attributes)}]"] if attributes else []
    ways += [f"//*[{_any(named)}]/@*[local-name()='name']"] if named else []
    ways += [f"//*[{_any(valued)}]/@*[local-name()='val' or local-name()='displayText']"] if valued else []
    links = "//@Target[contains(., '://') or contains(., 'mailto:')]"
    return etree.XPath(" | ".join((links, *ways)))


def _any(names: tuple[str, ...]) -> str:
    return " or ".join(f"local-name()='{name}'" for name in names)


def _way(data: bytes) -> etree.XPath:
    """What to look for in a part: only what its bytes hold at all, since a walk over each attribute takes its time."""

    def there(names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(name for name in names if wide or name.encode() in data)

    wide = data[:400].count(0) > 0
    return _said(there(_ATTRIBUTES), there(_NAMED), there(_VALUED))


def _root(data: bytes, *, recover: bool) -> "etree._Element | None":
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, recover=recover
    )
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def _texts(name: str, root: "etree._Element", data: bytes) -> Iterator[Part]:
    ends: dict[object, str] = {}
    for element in root.iter():
        tag = element.tag
        if (end := ends.get(tag)) is None:
            end = ends[tag] = _ENDS.get(tag.rpartition("}")[2], "") if isinstance(tag, str) else "#"
        if end == "#":
            yield from pieces(element.text or "", f"{name}#comment")
        elif end:
            element.tail = end + (element.tail or "")
    found = _way(data)(root)
    said = [str(value) for value in found if value] if isinstance(found, list) else []
    yield from pieces(etree.tostring(root, method="text", encoding="unicode"), name)
    # Each by itself: a sheet's name is no sentence, and the one before it is no context.
    yield from (Segment("attribute", value, name) for value in dict.fromkeys(said))
