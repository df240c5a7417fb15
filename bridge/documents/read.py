"""Reads a file of any kind into segments, files inside of files included, until a limit is reached. Runs only in a
process of its own (`bots.classification.files.worker`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bridge.documents import archive, container, image, mail, pdf, plain
from bridge.documents.kind import kind
from bridge.documents.limits import LIMITS, Budget, Limits
from bridge.documents.part import Inner, Part, Unread
from bridge.documents.segment import Segment


@dataclass
class Reading:
    """One file as it is read: its segments as they come, and what was not read."""

    limits: Limits = LIMITS
    unread: list[str] = field(default_factory=list)
    pictures: int = 0

    def segments(self, name: str, data: bytes) -> Iterator[Segment]:
        """Every text of a file."""
        budget = Budget(self.limits)
        if name:
            yield Segment("file_name", name.rpartition("/")[2])
        if len(data) > self.limits.size:
            self.unread.append(f"larger than {self.limits.size >> 20} MiB")
            return
        yield from self._inside("", data, budget, 0)
        if self.pictures:
            self.unread.append(f"{self.pictures} pictures inside: only their metadata is read")

    def _inside(self, name: str, data: bytes, budget: Budget, depth: int) -> Iterator[Segment]:
        for part in _parts(name, data, budget):
            match part:
                case Segment():
                    budget.characters += len(part.text)
                    yield part
                case Inner() if depth >= self.limits.depth:
                    self._note(Unread(part.name, f"more than {self.limits.depth} files inside of each other"))
                case Inner():
                    yield from self._inside(part.name, part.data, budget, depth + 1)
                case Unread(why=image.UNREAD) if depth:
                    self.pictures += 1
                case Unread():
                    self._note(part)
            if (spent := budget.spent()) is not None:
                self._note(Unread(name, spent))
                return

    def _note(self, unread: Unread) -> None:
        if str(unread) not in self.unread:
            self.unread.append(str(unread))


def _parts(name: str, data: bytes, budget: Budget) -> Iterator[Part]:
    if not data:
        return
    match kind(data):
        case "zip":
            yield from archive.parts(name, data, budget)
        case "pdf":
            yield from pdf.parts(name, data, budget)
        case "ole":
            yield from container.parts(name, data, budget)
        case "image":
            yield from image.parts(name, data)
        case "mail":
            yield from mail.parts(name, data)
        case "text":
            yield from plain.parts(name, data)
        case "rtf":
            yield from plain.parts(name, data)
            yield Unread(name, "RTF: only its plain letters are read")
        case "unknown":
            yield Unread(name, "a kind of file that is not read")
