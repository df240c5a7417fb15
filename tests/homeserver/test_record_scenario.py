"""What is said in an encrypted room stays on record, on real homeservers, whatever becomes of it there; and each check
of it can fail: a Setu with just those faults makes just those checks fail.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.deadline import PATIENCE_SECONDS
from tests.faults.record import COMMAND, FAULTS
from tests.homeserver.playing import Played, playing
from tests.homeserver.sites import SETU

IMPATIENCE_SECONDS, SOME_PATIENCE_SECONDS = 3.0, 10.0
"""Of those who wait for what does not come; and of those who wait for other things too."""
HIDES = "content"
"""Where the record was written wrong, verify is never content, and names more than what was changed."""


@pytest.fixture
async def played(tmp_path: Path) -> AsyncIterator[Played]:
    async with playing("record", tmp_path) as play:
        yield play


async def test_what_is_said_stays_on_record_and_is_found_handed_over_and_verified(played: Played) -> None:
    checks = await played(SETU, PATIENCE_SECONDS)
    assert [check for check in checks.values() if not check.ok] == []
    assert set(checks) == set(FAULTS)


async def test_the_lab_sees_a_setu_that_does_each_of_it_wrong(played: Played) -> None:
    faults = [name for name in FAULTS if name != HIDES]
    checks = await played((*COMMAND, ",".join(faults)), IMPATIENCE_SECONDS)
    assert {name for name, check in checks.items() if check.ok} <= {HIDES}
    assert set(checks) == set(FAULTS)


async def test_the_lab_sees_that_a_record_was_written_wrong(played: Played) -> None:
    checks = await played((*COMMAND, HIDES), SOME_PATIENCE_SECONDS)
    failed = {name for name, check in checks.items() if not check.ok}
    assert {HIDES, "mended"} <= failed < set(checks)
