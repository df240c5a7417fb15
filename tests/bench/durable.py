"""How long a single message takes from its coming until its leaf is on disk, while little is said: Setu's processes are
at work beside, and hear of it as of all else.
"""

import asyncio
import time

from bridge.model import Event, RoomRef
from bridge.seal import MasterKey
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from tests.bench.pilot import looked
from tests.bench.search import percentile
from tests.bench.town import Town
from tests.keyrings import keyring_of

MESSAGES, PAUSE = 200, 0.05
LOOK = 0.0005


async def measured(pool: Pool, master: MasterKey) -> dict[str, float]:
    """Of so many messages, one after the other."""
    journal, town = Journal(pool, keyring_of(master)), Town(first=10**9)
    on_record, on_disk = [], []
    for [(homeserver, [raw])] in [town.transactions(1) for _ in range(MESSAGES)]:
        event = Event.read(raw)
        began = time.perf_counter()
        await journal.append(homeserver, [Arrival(event, "push")])
        ref = await _room(pool, journal, homeserver, str(event.room_id))
        await _recorded(pool, ref)
        on_record.append(time.perf_counter() - began)
        await _flushed(pool)
        on_disk.append(time.perf_counter() - began)
        await asyncio.sleep(PAUSE)
    return {
        "leaf_p50_ms": percentile(on_record, 50) * 1000, "leaf_p99_ms": percentile(on_record, 99) * 1000,
        "durable_leaf_p50_ms": percentile(on_disk, 50) * 1000, "durable_leaf_p99_ms": percentile(on_disk, 99) * 1000,
    }  # fmt: skip


async def _room(pool: Pool, journal: Journal, homeserver: str, room_id: str) -> RoomRef:
    return RoomRef(
        await pool.fetchval("select id from room where homeserver = $1 and room_id = $2", homeserver, room_id)
    )


async def _recorded(pool: Pool, ref: RoomRef) -> None:
    """The record has all that the journal has of the room."""
    all_of_it = "select h.last_pos = r.head from record_head h join room r on r.id = h.room where r.id = $1"
    await looked(lambda: pool.fetchval(all_of_it, ref), LOOK)


async def _flushed(pool: Pool) -> None:
    """What has been written by now is on disk."""
    written = await pool.fetchval("select pg_current_wal_insert_lsn()::text")
    on_disk = "select pg_current_wal_flush_lsn() >= $1::text::pg_lsn"
    await looked(lambda: pool.fetchval(on_disk, written), LOOK)
