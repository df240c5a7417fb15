"""Every kind of event that the mirror carries, between two real homeservers; and each check of it can fail: a Setu with
just those faults makes just those checks fail.
"""

import sys

import pytest

from bridge.lab.scenario import Check
from bridge.lab.scenarios import mirror
from bridge.lab.site import Site
from tests.faults.mirrored import FAULTS
from tests.homeserver.sites import SETU, OpenSite

PATIENCE_SECONDS = 7.0
TOGETHER = (
    "text formatted notice emote location beacon reply thread edit reaction unreaction local_moderation"
    " image audio video caption leave rename kick invitation name topic avatar too_large once",
    "mention poll poll_unstable unknown reply_to_copy edit_again redaction moderation file voice sticker encrypted"
    " join picture removal ban unban pins visibility powers back record",
)
"""Faults that do not hide one another. They share a Setu, since a Setu for each would take an hour."""


async def checks(site: Site) -> dict[str, Check]:
    """Plays the scenario; its checks by name."""
    return {outcome.name: outcome async for outcome in mirror.play(site) if isinstance(outcome, Check)}


async def test_every_kind_crosses_both_ways_and_each_of_the_checks_has_a_fault(open_site: OpenSite) -> None:
    played = await checks(await open_site(run_command=SETU))
    assert [check for check in played.values() if not check.ok] == []
    assert set(played) == set(FAULTS) == set(" ".join(TOGETHER).split())


@pytest.mark.parametrize("planted", TOGETHER, ids=["one half", "the other half"])
async def test_the_lab_sees_a_setu_whose_faults_are_these(planted: str, open_site: OpenSite) -> None:
    command = (sys.executable, "-m", "tests.faults", ",".join(planted.split()))
    site = await open_site(run_command=command, patience_seconds=PATIENCE_SECONDS)
    seen = {name: check.detail for name, check in (await checks(site)).items() if not check.ok}
    assert {name: detail for name, detail in seen.items() if name not in planted.split()} == {}
    assert set(seen) == set(planted.split())
