"""Something that was said and is meant, with what stands around it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from bots.retention.search.file_text import FileText
from bridge.model import Entry, Room


@dataclass(frozen=True)
class Hit:
    """Something that was said and is meant."""

    room: Room
    entry: Entry
    before: Entry | None
    """What was said before it in the room."""
    after: Entry | None
    file: FileText | None = None
    """What its file says, where that is meant and not what it says itself."""
    also: Sequence[str] = ()
    """The other rooms in which it stands, itself or as a copy."""
