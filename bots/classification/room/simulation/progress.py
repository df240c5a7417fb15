"""How far a simulation is, for a person who waits at a terminal: a line every few seconds."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from bots.classification.room.simulation.tally import Found

EVERY = 5.0
"""Seconds."""


@dataclass
class Progress:
    """Tells on `tell`, at most so often."""

    entries: int
    """All that there are."""
    tell: Callable[[str], object]
    clock: Callable[[], float] = time.monotonic
    last: float = 0.0

    def __post_init__(self) -> None:
        self.last = self.clock()

    def told(self, found: Found) -> None:
        """So much was found by now."""
        if self.clock() - self.last >= EVERY:
            self.last = self.clock()
            self.tell(f"{found.seen.entries} of {self.entries} entries read, {found.seen.messages} messages judged")
