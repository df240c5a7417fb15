"""`python -m tests.bench history`: how fast the past of rooms is carried over when they are linked, as a ratio to what
a plain client reaches on the same hub.
"""

import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
from ruamel.yaml import YAML

from bridge.lab.child import until
from bridge.lab.ground import Ground
from bridge.lab.people import home_affairs, informatics_centre
from bridge.lab.progress import Progress
from bridge.lab.site import Site
from tests.bench.load import PlainClient, rate

MESSAGES, ROOMS, IN_FLIGHT = 2000, 8, 8
COMMAND = (sys.executable, "-m", "bridge")
PATIENCE_SECONDS = 600.0
DATABASE = "history"


async def run() -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    progress = Progress(lambda line: print(line, file=sys.stderr))
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ground = Ground(folder, informatics_centre(), [home_affairs()])
        stack.push_async_callback(ground.stop)
        await ground.start(COMMAND, progress)
        site = Site(ground, folder / "site", COMMAND, database=DATABASE)
        stack.push_async_callback(site.close)
        hub, department = [await stack.enter_async_context(PlainClient.of(side)) for side in ground.homeservers]
        figures = await _measure(site, hub, department, progress)
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):<45} {value:10.2f}")
    return figures


async def _measure(site: Site, hub: PlainClient, department: PlainClient, progress: Progress) -> dict[str, float]:
    names = [f"room-{n}" for n in range(ROOMS)]
    rooms = [(await site.make_room(name)).room for name in names]
    for homeserver in site.ground.homeservers:
        await homeserver.look_away()
    with progress.step(f"{MESSAGES} messages of the past"):
        await department.send_many(rooms, MESSAGES, IN_FLIGHT)
    await site.set_up()
    yaml = YAML()
    settings = yaml.load(site.setu.settings_file)
    for link in settings["links"]:
        link["history"] = "all"
        link["invite"] = []
    yaml.dump(settings, site.setu.settings_file)
    before = await _direct(hub)
    await site.setu.start()
    maker = site.ground.departments[0].people[0]
    for room in rooms:
        await maker.invite(room, site.ground.departments[0].bot)
    with progress.step("carried over"):
        first = await _when(site, 1)
        last = await _when(site, MESSAGES)
    await site.setu.stop()
    direct = (before + await _direct(hub)) / 2
    carried = (MESSAGES - 1) / (last - first)
    return {
        "direct_per_second": direct,
        "history_per_second": carried,
        "history_ratio": carried / direct,
    }


async def _direct(hub: PlainClient) -> float:
    """What a plain client reaches on the hub."""
    rooms = [await hub.create_room() for _ in range(ROOMS)]
    await hub.send_many(rooms, MESSAGES // 2, IN_FLIGHT)
    return rate([event for room in rooms for event in await hub.messages(room)])


async def _when(site: Site, copies: int) -> float:
    """When there are so many copies; by `time.monotonic`, in seconds."""
    connection = await asyncpg.connect(site.ground.postgres.url(DATABASE))

    async def reached() -> bool:
        return bool(await connection.fetchval("select count(*) from copy") >= copies)

    try:
        if not await until(reached, PATIENCE_SECONDS):
            raise TimeoutError(f"{copies} copies were not there within {PATIENCE_SECONDS:g} s")
        return time.monotonic()
    finally:
        await connection.close()
