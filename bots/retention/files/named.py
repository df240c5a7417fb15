"""Which files the entries of a batch name: told in the log as they are recorded, and laid down to be fetched. Most
messages have none, and cost one look.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bots.retention.files import gaps
from bots.retention.files.deed import ABSENT, NAMED, deed
from bots.retention.leaf import Deed
from bridge.attachments import Attachment, files_of
from bridge.model import Entry, Room
from bridge.seal import CannotOpen
from bridge.store import media_book
from bridge.store.database import Connection
from bridge.store.keyring import Keyring

Named = tuple[Entry, int, Attachment]
"""An entry, and one of its files with its number."""


@dataclass(frozen=True)
class Naming:
    """Tells of files."""

    keyring: Keyring

    async def facts(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> Sequence[Deed]:
        """What the log is told of the files of these entries. Call it in the transaction that records them, before."""
        deeds: list[Deed] = []
        wanted: list[tuple[int, int, bytes]] = []
        for entry, n, file in _named(entries):
            if not file.mxc:
                why = file.trouble or "it has no address"
                deeds.append(deed(ABSENT, room, entry.received_at, entry.pos, n, None, why=why))
                await gaps.note(connection, room, entry.pos, n, why)
                continue
            mac = media_book.address(self.keyring, file.mxc)
            deeds.append(deed(NAMED, room, entry.received_at, entry.pos, n, mac))
            wanted.append((entry.pos, n, mac))
        if wanted:
            await connection.execute(
                "insert into retention_file (room, pos, n, mxc)"
                " select $1, * from unnest($2::bigint[], $3::int[], $4::bytea[]) on conflict do nothing",
                room.ref, *map(list, zip(*wanted, strict=True)),
            )  # fmt: skip
        return deeds


def of(entry: Entry) -> Sequence[Attachment]:
    """The files of an entry; stickers are what somebody said. Raises CannotOpen."""
    return files_of(entry.event, stickers=True)


def _named(entries: Sequence[Entry]) -> Iterator[Named]:
    for entry in entries:
        try:
            yield from ((entry, n, file) for n, file in enumerate(of(entry)))
        except CannotOpen:
            continue
