"""`python -m tests.bench.taking_in URL PART PARTS`: one process of Setu that takes in what is said and records it, as
it does at work: transactions of its homeservers into the journal, one after the other for each of them, while the
retention bot follows the journal beside. On standard input it is told `make N`, what to say, and `take`.
"""

import asyncio
import gc
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from bots.retention.search.month_key import MonthKeys
from bots.retention.search.rows import Rows
from bridge.config import Followers
from bridge.follower import Ground, Loop
from bridge.model import Event, HomeserverName
from bridge.reading import Reader
from bridge.seal import KEY_BYTES, MasterKey
from bridge.store import database, notify
from bridge.store.journal import Arrival, Journal
from tests.bench.town import Town
from tests.keyrings import keyring_of
from tests.store.recorded import retention

MASTER = MasterKey(bytes(range(KEY_BYTES)))
CONNECTIONS = 10


@dataclass
class Taking:
    """What is to be taken in."""

    journal: Journal
    town: Town
    waiting: dict[HomeserverName, list[list[bytes]]] = field(default_factory=lambda: defaultdict(list))

    def make(self, messages: int) -> None:
        for homeserver, events in self.town.transactions(messages):
            self.waiting[homeserver].append(events)
        gc.collect()
        gc.freeze()  # what is not taken in yet is no garbage to be looked for

    async def take(self) -> None:
        async with asyncio.TaskGroup() as group:
            for homeserver, transactions in self.waiting.items():
                group.create_task(self._push(homeserver, transactions))
        self.waiting.clear()

    async def _push(self, homeserver: HomeserverName, transactions: Sequence[list[bytes]]) -> None:
        for events in transactions:
            await self.journal.append(homeserver, [Arrival(Event.read(raw), "push") for raw in events])


async def main(url: str, part: int, parts: int) -> None:
    """Works until its input ends."""
    keyring = keyring_of(MASTER)
    async with database.opened(url, CONNECTIONS) as pool, asyncio.TaskGroup() as group:
        journal = Journal(pool, keyring)
        follower = retention(journal, Rows(journal, MonthKeys(keyring)), rooms=["*"])
        settings = Followers(**__import__("json").loads(__import__("os").environ.get("FOL", "{}")))
        reader = Reader(journal, keyring)
        loop = Loop(follower, Ground(pool, reader, keyring, settings.batch, settings.poll_seconds))
        told = {notify.JOURNAL: [loop.told], notify.ECHOES: [loop.told_of_echoes]}
        tasks = [
            group.create_task(loop.run(settings.workers)), group.create_task(notify.listen(url, told, 1.0))
        ]  # fmt: skip
        taking = Taking(journal, Town(part, parts))
        while order := (await asyncio.to_thread(sys.stdin.readline)).split():
            match order:
                case ["make", messages]:
                    taking.make(int(messages))
                case _:
                    await taking.take()
            print("done", flush=True)
        for task in tasks:
            task.cancel()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
