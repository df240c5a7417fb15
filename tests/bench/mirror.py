"""`python -m tests.bench mirror`: how fast the mirror carries messages, as a ratio to what a plain client reaches on
the same hub in the same run, and how long Setu itself holds a message at light load.
"""

import asyncio
import itertools
import json
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from operator import truediv
from pathlib import Path
from typing import Any

import asyncpg
import psutil
from ruamel.yaml import YAML

from bridge.lab.ground import Ground
from bridge.lab.people import home_affairs, informatics_centre
from bridge.lab.ports import free_ports
from bridge.lab.progress import Progress
from bridge.lab.setu import Setu
from bridge.lab.site import Site
from tests.bench.carried import Carried
from tests.bench.federation import federated
from tests.bench.load import PlainClient, rate
from tests.bench.tap import Tap

MESSAGES, ROOMS, IN_FLIGHT, LIGHT, ROUNDS = 500, 8, 8, 30, 3
COMMAND = (sys.executable, "-m", "bridge")
PATIENCE_SECONDS = 300.0
DATABASE = "bench"


async def run(beside_federation: bool) -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    with tempfile.TemporaryDirectory() as folder:
        async with _open(Path(folder) / "setu") as bench:
            beside = await _as_seen(bench.carried()) if beside_federation else {}
            figures = await bench.measure()
        if beside_federation:
            (Path(folder) / "federation").mkdir()
            async with federated(Path(folder) / "federation", ROOMS) as carried:
                plain = await _as_seen(carried)
            figures["federation_rate_ratio"] = beside["rate"] / plain["rate"]
            figures["federation_lag_ratio"] = beside["lag"] / plain["lag"]
            figures |= {f"seen_{name}": value for name, value in beside.items()}
            figures |= {f"federation_{name}": value for name, value in plain.items()}
    _print(figures)
    return figures


async def _as_seen(carried: Carried) -> dict[str, float]:
    await carried.lags(ROOMS)  # everybody is brought in here
    rate_seen = await carried.rate(MESSAGES, IN_FLIGHT)
    return {"rate": rate_seen, "lag": statistics.median(await carried.lags(LIGHT))}


@asynccontextmanager
async def _open(folder: Path) -> AsyncIterator["Bench"]:
    progress = Progress(lambda line: print(line, file=sys.stderr))
    ground = Ground(folder, informatics_centre(), [home_affairs()])
    site = Site(ground, folder / "site", COMMAND, database=DATABASE, patience_seconds=60)
    try:
        await ground.start(COMMAND, progress)
        await site.open([f"room-{n}" for n in range(ROOMS)], progress)
        async with PlainClient.of(ground.departments[0]) as department, PlainClient.of(ground.hub) as hub:
            yield Bench(ground, site, department, hub)
    finally:
        await site.close()
        await ground.stop()


