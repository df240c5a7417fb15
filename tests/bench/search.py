"""How long the first page of results takes, opened and with what was said around them, in one room and in all."""

import statistics
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from zoneinfo import ZoneInfo

from bots.retention.search.finding import PAGE, Finding
from bots.retention.search.hit import Hit
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.query import read
from bridge.store.database import Pool
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from tests.bench.town import Town

ZONE = ZoneInfo("Asia/Kolkata")


async def measured(pool: Pool, keyring: Keyring) -> dict[str, float]:
    """Of the town's record."""
    figures: dict[str, float] = {}
    town, finding = Town(), Finding(Journal(pool, keyring), MonthKeys(keyring), read("x", ZONE))
    for where in ("room", "all"):
        seconds: list[float] = []
        for kind, queries in town.queries(where == "room").items():
            each = [await _first_page(pool, finding, query) for query in queries]
            figures[f"search_{where}_{kind}_p95_ms"] = percentile(each, 95) * 1000
            seconds += each
        figures |= {
            f"search_{where}_p50_ms": percentile(seconds, 50) * 1000,
            f"search_{where}_p95_ms": percentile(seconds, 95) * 1000,
            f"search_{where}_max_ms": max(seconds) * 1000,
        }
    return figures


async def _first_page(pool: Pool, finding: Finding, query: str) -> float:
    """Seconds until a page of results is there."""
    asked = Finding(finding.journal, finding.keys, read(query, ZONE))
    began = time.perf_counter()
    async with pool.acquire() as connection, aclosing(asked.hits(connection)) as hits:
        await _page(hits)
    return time.perf_counter() - began


async def _page(hits: AsyncGenerator[Hit, None]) -> None:
    found = 0
    async for _ in hits:
        found += 1
        if found == PAGE:
            return


def percentile(seconds: Sequence[float], percent: int) -> float:
    """Of these."""
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]
