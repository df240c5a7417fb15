"""Nothing above a room's ceiling stays, or crosses, on real homeservers that ask before they send; and each check of it
can fail: a Setu with just those faults makes just those checks fail.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bridge.lab import scenario
from bridge.lab.ground import Ground
from bridge.lab.progress import silent
from bridge.lab.scenario import Check
from bridge.lab.site import Site
from tests.faults.classification import COMMAND, FAULTS
from tests.homeserver.sites import PATIENCE_SECONDS, SETU
from tests.postgres import Cluster

IMPATIENCE_SECONDS = 3.0
"""Of those who wait for what does not come."""

Played = Callable[[Sequence[str], float], Awaitable[dict[str, Check]]]


@pytest.fixture
async def played(tmp_path: Path) -> AsyncIterator[Played]:
    """Plays the scenario on homeservers of its own; its checks by name."""
    classification = scenario.find("classification")
    async with AsyncExitStack() as stack:

        async def play(run_command: Sequence[str], patience_seconds: float) -> dict[str, Check]:
            people = classification.inhabitants()
            ground = Ground(tmp_path, people.hub, people.departments)
            stack.push_async_callback(ground.stop)
            await ground.start(SETU, silent())
            await Cluster(ground.postgres.url("postgres")).make_fast()
            site = Site(
                ground, tmp_path, run_command, patience_seconds=patience_seconds, prepare=classification.prepare
            )  # fmt: skip
            stack.push_async_callback(site.setu.kill)
            await site.open(classification.links, silent())
            return {outcome.name: outcome async for outcome in classification.play(site) if isinstance(outcome, Check)}

        yield play


async def test_nothing_above_the_ceiling_stays_or_crosses_and_officers_decide(played: Played) -> None:
    checks = await played(SETU, PATIENCE_SECONDS)
    assert [check for check in checks.values() if not check.ok] == []
    assert set(checks) == set(FAULTS)


async def test_the_lab_sees_a_setu_that_does_each_of_it_wrong(played: Played) -> None:
    checks = await played((*COMMAND, ",".join(FAULTS)), IMPATIENCE_SECONDS)
    assert [name for name, check in checks.items() if check.ok] == []
    assert set(checks) == set(FAULTS)
