"""Who waits for rows is told by PostgreSQL's NOTIFY when they are committed. A lost notification costs time, never a
row: every listener also looks by itself now and then.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import asyncpg

from bridge.store.database import GROUND, Connection

log = logging.getLogger(__name__)

JOURNAL, ECHOES, OUTBOX = "setu_journal", "setu_echoes", "setu_outbox"
FILES, KEYS = "setu_files", "setu_keys"
LONGEST = 7_900
"""Bytes of a payload (PostgreSQL's limit is 8,000). A longer one is left empty: look everywhere."""


Told = Callable[[frozenset[int] | None], None]
"""Called with the numbers of rooms or lanes that have something new, or None for "look everywhere"."""


async def journal(connection: Connection, rooms: Iterable[int]) -> None:
    """Tells the followers of these rooms, once this transaction commits."""
    await _tell(connection, JOURNAL, rooms)


async def room(connection: Connection, homeserver: str, room_id: str) -> None:
    """Tells the followers of this room, if it has a journal."""
    found = "select id from room where homeserver = $1 and room_id = $2"
    if (number := await connection.fetchval(found, homeserver, room_id)) is not None:
        await journal(connection, {number})


async def echoes(connection: Connection, rooms: Iterable[int]) -> None:
    """Tells the followers of these rooms, in which there is nothing new but echoes."""
    await _tell(connection, ECHOES, rooms)


async def keys(connection: Connection, rooms: Iterable[int]) -> None:
    """Tells who listens for room keys that these rooms wait for one."""
    await _tell(connection, KEYS, rooms)


async def outbox(connection: Connection, lanes: Iterable[int]) -> None:
    """Tells the gateway of these lanes, once this transaction commits."""
    await _tell(connection, OUTBOX, lanes)


async def files(connection: Connection, lanes: Iterable[int]) -> None:
    """Tells the gateway of these lanes of files, once this transaction commits."""
    await _tell(connection, FILES, lanes)


async def _tell(connection: Connection, channel: str, numbers: Iterable[int]) -> None:
    payload = ",".join(str(number) for number in sorted(numbers))
    await connection.execute("select pg_notify($1, $2)", channel, payload if len(payload) <= LONGEST else "")


async def listen(url: str, told: Mapping[str, Sequence[Told]], retry_seconds: float) -> None:
    """Listens for ever on a connection of its own, and connects again when it is lost."""
    while True:
        try:
            await _listen_once(url, told)
        except GROUND as error:
            log.warning("not listening to the database (%s); trying again", type(error).__name__)
        await asyncio.sleep(retry_seconds)


async def _listen_once(url: str, told: Mapping[str, Sequence[Told]]) -> None:
    connection = await asyncpg.connect(url)
    gone = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: gone.set())
        for channel, some in told.items():
            for tell in some:
                await connection.add_listener(channel, _receive(tell))
                tell(None)  # what was committed while nobody listened
        await gone.wait()
    finally:
        connection.terminate()


def _receive(tell: Told) -> Callable[[Any, int, str, object], None]:
    def received(_connection: Any, _pid: int, _channel: str, payload: object) -> None:
        numbers = str(payload)
        tell(frozenset(int(number) for number in numbers.split(",")) if numbers else None)

    return received
