"""`python -m tests.bench record`: what 6,600 people say in 510 rooms of 17 organisations is taken into the journal,
recorded, put into the logs and made searchable by two processes of Setu on a database that waits for the disk; then
how long a single message takes until its leaf is on disk, how fast it is all verified, proved, found and exported, and
how fast PostgreSQL alone copies the same rows into the same tables. `--messages 2000000` is the whole pilot.
"""

import random
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bots.retention import log
from bots.retention.settings import Checkpoints, RetentionSettings
from bots.retention.tree import Tree
from bots.retention.verification import whole
from bridge.model import HomeserverName
from bridge.store import database
from bridge.store.database import Connection, Pool
from tests import postgres
from tests.bench import copied, durable, export, pilot, search
from tests.bench.search import percentile
from tests.bench.taking_in import MASTER
from tests.keyrings import keyring_of

PROCESSES, CONNECTIONS = 2, 4
PROOFS = 500


async def run(messages: int, exported: int) -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            postgres.running(Path(folder) / "data", durable=True) as cluster,
            cluster.migrated() as name,
            database.opened(cluster.url(name), CONNECTIONS) as pool,
        ):
            figures = await _measured(pool, cluster.url(name), Path(folder), messages)
    if exported:
        figures |= {f"export_{name}": value for name, value in (await export.measured(exported)).items()}
    for what, value in figures.items():
        print(f"{what.replace('_', ' '):<60} {value:14.3f}")
    return figures


async def _measured(pool: Pool, url: str, folder: Path, messages: int) -> dict[str, float]:
    async with pilot.running(pool, url, PROCESSES) as at_work:
        await at_work.take_in(messages)
        figures = {
            "messages": at_work.messages,
            "ingest_per_s": at_work.messages / at_work.seconds,
            **{f"{who}_core_us_each": busy / at_work.messages * 1e6 for who, busy in at_work.busy.items()},
            **await durable.measured(pool, MASTER),
        }
    await pool.execute("vacuum analyze")
    figures |= await _sizes(pool, at_work.messages)
    figures |= await search.measured(pool, keyring_of(MASTER))
    async with pool.acquire() as connection:
        figures |= await _verified(connection, folder)
        figures |= await _proved(connection)
    copying = await copied.per_second(pool, folder)
    return {**figures, "copy_per_s": copying, "ingest_ratio": figures["ingest_per_s"] / copying}


async def _sizes(pool: Pool, messages: int) -> dict[str, float]:
    """Bytes in the database for each message."""
    of = (
        "select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c"
        " where c.relkind = 'r' and c.relname ~ $1"
    )
    names = {"search_row": "^search_row", "search_beginning": "^search_beginning", "record": "^record_", "journal":
             "^(journal_|seen$|event_key$)"}  # fmt: skip
    each = {f"{name}_bytes_each": await pool.fetchval(of, tables) / messages for name, tables in names.items()}
    return {**each, "bytes_each": sum(each.values())}


async def _verified(connection: Connection, folder: Path) -> dict[str, float]:
    """As `setu records verify` does it."""
    settings = RetentionSettings(checkpoints=Checkpoints(folder=folder / "checkpoints"))
    looked = 0

    def progress(more: int) -> None:
        nonlocal looked
        looked += more

    began = time.perf_counter()
    async with whole.opened(connection, settings, "nic.lab", None) as seen:
        faults = [fault async for fault in seen.all(progress)]
    assert not faults, faults
    return {"verify_per_s": looked / (time.perf_counter() - began)}


async def _proved(connection: Connection) -> dict[str, float]:
    """Proofs of leaves here and there, each by itself."""
    chance, seconds = random.Random(7), []
    for organisation, edge in (await log.frontiers(connection)).items():
        for _ in range(PROOFS // 17):
            began = time.perf_counter()
            tree = Tree(connection, HomeserverName(organisation))
            await tree.inclusion(chance.randrange(edge.size), edge.size)
            seconds.append(time.perf_counter() - began)
    return {"proof_p50_ms": percentile(seconds, 50) * 1000, "proof_p99_ms": percentile(seconds, 99) * 1000}
