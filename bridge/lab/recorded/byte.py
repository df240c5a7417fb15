"""One byte that is turned and can be turned back: in a file, and in a value of the database as its superuser can."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg


def turned(data: bytes) -> bytes:
    """With one bit of the byte in the middle changed."""
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@dataclass(frozen=True)
class Filed:
    """A file."""

    path: Path

    async def turn(self) -> None:
        """Once more turns it back."""
        self.path.write_bytes(turned(self.path.read_bytes()))


@dataclass(frozen=True)
class Stored:
    """A value: of the one row of a table for which that holds."""

    url: str
    table: str
    column: str
    where: str
    given: Sequence[object]

    async def turn(self) -> None:
        """Once more turns it back. No trigger hinders who may do everything."""
        connection = await asyncpg.connect(self.url)
        try:
            await connection.execute("set session_replication_role = replica")
            row = f"{self.table} where {self.where}"
            [value] = [row[0] for row in await connection.fetch(f"select {self.column} from {row}", *self.given)]
            after = turned(value) if isinstance(value, bytes) else turned(value.encode()).decode()
            place = f"${len(self.given) + 1}"
            await connection.execute(
                f"update {self.table} set {self.column} = {place} where {self.where}", *self.given, after
            )
        finally:
            await connection.close()
