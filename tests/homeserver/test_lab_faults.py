"""Each check of the scenario `talk` can fail: a Setu with just those faults makes just those checks fail."""

import sys

import pytest

from bridge.lab.scenario import Check
from bridge.lab.scenarios import talk
from bridge.lab.site import Site
from tests.homeserver.sites import SETU, OpenSite


async def checks(site: Site) -> dict[str, Check]:
    """Plays the scenario; its checks by name."""
    return {outcome.name: outcome async for outcome in talk.play(site) if isinstance(outcome, Check)}


async def test_a_setu_without_fault_passes_every_check(open_site: OpenSite) -> None:
    played = await checks(await open_site(run_command=SETU))
    assert [check for check in played.values() if not check.ok] == []
    assert set(played) == {"arrival", "order", "names", "loop", "text", "record", "end", "log"}


@pytest.mark.parametrize(
    ("faults", "seen"),
    [
        ("lost", {"arrival", "text"}),  # What did not arrive did not arrive as it was written.
        ("doubled,echoing", {"arrival", "loop"}),
        ("disordered", {"order"}),
        ("nameless,altered,unrecorded,talkative,deaf", {"names", "text", "record", "log", "end"}),
    ],
)
async def test_the_lab_sees_a_setu_whose_faults_are_these(faults: str, seen: set[str], open_site: OpenSite) -> None:
    site = await open_site(run_command=(sys.executable, "-m", "tests.faults", faults), patience_seconds=4.0)
    assert {check.name for check in (await checks(site)).values() if not check.ok} == seen
