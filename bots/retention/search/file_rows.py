"""What files say, as rows beside those of their messages: the hashes of the words of both, and the text, sealed under
the key of the message's entry. Whoever destroys that key destroys the text.
"""

import asyncio
import json
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bots.retention.search import rows, said
from bots.retention.search.file_text import FileText
from bots.retention.search.month_key import MonthKeys, month_of
from bots.retention.search.tokens import numbers
from bots.retention.search.vocabulary import Vocabulary
from bridge.model import Entry, Room
from bridge.seal import CannotOpen, Sealed, about
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

_OPEN = """
    select f.pos, f.n, f.sealed, k.kek, k.wrapped from search_file f join event_key k using (room, pos)
    where f.room = $1 and f.pos = any($2) order by f.pos, f.n
"""


@dataclass
class FileRows:
    """Writes them."""

    keys: MonthKeys
    _vocabulary: Vocabulary = field(default_factory=Vocabulary)

    async def write(self, connection: Connection, room: Room, entry: Entry, file: FileText) -> None:
        """Makes a file searchable, once. Call it once in a transaction.

        Raises:
            CannotOpen: the key of its entry was destroyed.
        """
        key = await connection.fetchrow(
            "select kek, wrapped from event_key where room = $1 and pos = $2", room.ref, entry.pos
        )
        if key is None:
            raise CannotOpen(f"the key of entry {entry.pos} of room {room.ref} was destroyed")
        await self.keys.keyring.load(connection, [key["kek"]])
        plain = zlib.compress(json.dumps(file.texts).encode())
        place = _place(room, entry.pos, file.n)
        sealed = self.keys.keyring.seal_beside(Sealed(key["kek"], key["wrapped"], b""), plain, place)
        month = month_of(entry.received_at)
        tokens = await self.keys.of(connection, month)
        spoken = await asyncio.to_thread(file.words)
        kinds = (said.kind(entry), said.Kind.FILE)
        hashed = rows.hashed(tokens, room, entry, [*rows.spoken(entry.event), *spoken], *kinds)
        await connection.execute(
            "insert into search_file (room, pos, n, received_at, said_at, tokens, sealed)"
            " values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            room.ref, entry.pos, file.n, entry.received_at, rows.said_at(entry), numbers(hashed), sealed,
        )  # fmt: skip
        await self._vocabulary.add(connection, month, tokens, {word for text in spoken for word in text})


async def of(
    connection: Connection, keyring: Keyring, room: Room, positions: Sequence[int]
) -> Mapping[int, Sequence[FileText]]:
    """What the files of these entries say, as far as they were read and open."""
    found = await connection.fetch(_OPEN, room.ref, positions)
    await keyring.load(connection, {row["kek"] for row in found})
    texts: dict[int, list[FileText]] = defaultdict(list)
    for row in found:
        try:
            sealed = Sealed(row["kek"], row["wrapped"], row["sealed"])
            plain = keyring.open(sealed, _place(room, row["pos"], row["n"]))
        except CannotOpen:
            continue
        texts[row["pos"]].append(FileText(row["n"], json.loads(zlib.decompress(plain))))
    return texts


def _place(room: Room, pos: int, n: int) -> bytes:
    return about("file-text", room.homeserver, room.room_id, str(pos), str(n))
