"""What is written encrypted in a room, journalled as it comes, and as a follower is given it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from bridge.gateway.e2ee.healing import Healing
from bridge.model import Entry, Event, Room
from bridge.reading import Reader, Reading
from bridge.seal import CannotOpen
from bridge.store.database import Connection
from bridge.store.journal import Arrival, Journal
from tests.keyrings import keyring_of
from tests.people import MHA
from tests.store.handset import Pen
from tests.store.secret_cell import Cell, device


@dataclass
class Listener:
    """A follower that remembers what it was given, by room."""

    name: str = "listener"
    after: tuple[str, ...] = ()
    heard: dict[str, list[str]] = field(default_factory=dict)

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        found = [said(entry) for entry in entries]  # first: one that cannot be opened ends the step
        self.heard.setdefault(room.room_id, []).extend(found)


def said(entry: Entry) -> str:
    """What an entry says, or why nobody can read it."""
    if entry.unreadable is not None:
        return f"({entry.unreadable})"
    return str(entry.event.content.get("body"))


async def arrive(cell: Cell, *events: Event, source: str = "push") -> None:
    """They come into the journal."""
    await cell.journal.append(MHA, [Arrival(event, source) for event in events])


async def passes(cell: Cell, time: timedelta) -> None:
    """So long ago is everything that came."""
    await cell.pool.execute("update journal set received_at = received_at - $1::interval", time)


def reader(cell: Cell) -> Reader:
    """A reader that remembers nothing, as in another process."""
    keyring = keyring_of(cell.master)
    return Reader(Journal(cell.pool, keyring), keyring)


async def read(cell: Cell, by: Reader | None = None, after: int = 0) -> Reading:
    """The room as a follower reads it."""
    async with cell.pool.acquire() as connection, connection.transaction():
        head = await connection.fetchval("select head from room where id = $1", cell.room.ref)
        return await (by or reader(cell)).read(connection, cell.room, after, head)


async def heard(cell: Cell, by: Reader | None = None) -> list[str]:
    """The same as words."""
    return [said(entry) for entry in (await read(cell, by)).entries]


async def gaps(cell: Cell, healed: bool = False) -> list[int]:
    """The entries that stand in the gap register, or stood there."""
    rows = await cell.pool.fetch(
        "select pos from gap where room = $1 and (healed_at is not null) = $2 order by pos", cell.room.ref, healed
    )
    return [row["pos"] for row in rows]


async def key_comes(cell: Cell, pen: Pen) -> None:
    """Its device gives ours the key, as of now."""
    bot = await cell.bot()
    one_time_key = None if pen.handset.sessions else cell.one_time_key(bot)
    await cell.hears(pen.handset.tells(device(bot), one_time_key, "m.room_key", pen.key()))


async def healing(cell: Cell) -> Healing:
    """What heals, as in another process."""
    gateway, keyring = cell.gateway(), keyring_of(cell.master)
    bot = await cell.bot(gateway)
    return Healing(cell.server, bot, gateway.olm, cell.pool, keyring, Journal(cell.pool, keyring))


async def late(cell: Cell) -> list[tuple[int | None, str]]:
    """What came late, and which entry it completes."""
    entries = (await read(cell)).entries
    return [(entry.cites, said(entry)) for entry in entries if entry.source == "decrypted"]


def replayed(event: Event, event_id: str) -> Event:
    """The same ciphertext as another event."""
    return Event.read(json.dumps({**event.fields, "event_id": event_id}).encode())


def closed(entry: Entry) -> bool:
    """Whether nobody can open it."""
    try:
        return entry.event is None
    except CannotOpen:
        return True
