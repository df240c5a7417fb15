"""Whether a homeserver reaches us: an alarm while it does not, and none for a single ping that went astray."""

import asyncio
from collections.abc import Sequence

import pytest
from aiohttp import ClientSession

from bridge.gateway import probe
from bridge.gateway.homeserver import Homeserver
from bridge.saying import Saying
from bridge.store.database import Pool
from tests.people import MHA

NO = Saying.of("cannot-deliver", homeserver=MHA, error="502 M_CONNECTION_FAILED")


async def alarms_after(answers: Sequence[Saying | None], pool: Pool, monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Asks until every answer was given; for each alarm that there was, whether it is over."""
    waiting = list(answers)
    all_given = asyncio.Event()

    async def ask(_homeserver: Homeserver, _registration_id: str) -> Saying | None:
        if not waiting:
            all_given.set()
            await asyncio.Event().wait()
        return waiting.pop(0)

    monkeypatch.setattr(probe, "_ask", ask)
    monkeypatch.setattr(probe, "EVERY", 0.0)
    monkeypatch.setattr(probe, "SOON", 0.0)
    async with ClientSession() as session:
        asking = asyncio.create_task(probe.probe(Homeserver(MHA, "http://127.0.0.1:9", "token", session), "setu", pool))
        async with asyncio.timeout(15):
            await all_given.wait()
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    rows = await pool.fetch("select over_at is not null as over from alarm where cause = 'delivery:mha.lab'")
    return [row["over"] for row in rows]


@pytest.mark.parametrize(
    ("answers", "alarms"),
    [
        ([None], []),
        ([NO], []),
        ([NO, None], []),
        ([None, NO, None, NO, None], []),
        ([NO, NO], [False]),
        ([None, NO, NO, NO], [False]),
        ([NO, NO, None], [True]),
    ],
)
async def test_two_in_a_row_are_an_alarm_that_the_next_yes_ends(
    answers: list[Saying | None], alarms: list[bool], pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await alarms_after(answers, pool, monkeypatch) == alarms
