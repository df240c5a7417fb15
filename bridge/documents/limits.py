"""How much of a file is read. What goes beyond is told as not scanned: a file is never clean for being too large."""

import time
from dataclasses import dataclass, field

MIB = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one file may cost, everything inside of it included."""

    size: int = 64 * MIB
    """Bytes of the file itself."""
    unpacked: int = 96 * MIB
    """Bytes of all that is unpacked of it."""
    members: int = 3000
    """Parts of it, at every depth."""
    depth: int = 4
    """Files inside of files."""
    characters: int = 12 * MIB
    """Text that is judged."""
    pages: int = 1000
    seconds: float = 20.0
    """Time until reading is broken off and what was read is judged."""
    hard_seconds: int = 40
    """Time until the process is ended."""
    memory: int = 200 * MIB
    """Bytes of data that the process may hold."""


LIMITS = Limits()


@dataclass
class Budget:
    """What is left of the limits while one file is read."""

    limits: Limits
    unpacked: int = 0
    members: int = 0
    characters: int = 0
    began: float = field(default_factory=time.monotonic)

    def spent(self) -> str | None:
        """Which limit is reached, in words; None while there is some left."""
        if self.unpacked >= self.limits.unpacked:
            return f"more than {self.limits.unpacked // MIB} MiB when unpacked"
        if self.members > self.limits.members:
            return f"more than {self.limits.members} parts"
        if self.characters >= self.limits.characters:
            return f"more than {self.limits.characters} characters of text"
        if time.monotonic() - self.began > self.limits.seconds:
            return f"more than {self.limits.seconds:g} seconds to read"
        return None
