"""What comes out of a file, piece by piece: a text, a label, a file inside of it, or something that was not read."""

from dataclasses import dataclass

from bridge.documents.segment import Segment


@dataclass(frozen=True)
class Unread:
    """A part that was not read, and why."""

    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.name}: {self.why}" if self.name else self.why


@dataclass(frozen=True)
class Inner:
    """A file inside of a file."""

    name: str
    data: bytes


Part = Segment | Unread | Inner
