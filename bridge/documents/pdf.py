"""The texts of a PDF: pages, properties, notes on pages, form fields, outlines, and files inside of it."""

import logging
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from bridge.documents.limits import Budget
from bridge.documents.part import Inner, Part, Unread
from bridge.documents.plain import pieces
from bridge.documents.segment import Segment

# What it says of broken files would be about the content of somebody's document.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

BROKEN = (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, AssertionError,
          NotImplementedError, ArithmeticError, LookupError, OSError)  # fmt: skip
"""What pypdf raises over a broken file, its own errors and those that it did not foresee."""


def parts(name: str, data: bytes, budget: Budget) -> Iterator[Part]:
    """The parts of a PDF."""
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            yield Unread(name, "protected by a password")
            return
        count = len(reader.pages)
    except (*BROKEN, ImportError) as error:
        yield Unread(name, f"a damaged PDF, or encrypted in an unknown way ({type(error).__name__})")
        return
    for what, read in (("properties", _properties), ("fields", _fields), ("outline", _outline)):
        yield from _guarded(name, what, read, reader)
    for number in range(count):
        spent = budget.spent() if number < budget.limits.pages else f"more than {budget.limits.pages} pages"
        if spent is not None:
            yield Unread(name, f"pages from {number + 1} on: {spent}")
            break
        yield from _guarded(name, f"page {number + 1}", _page, reader.pages[number])
    yield from _guarded(name, "attachments", _attachments, reader)


def _guarded(name: str, what: str, read: Any, source: Any) -> Iterator[Part]:
    place = f"{name} {what}".strip()
    try:
        yield from read(place, source)
    except BROKEN as error:
        yield Unread(place, f"damaged ({type(error).__name__})")


def _properties(place: str, reader: PdfReader) -> Iterator[Part]:
    for value in (reader.metadata or {}).values():
        yield Segment("attribute", str(value), place)
    if reader.xmp_metadata is not None:
        yield Segment("attribute", reader.xmp_metadata.rdf_root.toxml()[:200_000], place)


def _fields(place: str, reader: PdfReader) -> Iterator[Part]:
    for field in (reader.get_fields() or {}).values():
        yield from (Segment("attribute", str(field[key]), place) for key in ("/V", "/TU", "/T") if field.get(key))


def _outline(place: str, reader: PdfReader) -> Iterator[Part]:
    waiting: list[Any] = list(reader.outline)
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting.extend(item)
        elif getattr(item, "title", None):
            yield Segment("file", str(item.title), place)


def _page(place: str, page: Any) -> Iterator[Part]:
    yield from pieces(page.extract_text(), place)
    for note in page.get("/Annots") or ():
        said = note.get_object()
        for key in ("/Contents", "/T", "/Subj", "/TU"):
            if said.get(key):
                yield Segment("attribute", str(said[key]), place)
        if "/A" in said and "/URI" in said["/A"]:
            yield Segment("attribute", str(said["/A"]["/URI"]), place)


def _attachments(place: str, reader: PdfReader) -> Iterator[Part]:
    for name, contents in reader.attachments.items():
        yield from (Inner(f"{place}/{name}", content) for content in contents)
