"""What people say in a scenario, and in which turn."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

TRACE = 12
"""So many characters in a row betray a message."""


@dataclass(frozen=True)
class Words:
    """One message, with markup or without. Each message of a conversation has words of its own."""

    text: str
    html: str | None = None

    def are_in(self, event: Mapping[str, Any]) -> bool:
        """Whether the event is a message of this text."""
        is_message: bool = event["type"] == "m.room.message"
        return is_message and bool(event["content"].get("body") == self.text)

    def are_all_of(self, content: Mapping[str, Any]) -> bool:
        """Whether the content says just this, with the same markup."""
        markup = {"format": "org.matrix.custom.html", "formatted_body": self.html} if self.html else {}
        said = {key: content[key] for key in ("msgtype", "body", "format", "formatted_body") if key in content}
        return said == {"msgtype": "m.text", "body": self.text, **markup}

    def traces(self) -> list[str]:
        """Pieces of it that stand in a log only if the message does, plain or as JSON writes them."""
        pieces = [self.text[:TRACE], self.text[-TRACE:]]
        return pieces + [json.dumps(piece)[1:-1] for piece in pieces]


@dataclass(frozen=True)
class Turn:
    """One person says something: the side, which of its people, the messages."""

    side: Literal["department", "hub"]
    person: int
    messages: tuple[Words, ...]
