"""Plain text and tables of text (CSV), in whatever encoding."""

from collections.abc import Iterator

from bridge.documents.part import Part
from bridge.documents.segment import Segment

PIECE = 150_000
"""Characters that are judged at a time; a piece ends at the end of a line where there is one."""


def parts(name: str, data: bytes) -> Iterator[Part]:
    """The text of a file of plain text."""
    yield from pieces(decoded(data), name)


def decoded(data: bytes) -> str:
    """Bytes as text: by their mark, as UTF-8, as UTF-16 where every other byte is zero, else byte by byte."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    sample = data[:4096]
    if sample.count(0) > len(sample) * 0.3:
        return data.decode("utf-16-le" if sample[1::2].count(0) >= sample[0::2].count(0) else "utf-16-be", "replace")
    return text or data.decode("cp1252", "replace")


def pieces(text: str, name: str) -> Iterator[Segment]:
    """A text as segments of a size that is judged at once."""
    at = 0
    while at < len(text):
        end = min(len(text), at + PIECE)
        if end < len(text):
            end = text.rfind("\n", at + PIECE // 2, end) + 1 or end
        if (piece := text[at:end]).strip():
            yield Segment("file", piece, name)
        at = end
