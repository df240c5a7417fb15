"""Messages with files, from their coming to the verdict: a journal, a homeserver that has the files, a gateway that
fetches them and a scanner that judges them, each of which works when a test says so.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from nio.crypto.attachments import encrypt_attachment  # type: ignore[import-untyped]

from bots.classification import file_book
from bots.classification.file_book import Late
from bots.classification.files.shop import Shop
from bots.classification.scanner import Scanner
from bots.classification.scanning import Scanning
from bots.classification.verdict import Verdict
from bridge.model import Entry, Room
from bridge.store.journal import Journal
from tests.documents import docx, paragraphs
from tests.people import CELL, MHA, event, pushed
from tests.store.media_house import House
from tests.unit.setus import customs

PATIENCE = timedelta(seconds=10)
MARKED = docx(paragraphs("SECRET", "The convoy leaves at five."))
PLAIN = docx(paragraphs("The canteen opens at nine."))


@dataclass
class ReadingRoom:
    """Ravi's room, with the people and programs around it."""

    house: House
    shop: Shop
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def journal(self) -> Journal:
        return Journal(self.house.pool, self.house.keyring)

    @property
    def room(self) -> Room:
        return Room(self.house.room, MHA, CELL)

    def scanning(self, kept: bool = True) -> Scanning:
        return Scanning(self.house.keyring, customs(), kept, PATIENCE)

    def scanner(self) -> Scanner:
        """As in another process."""
        house = self.house
        return Scanner(house.pool, house.keyring, self.journal, house.folder())

    def uploads(self, data: bytes) -> str:
        """Puts a file on the homeserver and gives its address."""
        name = f"file{next(self.numbers)}"
        self.house.shelf.files[name] = data
        return f"mxc://mha.lab/{name}"

    def secretly(self, data: bytes, **other: Any) -> Mapping[str, Any]:
        """The same encrypted; gives what a message says of it."""
        sealed, keys = encrypt_attachment(data)
        return {**keys, "url": self.uploads(sealed), **other}

    async def sends(self, *data: bytes) -> Entry:
        """A message with these files."""
        return await self.says({"body": "see", "files": [{"url": self.uploads(one)} for one in data]})

    async def says(self, content: Mapping[str, Any]) -> Entry:
        said = event(f"$said{next(self.numbers)}", type="m.room.message", content=content)
        await self.journal.append(MHA, pushed(said))
        async with self.house.pool.acquire() as connection:
            head = await connection.fetchval("select head from room where id = $1", self.room.ref)
            [entry] = await self.journal.read_at(connection, self.room, [head])
        return entry

    async def asks(self, entry: Entry, after: float = 0.0, kept: bool = True) -> Verdict | None:
        """The follower asks for the verdict, so many seconds after the message came."""
        now = entry.received_at + timedelta(seconds=after)
        async with self.house.pool.acquire() as connection, connection.transaction():
            return await self.scanning(kept).verdict(connection, self.room, entry, now)

    async def judges(self) -> int:
        """The scanner works until it finds nothing more; gives how many files it took."""
        taken, scanner = 0, self.scanner()
        while await scanner.one(self.shop):
            taken += 1
        return taken

    async def learns(self, entry: Entry) -> Verdict:
        """The verdict after everybody has done their part in time."""
        if (at_once := await self.asks(entry)) is not None:
            return at_once
        await self.house.works()
        await self.judges()
        verdict = await self.asks(entry, 1)
        assert verdict is not None
        return verdict

    async def late(self) -> Sequence[Late]:
        async with self.house.pool.acquire() as connection, connection.transaction():
            return await file_book.late(connection, self.house.keyring, 50)


def told(verdict: Verdict | None) -> tuple[str | None, tuple[str, ...]]:
    """The level, and what was not scanned."""
    assert verdict is not None
    return (None if verdict.level is None else str(verdict.level), verdict.not_scanned)
