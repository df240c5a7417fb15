"""The mirror with many links and many ghosts: hundreds of rooms, thousands of people who have spoken once. Its drain
rate is again a ratio to a plain client's on the same hub, over as many rooms.
"""

import asyncio
import secrets
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from bridge.lab.child import until
from bridge.lab.ground import Ground
from bridge.lab.people import home_affairs, informatics_centre
from bridge.lab.progress import Progress
from bridge.lab.setu import Setu
from tests.bench.load import PlainClient, rate

COMMAND = (sys.executable, "-m", "bridge")
MESSAGES, IN_FLIGHT = 500, 8
PATIENCE_SECONDS = 3600.0
DATABASE = "large"


class Large:
    """One Setu with many links; every ghost's person has a client of their own."""

    def __init__(self, ground: Ground, setu: Setu, progress: Progress, links: int, ghosts: int) -> None:
        self._ground = ground
        self._setu = setu
        self._progress = progress
        self._links = links
        self._ghosts = ghosts
        self._rooms: list[str] = []
        self._speakers: list[PlainClient] = []

    async def measure(self, organiser: PlainClient, hub: PlainClient, stack: AsyncExitStack) -> dict[str, float]:
        for homeserver in self._ground.homeservers:
            await homeserver.look_away()
        with self._progress.step(f"{self._links} rooms"):
            bot = self._ground.departments[0].bot
            self._rooms = [await organiser.create_room([bot], public=True) for _ in range(self._links)]
        with self._progress.step(f"{self._links} links"):
            await self._open()
        with self._progress.step(f"{self._ghosts} people come and speak once"):
            await self._gather(stack)
        ghosts = await self._until_copied(self._ghosts, "the last of their ghosts has spoken")
        with self._progress.step("a plain client"):
            direct = await self._direct(hub)
        drain = await self._drain(hub)
        with self._progress.step("setu reconcile"):
            began = time.monotonic()
            await self._setu.call("reconcile", str(self._setu.settings_file))
            reconcile = time.monotonic() - began
        return {
            "links": self._links,
            "ghosts": self._ghosts,
            "ghosts_per_second_with_people_coming": self._ghosts / ghosts,
            "direct_per_second": direct,
            "drain_per_second": drain,
            "drain_ratio": drain / direct,
            "reconcile_seconds": reconcile,
        }

    async def _open(self) -> None:
        url = await self._ground.postgres.create_database(DATABASE)
        department = self._ground.departments[0].name
        links: list[dict[str, object]] = [
            {"name": f"room-{n}", "department": department, "room": room} for n, room in enumerate(self._rooms)
        ]
        self._setu.write(self._ground.settings(self._setu.folder, {"url": url}, links))
        await self._setu.migrate()
        await self._setu.start()
        await self._until("select count(*) from endpoint where state = 'open'", 2 * self._links)

    async def _gather(self, stack: AsyncExitStack) -> None:
        gate = asyncio.Semaphore(IN_FLIGHT)

        async def one(n: int) -> PlainClient:
            async with gate:
                homeserver, password = self._ground.departments[0], secrets.token_hex(8)
                user = await homeserver.synapse.register(f"person-{n}", password, f"Person {n}")
                client = PlainClient(homeserver.synapse.url, user, password)
                await client.__aenter__()
                await client.join(self._rooms[n % self._links])
                await client.send(self._rooms[n % self._links], f"here is {n}")
                stack.push_async_exit(client)
                return client

        self._began = time.monotonic()
        self._speakers = await asyncio.gather(*(one(n) for n in range(self._ghosts)))

    async def _until_copied(self, copies: int, what: str) -> float:
        with self._progress.step(what):
            await self._until("select count(*) from copy", copies)
        return time.monotonic() - self._began

    async def _direct(self, hub: PlainClient) -> float:
        rooms = [await hub.create_room() for _ in range(self._links)]
        await hub.send_many(rooms, MESSAGES, IN_FLIGHT)
        return rate([event for room in rooms for event in await hub.messages(room)])

    async def _drain(self, hub: PlainClient) -> float:
        await self._setu.stop()
        intake = Setu(self._setu.folder, self._ground.address, COMMAND, roles=("intake",))
        await intake.start()
        before = await self._ask("select count(*) from journal where type = 'm.room.message'")
        gate = asyncio.Semaphore(IN_FLIGHT)

        async def one(n: int) -> str:
            async with gate:
                speaker = n % self._ghosts
                return await self._speakers[speaker].send(self._rooms[speaker % self._links], f"message {n}")

        ids = await asyncio.gather(*(one(n) for n in range(MESSAGES)))
        await self._until("select count(*) from journal where type = 'm.room.message'", before + MESSAGES)
        await intake.stop()
        await self._setu.start()
        with self._progress.step("drained"):
            await self._until("select count(*) from copy where event_id = any($1)", MESSAGES, ids)
        return rate(await self._copies(ids))

    async def _copies(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """When each copy came to the hub, as its echo in the journal says."""
        rows = await self._fetch(
            "select j.sent_at from copy c join seen s on s.event_id = c.copy_id"
            " join journal j on j.room = s.room and j.pos = s.pos where c.event_id = any($1)",
            list(ids),
        )
        return [{"origin_server_ts": row["sent_at"].timestamp() * 1000} for row in rows]

    async def _until(self, question: str, wanted: int, *given: Any) -> None:
        async def reached() -> bool:
            return await self._ask(question, *given) >= wanted

        if not await until(reached, PATIENCE_SECONDS):
            raise TimeoutError(f"{wanted} were not reached within {PATIENCE_SECONDS:g} s: {question}")

    async def _ask(self, question: str, *given: Any) -> int:
        return int((await self._fetch(question, *given))[0][0])

    async def _fetch(self, question: str, *given: Any) -> list[asyncpg.Record]:
        connection = await asyncpg.connect(self._ground.postgres.url(DATABASE))
        try:
            return list(await connection.fetch(question, *given))
        finally:
            await connection.close()


@asynccontextmanager
async def _ground(folder: Path, progress: Progress) -> AsyncIterator[Ground]:
    ground = Ground(folder, informatics_centre(), [home_affairs()])
    try:
        await ground.start(COMMAND, progress)
        yield ground
    finally:
        await ground.stop()


async def run(links: int, ghosts: int) -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    progress = Progress(lambda line: print(line, file=sys.stderr))
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ground = await stack.enter_async_context(_ground(folder, progress))
        setu = Setu(folder / "site", ground.address, COMMAND)
        stack.push_async_callback(setu.stop)
        organiser, hub = [
            await stack.enter_async_context(PlainClient.of(side)) for side in (ground.departments[0], ground.hub)
        ]
        figures = await Large(ground, setu, progress, links, ghosts).measure(organiser, hub, stack)
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<45} {value:10.2f}")
    return figures
