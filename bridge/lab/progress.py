"""A line for each thing that has been done, with the seconds that it took, for a person who waits."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Progress:
    """Tells of each step when it is over; steps may run beside each other."""

    def __init__(self, tell: Callable[[str], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._tell = tell
        self._clock = clock
        self._began = clock()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return self._clock() - self._began

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        began = self._clock()
        yield
        self._tell(f"  {what:<40} {self._clock() - began:5.1f} s")


def silent() -> Progress:
    """Tells nobody."""
    return Progress(lambda line: None)
