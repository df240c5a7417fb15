"""A room that its people encrypt, between two real homeservers, at clients that are not ours; and each check of it can
fail: a Setu with just those faults makes just those checks fail.
"""

from bridge.lab.scenario import Check
from bridge.lab.scenarios import encrypted
from bridge.lab.site import Site
from tests.faults.secret import COMMAND, FAULTS
from tests.homeserver.sites import SETU, OpenSite

PATIENCE_SECONDS = 3.0
FAULTY = (*COMMAND, ",".join(FAULTS))
"""All of them in one Setu, since none hides another."""


async def checks(site: Site) -> dict[str, Check]:
    """Plays the scenario; its checks by name."""
    return {outcome.name: outcome async for outcome in encrypted.play(site) if isinstance(outcome, Check)}


async def test_what_people_say_encrypted_crosses_both_ways_and_nobody_else_reads_it(open_site: OpenSite) -> None:
    played = await checks(await open_site(run_command=SETU))
    assert [check for check in played.values() if not check.ok] == []
    assert set(played) == set(FAULTS)


async def test_the_lab_sees_a_setu_that_does_each_of_it_wrong(open_site: OpenSite) -> None:
    played = await checks(await open_site(run_command=FAULTY, patience_seconds=PATIENCE_SECONDS))
    assert [name for name, check in played.items() if check.ok] == []
    assert set(played) == set(FAULTS)