class Bench:
    """Two homeservers, Setu, and linked rooms in which one official of each side has a plain client."""

    def __init__(self, ground: Ground, site: Site, department: PlainClient, hub: PlainClient) -> None:
        self._ground = ground
        self._site = site
        self._department = department
        self._hub = hub
        self._rooms = [link.department.room for link in site.links.values()]
        self._hub_rooms = [link.hub.room for link in site.links.values()]
        self._rss_mb = 0.0

    def carried(self) -> Carried:
        """The same rooms, as people see them."""
        return Carried(self._department, self._rooms, self._ground.hub.people[0], self._hub_rooms)

    async def measure(self) -> dict[str, float]:
        """Everything but the delay is measured several times in turn, since a machine's pace changes from one minute to
        the next: what stands in a ratio was measured side by side. Of each figure the median is given.
        """
        await self._settle(await self._department.send_many(self._rooms, ROOMS, 1))  # ghosts are made here
        for homeserver in self._ground.homeservers:
            await homeserver.look_away()
        direct, live, drain = [await self._direct()], [], []
        for _ in range(ROUNDS):
            live.append(rate(await self._settle(await self._department.send_many(self._rooms, MESSAGES, IN_FLIGHT))))
            drain.append(rate(await self._drain()))
            direct.append(await self._direct())
        beside = [statistics.mean(pair) for pair in itertools.pairwise(direct)]
        added = await self._light_load()
        return {
            "direct_per_second": statistics.median(direct),
            "drain_per_second": statistics.median(drain),
            "live_per_second": statistics.median(live),
            "drain_ratio": statistics.median(map(truediv, drain, beside)),
            "live_ratio": statistics.median(map(truediv, live, beside)),
            "added_ms_p50": statistics.median(added),
            "added_ms_p95": statistics.quantiles(added, n=20)[-1],
            "rss_mb": self._rss_mb,
        }

    async def _direct(self) -> float:
        """What a plain client reaches on the hub, in rooms of the same people that Setu has nothing to do with."""
        others = self._ground.hub.people[1:]
        rooms = [await self._hub.create_room([person.user_id for person in others]) for _ in range(ROOMS)]
        for room in rooms:
            for person in others:
                await person.join(room)
        await self._hub.send_many(rooms, MESSAGES, IN_FLIGHT)
        return rate([event for room in rooms for event in await self._hub.messages(room)])

    async def _drain(self) -> list[dict[str, Any]]:
        """A journal of waiting messages, written while only the intake runs, and then the department is idle."""
        await self._site.setu.stop()
        intake = Setu(self._site.setu.folder, self._ground.address, COMMAND, roles=("intake",))
        await intake.start()
        before = await self._journalled()
        ids = await self._department.send_many(self._rooms, MESSAGES, IN_FLIGHT)
        await self._until(self._journalled_at_least, before + MESSAGES)
        await intake.stop()
        await self._site.setu.start()
        return await self._settle(ids)

    async def _light_load(self) -> list[float]:
        """Milliseconds from a transaction's first byte at Setu to that of the request that leaves for the hub."""
        arrived: dict[str, float] = {}
        left: dict[str, float] = {}

        def came(_path: str, body: bytes, at: float) -> None:
            for event in json.loads(body or b"{}").get("events", []):
                arrived.setdefault(event["event_id"], at)

        def went(path: str, body: bytes, at: float) -> None:
            if "/send/m.room.message/" in path:
                left.setdefault(json.loads(body)["in.setu.origin"]["event_id"], at)

        async with self._tapped(came, went):
            # At its start Setu reads each room back, and what is new waits for that.
            await self._settle(await self._department.send_many(self._rooms, ROOMS, 1))
            arrived.clear()
            for n in range(LIGHT):
                await self._settle([await self._department.send(self._rooms[n % ROOMS], f"light {n}")])
        return [(left[event] - arrived[event]) * 1000 for event in left if event in arrived]

    @asynccontextmanager
    async def _tapped(self, came: Any, went: Any) -> AsyncIterator[None]:
        """Setu between two taps."""
        await self._site.setu.stop()
        own_port, hub_port = free_ports(2)
        settings = YAML().load(self._site.setu.settings_file)
        settings["listen"]["port"], settings["hub"]["url"] = own_port, f"http://127.0.0.1:{hub_port}"
        YAML().dump(settings, self._site.setu.settings_file)
        taps = [
            Tap(self._ground.port, f"http://127.0.0.1:{own_port}", came),
            Tap(hub_port, self._ground.hub.synapse.url, went),
        ]
        for tap in taps:
            await tap.start()
        await self._site.setu.start()
        try:
            yield
        finally:
            for tap in taps:
                await tap.stop()

    async def _settle(self, ids: Sequence[str]) -> list[dict[str, Any]]:
        """Waits until each of these events has its copy on the hub, and gives the copies."""
        await self._until(self._copied, list(ids))
        wanted = set(ids)
        events = [event for room in self._hub_rooms for event in await self._hub.messages(room)]
        return [e for e in events if e["content"].get("in.setu.origin", {}).get("event_id") in wanted]

    async def _until(self, reached: Any, wanted: Any) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not await reached(wanted):
                self._weigh()
                await asyncio.sleep(0.1)

    async def _copied(self, ids: list[str]) -> bool:
        return bool(await self._ask("select count(*) from copy where event_id = any($1)", ids) >= len(ids))

    async def _journalled(self) -> int:
        return int(await self._ask("select count(*) from journal where type = 'm.room.message'"))

    async def _journalled_at_least(self, wanted: int) -> bool:
        return await self._journalled() >= wanted

    async def _ask(self, question: str, *given: Any) -> Any:
        connection = await asyncpg.connect(self._ground.postgres.url(DATABASE))
        try:
            return await connection.fetchval(question, *given)
        finally:
            await connection.close()

    def _weigh(self) -> None:
        if (pid := self._site.setu.pid) is not None:
            self._rss_mb = max(self._rss_mb, psutil.Process(pid).memory_info().rss / 2**20)


def _print(figures: Mapping[str, float]) -> None:
    rows = [
        ("a plain client, straight to the hub", figures["direct_per_second"], "messages/s", ""),
        ("Setu, 500 waiting messages, department idle", figures["drain_per_second"], "messages/s", "drain_ratio"),
        ("Setu, while a client writes on the department", figures["live_per_second"], "messages/s", "live_ratio"),
        ("Setu's own delay at light load, median", figures["added_ms_p50"], "ms", ""),
        ("Setu's own delay at light load, 95th percentile", figures["added_ms_p95"], "ms", ""),
        ("Setu's memory under that load, at most", figures["rss_mb"], "MB", ""),
    ]
    if "federation_rate" in figures:
        rows += [
            ("plain federation, as the reader sees it", figures["federation_rate"], "messages/s", ""),
            ("Setu, as the reader sees it", figures["seen_rate"], "messages/s", "federation_rate_ratio"),
            ("plain federation, lag at light load, median", figures["federation_lag"] * 1000, "ms", ""),
            ("Setu, lag at light load, median", figures["seen_lag"] * 1000, "ms", "federation_lag_ratio"),
        ]
    for what, value, unit, ratio in rows:
        beside = f"  {ratio} {figures[ratio]:.2f}" if ratio else ""
        print(f"{what:<50} {value:8.1f} {unit:<10}{beside}")
