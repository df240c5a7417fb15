"""What a bot answers over HTTP, at the intake's listener: a path, who may ask there, and the answer. Plain values, so
that a bot needs to know no web server.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

LARGEST_BODY = 1024 * 1024
"""Bytes of a request; a Matrix event is a sixteenth of it."""


@dataclass(frozen=True)
class Request:
    """What somebody asks whom the route knows."""

    asker: str
    """As the route's `knows` called them."""
    authorization: str = field(repr=False)
    """The header as it came."""
    method: str
    target: str
    """Path and query, as they came."""
    body: bytes | None = field(repr=False)
    """None where it is larger than `LARGEST_BODY`."""


@dataclass(frozen=True)
class Answer:
    """A status and what is said with it: an object goes as JSON, a text as a text."""

    status: int
    content: Mapping[str, Any] | str


@dataclass(frozen=True)
class Route:
    """One path of a bot's."""

    method: str
    path: str
    """Below `/_setu/BOT/` or `/_matrix/policy/`; `{name}` stands for one piece of it."""
    knows: Callable[[str], str | None]
    """Who asks, from the header `Authorization`, in a time that tells nothing. None: a stranger, and nothing of what
    they send is read.
    """
    stranger: Answer
    """What a stranger is told."""
    answer: Callable[[Request], Awaitable[Answer]]
