"""Where files are handed in to be judged. Whatever fails there is a verdict that says "not scanned", never one that
says "clean".
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bots.classification.verdict import Verdict, unpacked
from bridge.documents import shop
from bridge.documents.shop import PATIENCE, Gone, Unreadable

GONE = Verdict(not_scanned=("the process that reads files is gone",))
"""What is said of a file that may be judged by the next process."""


@dataclass(frozen=True)
class Shop:
    """Judges files, one at a time."""

    reader: shop.Shop

    async def judge(self, name: str, data: bytes, home: str | None = None) -> Verdict:
        """The verdict on a file. Raises nothing that lies in the file."""
        try:
            return unpacked(dict(await self.reader.told({"name": name, "home": home}, data)))
        except Gone:
            return GONE
        except Unreadable as error:
            return Verdict(not_scanned=(str(error),))


@contextlib.asynccontextmanager
async def opened(home: str = "IN", schemes: Sequence[Path] = ()) -> AsyncIterator[Shop]:
    """A shop while it is needed."""
    reader = shop.Shop(["bots.classification.files.worker", home, *map(str, schemes)])
    try:
        yield Shop(reader)
    finally:
        await reader.close()


async def judged_once(name: str, data: bytes, schemes: Sequence[Path] = (), home: str = "IN") -> Verdict:
    """The verdict on one file, by a process begun for it."""
    async with opened(home, schemes) as one:
        return await one.judge(name, data)


__all__ = ["GONE", "PATIENCE", "Shop", "judged_once", "opened"]
