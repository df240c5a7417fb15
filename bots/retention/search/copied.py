"""Rows in the form in which COPY takes them (PostgreSQL, "COPY", "Binary Format"): a driver that looks at each number
of an array takes longer for a row than all else that is done for it.
"""

import struct
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta

from bots.retention.search.tokens import ELEMENT
from bridge.store.database import Connection

_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER = b"\xff\xff"
_ROW = struct.Struct(">h iq iq iq iq i iiiii")
_BIGINT = 20
"""The number of the type."""
_EPOCH, _MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def row(room: int, pos: int, received_at: datetime, said_at: datetime, tokens: bytes) -> bytes:
    """A row of `search_row`; the tokens as they follow each other."""
    count = len(tokens) // ELEMENT
    received, said = (received_at - _EPOCH) // _MICROSECOND, (said_at - _EPOCH) // _MICROSECOND
    array = 20 + len(tokens), 1, 0, _BIGINT, count, 1
    return _ROW.pack(5, 8, room, 8, pos, 8, received, 8, said, *array) + tokens


async def write(connection: Connection, rows: Iterable[bytes]) -> None:
    """Writes rows of `search_row`."""
    columns = ["room", "pos", "received_at", "said_at", "tokens"]
    await connection.copy_to_table("search_row", source=_file(rows), columns=columns, format="binary")


async def _file(rows: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Not as a file, which the driver would have a thread read."""
    yield b"".join([_HEADER, *rows, _TRAILER])
