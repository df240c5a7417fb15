"""What stands beside the picture in an image: comments, titles, EXIF, XMP. The picture itself is not read, and that is
told.
"""

import re
import struct
import zlib
from collections.abc import Iterator

from bridge.documents.part import Part, Unread
from bridge.documents.segment import Segment

_READABLE = re.compile(rb"[\x20-\x7e\xa0-\xff\t\n]{5,}")
_WIDE = re.compile(rb"(?:[\x20-\x7e\x80-\xff][\x00\x09]){5,}")
UNREAD = "the picture itself is not read"
MOST = 1 << 18
"""Bytes of one block that are read."""


def parts(name: str, data: bytes) -> Iterator[Part]:
    """The texts in an image's metadata."""
    if data.startswith(b"\x89PNG"):
        blocks = _png(data)
    elif data.startswith(b"\xff\xd8"):
        blocks = _jpeg(data)
    elif data[:4] == b"RIFF":
        blocks = _webp(data)
    else:
        blocks = iter((data[:MOST], data[-MOST:] if len(data) > MOST else b""))
    try:
        for block in blocks:
            yield from (Segment("attribute", text, name) for text in dict.fromkeys(_readable(block[:MOST])))
    except (struct.error, zlib.error, IndexError) as error:
        yield Unread(name, f"its metadata is damaged ({type(error).__name__})")
    yield Unread(name, UNREAD)


def _png(data: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        block = data[at + 8 : at + 8 + min(length, MOST)]
        if kind in (b"tEXt", b"eXIf"):
            yield block
        elif kind in (b"zTXt", b"iTXt"):
            yield block
            yield from (_inflated(block[at:]) for at in _starts(block))
        at += 12 + length


def _starts(block: bytes) -> list[int]:
    return [found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", block[:400])][:4]


def _inflated(block: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(block, MOST)
    except zlib.error:
        return b""


def _jpeg(data: bytes) -> Iterator[bytes]:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA:
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        if data[at + 1] == 0xFE or 0xE1 <= data[at + 1] <= 0xEF:
            yield data[at + 4 : at + 2 + length]
        at += 2 + length


def _webp(data: bytes) -> Iterator[bytes]:
    at = 12
    while at + 8 <= len(data):
        kind, length = struct.unpack("<4sI", data[at : at + 8])
        if kind in (b"EXIF", b"XMP "):
            yield data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _readable(block: bytes) -> Iterator[str]:
    for run in _READABLE.findall(block):
        yield run.decode("utf-8", "replace")
    for run in _WIDE.findall(block):
        yield run.decode("utf-16-le", "replace")
