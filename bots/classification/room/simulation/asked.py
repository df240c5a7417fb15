"""What a simulation is asked for."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Asked:
    """Which rules, on which messages."""

    rules: str
    """The file that they are from, or other words for that."""
    since: datetime
    room: str | None = None
    """The id of the only room."""
