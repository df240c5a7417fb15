"""Messages as people see them: written on one homeserver by a plain client, read on the other by one that follows
/sync, whatever carries them between.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bridge.lab.client import Client, Seen
from tests.bench.load import PlainClient

PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class Carried:
    """A writer and a reader, and their rooms, which belong together in order."""

    writer: PlainClient
    rooms: Sequence[str]
    reader: Client
    rooms_there: Sequence[str]

    async def rate(self, messages: int, in_flight: int) -> float:
        """Messages a second that the reader sees, from the first to the last, while the writer writes."""
        writing = asyncio.create_task(self.writer.send_many(self.rooms, messages, in_flight))
        seen = [await self._seen(n, f"message {n}") for n in range(messages)]
        await writing
        times = sorted(one.at for one in seen)
        return (messages - 1) / (times[-1] - times[0])

    async def lags(self, messages: int) -> list[float]:
        """Seconds from the writer's sending to the reader's seeing, one message at a time."""
        return [await self._lag(n) for n in range(messages)]

    async def _lag(self, n: int) -> float:
        sent_at = time.monotonic()
        await self.writer.send(self.rooms[n % len(self.rooms)], f"alone {n}")
        return (await self._seen(n, f"alone {n}")).at - sent_at

    async def _seen(self, n: int, text: str) -> Seen:
        room = self.rooms_there[n % len(self.rooms_there)]
        return await self.reader.wait_for(room, lambda seen: seen.body == text, PATIENCE_SECONDS, "message")
