"""`python -m tests.bench mirror --encrypted`: how fast the mirror carries encrypted messages, as a ratio to what a
client that encrypts reaches on the same hub in the same run; and what the first words of a person cost, whose ghost
needs a device and shares its keys, beside first words in a room that is not encrypted.
"""

import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from operator import truediv
from pathlib import Path
from typing import Any

import asyncpg

from bridge.lab.child import until
from bridge.lab.ground import Ground
from bridge.lab.nio_client import NioClient
from bridge.lab.people import home_affairs, informatics_centre
from bridge.lab.progress import Progress
from bridge.lab.setu import Setu
from bridge.lab.site import Site
from tests.bench.load import PlainClient, rate
from tests.bench.secret_load import SecretClient, write

MESSAGES, ROOMS, IN_FLIGHT, ROUNDS, NEWCOMERS = 500, 8, 8, 3, 16
COMMAND = (sys.executable, "-m", "bridge")
PATIENCE_SECONDS = 300.0
DATABASE = "encrypted"


async def run() -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    progress = Progress(lambda line: print(line, file=sys.stderr))
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ground = Ground(folder, informatics_centre(), [home_affairs()])
        stack.push_async_callback(ground.stop)
        await ground.start(COMMAND, progress)
        site = Site(ground, folder / "site", COMMAND, database=DATABASE, patience_seconds=60)
        stack.push_async_callback(site.close)
        await site.open([f"room-{n}" for n in range(ROOMS)], progress)
        hub = await stack.enter_async_context(SecretClient.of(ground.hub))
        plain = await stack.enter_async_context(PlainClient.of(ground.departments[0]))
        figures = await _Bench(site, hub, plain, folder, stack).measure()
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<45} {value:10.2f}")
    return figures


class _Bench:
    """Linked rooms, a writer of the department, and the hub's client that encrypts."""

    def __init__(self, site: Site, hub: SecretClient, plain: PlainClient, folder: Path, stack: AsyncExitStack) -> None:
        self._site = site
        self._hub = hub
        self._plain = plain
        self._folder = folder
        self._stack = stack
        self._rooms = [link.department.room for link in site.links.values()]
        self._hub_rooms = [link.hub.room for link in site.links.values()]

    async def measure(self) -> dict[str, float]:
        """Each several times in turn; medians."""
        department = self._site.ground.departments[0]
        newcomers = [f"newcomer.{n}" for n in range(NEWCOMERS)]
        for name in newcomers:
            await department.synapse.register(name, "password", name.title())
        first_plain = await self._first_words(newcomers[: NEWCOMERS // 2], self._rooms[0])
        writer = await self._seat(department.people[0].user_id, department.organisation.people[0].password)
        for room in self._rooms:
            await writer.encrypt(room)
        await self._settle(await write([writer], self._rooms, ROOMS))
        first_secret = await self._first_words(newcomers[NEWCOMERS // 2 :], self._rooms[0])
        for homeserver in self._site.ground.homeservers:
            await homeserver.look_away()
        await self._drain(writer)  # whose ghost and keys are everywhere from here on
        direct, drain = [await self._direct()], []
        for _ in range(ROUNDS):
            drain.append(await self._drain(writer))
            direct.append(await self._direct())
        beside = [statistics.mean(pair) for pair in itertools.pairwise(direct)]
        return {
            "direct_encrypted_per_second": statistics.median(direct),
            "encrypted_drain_per_second": statistics.median(drain),
            "encrypted_drain_ratio": statistics.median(map(truediv, drain, beside)),
            "first_words_plain_ms": first_plain,
            "first_words_encrypted_ms": first_secret,
        }

    async def _seat(self, user_id: str, password: str) -> NioClient:
        url = self._site.ground.departments[0].synapse.url
        client = NioClient(url, self._folder / "clients" / user_id[1:].partition(":")[0])
        self._stack.push_async_callback(client.close)
        await client.log_in(user_id, password)
        return client

    async def _first_words(self, newcomers: Sequence[str], room: str) -> float:
        """Milliseconds for each newcomer's first message to be on the hub, one after the other; the median."""
        taken = []
        for name in newcomers:
            user_id = f"@{name}:{self._site.ground.departments[0].name}"
            await self._site.ground.departments[0].people[0].invite(room, user_id)
            client = await self._seat(user_id, "password")
            await client.join(room)
            began = time.monotonic()
            await self._settle([await client.say(room, f"I am {name}")])
            taken.append((time.monotonic() - began) * 1000)
            await client.look_away()
        return statistics.median(taken)

    async def _direct(self) -> float:
        others = self._site.ground.hub.people[1:]
        rooms = [await self._hub.create_room([person.user_id for person in others]) for _ in range(ROOMS)]
        for room in rooms:
            await self._hub.encrypt(room)
            for person in others:
                await person.join(room)
        await self._hub.send_many(rooms, MESSAGES, IN_FLIGHT)
        return rate([event for room in rooms for event in await self._hub.messages(room)])

    async def _drain(self, writer: NioClient) -> float:
        """A journal of waiting messages, written while only the intake runs, and then the department is idle."""
        await self._site.setu.stop()
        intake = Setu(self._site.setu.folder, self._site.ground.address, COMMAND, roles=("intake",))
        await intake.start()
        ids = await write([writer], self._rooms, MESSAGES)
        await self._until("select count(distinct event_id) from journal where event_id = any($1)", ids)
        await intake.stop()
        await self._site.setu.start()
        return rate(await self._settle(ids))

    async def _settle(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Waits until each of these events has its copy on the hub, and gives the copies."""
        await self._until("select count(*) from copy where event_id = any($1)", ids)
        rows = await self._ask("select array_agg(copy_id) from copy where event_id = any($1)", ids)
        copies = set(rows)
        return [
            event for room in self._hub_rooms for event in await self._hub.messages(room) if event["event_id"] in copies
        ]

    async def _until(self, count: str, ids: Sequence[str]) -> None:
        async def all_there() -> bool:
            return bool(await self._ask(count, list(ids)) >= len(ids))

        assert await until(all_there, PATIENCE_SECONDS), f"not all of {len(ids)}: {count}"

    async def _ask(self, question: str, *given: Any) -> Any:
        connection = await asyncpg.connect(self._site.database_url)
        try:
            return await connection.fetchval(question, *given)
        finally:
            await connection.close()
