"""One text that a person can read or hide something in, and where it was found. The engine judges segments; it never
sees an event or a file.
"""

from dataclasses import dataclass
from typing import Literal

Where = Literal[
    "body", "formatted_body", "caption", "file_name", "file", "question", "answer", "location", "topic", "name",
    "reaction", "reason", "attribute", "quote", "code", "label", "other",
]  # fmt: skip
"""What kind of place a segment is: some are read by all, others are good to hide in."""


@dataclass(frozen=True)
class Segment:
    """A text and its place."""

    where: Where
    text: str
    name: str = ""
    """Which one, where there are several of a kind: `word/document.xml`, `m.new_content`."""

    @property
    def label(self) -> str:
        """The place as it is told to people and in findings."""
        return f"{self.where}:{self.name}" if self.name else self.where
