"""Nothing above a room's ceiling stays, or crosses, on real homeservers that ask before they send; and each check of it
can fail: a Setu with just those faults makes just those checks fail.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.deadline import PATIENCE_SECONDS
from tests.faults.classification import COMMAND, FAULTS
from tests.homeserver.playing import Played, playing
from tests.homeserver.sites import SETU

IMPATIENCE_SECONDS = 3.0
"""Of those who wait for what does not come."""


@pytest.fixture
async def played(tmp_path: Path) -> AsyncIterator[Played]:
    async with playing("classification", tmp_path) as play:
        yield play


async def test_nothing_above_the_ceiling_stays_or_crosses_and_officers_decide(played: Played) -> None:
    checks = await played(SETU, PATIENCE_SECONDS)
    assert [check for check in checks.values() if not check.ok] == []
    assert set(checks) == set(FAULTS)


async def test_the_lab_sees_a_setu_that_does_each_of_it_wrong(played: Played) -> None:
    checks = await played((*COMMAND, ",".join(FAULTS)), IMPATIENCE_SECONDS)
    assert [name for name, check in checks.items() if check.ok] == []
    assert set(checks) == set(FAULTS)
