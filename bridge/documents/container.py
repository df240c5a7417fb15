"""OLE containers: Office files that are encrypted, and the old binary ones. Their labels and properties are read;
what is encrypted, or in an old format, is told as not scanned.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import olefile

from bridge.documents import label
from bridge.documents.limits import Budget
from bridge.documents.part import Part, Unread
from bridge.documents.segment import Segment

BROKEN = (OSError, ValueError, IndexError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""What olefile raises over a broken container."""

_PROPERTIES = ("title", "subject", "author", "keywords", "comments", "last_saved_by", "category", "company", "manager")
_BODIES = ("EncryptedPackage",)
MOST = 1 << 18
"""Bytes of a stream that may hold labels."""


def parts(name: str, data: bytes, budget: Budget) -> Iterator[Part]:
    """The labels and properties of a container, and what of it was not read."""
    try:
        container: Any = olefile.OleFileIO(BytesIO(data))
        encrypted = container.exists("EncryptedPackage")
        yield from _labels(name, container, budget)
        yield from _properties(name, container)
    except BROKEN as error:
        yield Unread(name, f"a damaged container ({type(error).__name__})")
        return
    yield Unread(name, "encrypted" if encrypted else "an old Office format: only labels and properties are read")


def _labels(name: str, container: Any, budget: Budget) -> Iterator[Part]:
    told: dict[str, Segment] = {}
    for way in container.listdir(streams=True, storages=False):
        if way[-1] in _BODIES or container.get_size(way) > MOST or budget.spent() is not None:
            continue
        budget.members += 1
        content = container.openstream(way).read(MOST)
        for text in (content.decode("utf-8", "replace"), content.decode("utf-16-le", "replace")):
            told |= {found.text: found for found in label.labels(f"{name}/{way[-1].strip(chr(6) + chr(5))}", text)}
    yield from told.values()


def _properties(name: str, container: Any) -> Iterator[Part]:
    metadata = container.get_metadata()
    for key in _PROPERTIES:
        value = getattr(metadata, key, None)
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        if value:
            yield Segment("attribute", str(value), f"{name}/{key}")
