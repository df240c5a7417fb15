"""A stretch of time as people write it in settings and commands: `30m`, `2h`, `14d`."""

from datetime import timedelta
from typing import Annotated

from pydantic import StringConstraints

from bridge.config import in_words

Span = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,6}[smhd]$"),
    in_words("a number and s, m, h or d, such as 30m, 2h or 14d"),
]

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def span(text: str) -> timedelta:
    """The length of a `Span`."""
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})
