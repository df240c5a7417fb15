"""A message of e-mail: its headers, its texts, and the files in it."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default

from bridge.documents import markup
from bridge.documents.part import Inner, Part, Unread
from bridge.documents.plain import decoded, pieces
from bridge.documents.segment import Segment

BROKEN = (ValueError, LookupError, TypeError, AttributeError, IndexError, AssertionError, RecursionError)
"""What the standard library raises over broken mail."""


def parts(name: str, data: bytes) -> Iterator[Part]:
    """The parts of a message."""
    try:
        message = message_from_bytes(data, EmailMessage, policy=default)
        walked = list(message.walk())
    except BROKEN as error:
        yield Unread(name, f"damaged mail ({type(error).__name__})")
        yield from pieces(decoded(data), name)
        return
    for number, part in enumerate(walked):
        place = f"{name}#{number}" if number else name
        try:
            yield from _part(place, part)
        except BROKEN as error:
            yield Unread(place, f"a damaged part ({type(error).__name__})")


def _part(place: str, part: Message) -> Iterator[Part]:
    for key, value in part.items():
        yield Segment("name" if key.lower() == "subject" else "attribute", f"{value}", f"{place} {key}")
    if part.is_multipart():
        return
    content = part.get_payload(decode=True)
    data = content if isinstance(content, bytes) else b""
    file_name = part.get_filename()
    if file_name:
        yield Segment("file_name", file_name, place)
    kind = part.get_content_type()
    if file_name or part.get_content_maintype() != "text":
        yield Inner(f"{place}/{file_name}" if file_name else place, data)
    elif kind == "text/html":
        yield from markup.segments(_text(part, data), "file", place)
    else:
        yield from pieces(_text(part, data), place)


def _text(part: Message, data: bytes) -> str:
    try:
        return data.decode(part.get_content_charset() or "utf-8")
    except (UnicodeDecodeError, LookupError):
        return decoded(data)
