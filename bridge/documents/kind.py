"""What kind of file some bytes are, told by the bytes: names lie."""

import re
from typing import Literal

Kind = Literal["zip", "pdf", "ole", "image", "mail", "text", "rtf", "unknown"]

_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"BM")
_HEADER = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\r\n]{0,2000}\r?\n(?:[ \t][^\r\n]{0,2000}\r?\n){0,20}){2,}")
_MAIL = re.compile(rb"(?im)^(?:from|to|subject|date|received|message-id|mime-version|return-path):")
_BINARY = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f]")
LOOKED_AT = 4096


def kind(data: bytes) -> Kind:
    """The kind of a file."""
    head = data[:LOOKED_AT]
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole"
    if head.startswith(_IMAGES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP"):
        return "image"
    if head.startswith(b"{\\rtf"):
        return "rtf"
    if _HEADER.match(head) and len(_MAIL.findall(head)) >= 2:
        return "mail"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_utf16(head) or not _BINARY.search(head):
        return "text"
    return "unknown"


def _is_utf16(head: bytes) -> bool:
    return len(head) > 3 and max(head[0::2].count(0), head[1::2].count(0)) > len(head) * 0.4
