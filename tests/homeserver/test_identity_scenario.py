"""Everyone in a room is to be known, on real homeservers of a department, the hub and an outsider; and each check of it
can fail: a Setu with just those faults makes just those checks fail.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.deadline import PATIENCE_SECONDS
from tests.faults.identity import COMMAND, FAULTS
from tests.homeserver.playing import Played, playing
from tests.homeserver.sites import SETU

IMPATIENCE_SECONDS, SOME_PATIENCE_SECONDS = 3.0, 10.0
"""Of those who wait for what does not come; and of those who wait for other things too."""
HIDES = "put_out"
"""Whoever was not put out has a ghost, so that nobody can see whether the ghost would have followed."""


@pytest.fixture
async def played(tmp_path: Path) -> AsyncIterator[Played]:
    async with playing("identity", tmp_path) as play:
        yield play


async def test_everyone_is_known_or_asked_and_nobody_from_outside_stays(played: Played) -> None:
    checks = await played(SETU, PATIENCE_SECONDS)
    assert [check for check in checks.values() if not check.ok] == []
    assert set(checks) == set(FAULTS)


async def test_the_lab_sees_a_setu_that_does_each_of_it_wrong(played: Played) -> None:
    faults = [name for name in FAULTS if name != HIDES]
    checks = await played((*COMMAND, ",".join(faults)), IMPATIENCE_SECONDS)
    assert {name for name, check in checks.items() if check.ok} <= {HIDES}
    assert set(checks) == set(FAULTS)


async def test_the_lab_sees_that_somebody_from_outside_stays(played: Played) -> None:
    checks = await played((*COMMAND, HIDES), SOME_PATIENCE_SECONDS)
    failed = {name for name, check in checks.items() if not check.ok}
    # On a slow machine another one may take longer than the patience; that all of them hold is the first test's.
    assert {HIDES, "no_ghost"} <= failed < set(checks)
