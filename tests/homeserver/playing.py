"""A scenario of the lab, played on homeservers of its own by a Setu that may have faults."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from bridge.lab import scenario
from bridge.lab.ground import Ground
from bridge.lab.progress import silent
from bridge.lab.scenario import Check
from bridge.lab.site import Site
from tests.homeserver.sites import SETU
from tests.postgres import Cluster

Played = Callable[[Sequence[str], float], Awaitable[dict[str, Check]]]
"""Told the command that runs Setu, and how many seconds people wait for what does not come; its checks by name."""


@asynccontextmanager
async def playing(name: str, folder: Path) -> AsyncIterator[Played]:
    """Plays the scenario of this name; whatever was started is stopped behind it."""
    told = scenario.find(name)
    async with AsyncExitStack() as stack:

        async def play(run_command: Sequence[str], patience_seconds: float) -> dict[str, Check]:
            people = told.inhabitants()
            ground = Ground(folder, people.hub, people.departments, people.outsiders)
            stack.push_async_callback(ground.stop)
            await ground.start(SETU, silent())
            await Cluster(ground.postgres.url("postgres")).make_fast()
            site = Site(ground, folder, run_command, patience_seconds=patience_seconds, prepare=told.prepare)
            stack.push_async_callback(site.setu.kill)
            await site.open(told.links, silent())
            return {outcome.name: outcome async for outcome in told.play(site) if isinstance(outcome, Check)}

        yield play
