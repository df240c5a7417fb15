"""Everything that is a zip: Office and OpenDocument files, and archives. Read member by member within what is left
of the budget, so that neither a bomb nor a thousand nested folders take more than a file may.
"""

import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from bridge.documents import label, xml
from bridge.documents.limits import Budget
from bridge.documents.part import Inner, Part, Unread
from bridge.documents.segment import Segment

_XML = (".xml", ".rels", ".vml")
_SILENT = (".ttf", ".odttf", ".fntdata", ".css")
_LABELS = ("docMetadata/LabelInfo.xml", "docProps/custom.xml")
_DOCUMENT = ("[Content_Types].xml", "META-INF/manifest.xml")


def parts(name: str, data: bytes, budget: Budget) -> Iterator[Part]:
    """The parts of a zip."""
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OverflowError, NotImplementedError, OSError) as error:
        yield Unread(name, f"a damaged archive ({type(error).__name__})")
        return
    members = archive.infolist()
    document = any(member.filename in _DOCUMENT for member in members)
    for member in members:
        if (spent := budget.spent()) is not None:
            yield Unread(name, spent)
            return
        budget.members += 1
        if not member.is_dir():
            yield from _member(
                f"{name}/{member.filename}" if name else member.filename, archive, member, budget, document
            )


def _member(
    name: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget, document: bool
) -> Iterator[Part]:
    if not document:
        yield Segment("file_name", member.filename.rpartition("/")[2], name)
    if member.flag_bits & 1:
        yield Unread(name, "protected by a password")
        return
    try:
        content = _content(archive, member, budget)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        yield Unread(name, f"damaged, or packed in an unknown way ({type(error).__name__})")
        return
    if content is None:
        yield Unread(name, f"more than {budget.limits.unpacked >> 20} MiB when unpacked")
        return
    lower = member.filename.lower()
    if document and lower.endswith(_XML):
        if member.filename in _LABELS:
            yield from label.labels(name, content.decode("utf-8", "replace"))
        yield from xml.parts(name, content)
    elif not (document and (lower.endswith(_SILENT) or lower == "mimetype")):
        yield Inner(name, content)


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> bytes | None:
    """The unpacked bytes; None where they are more than is left."""
    left = budget.limits.unpacked - budget.unpacked
    with archive.open(member) as opened:
        content = opened.read(left + 1)
    budget.unpacked += len(content)
    return content if len(content) <= left else None
