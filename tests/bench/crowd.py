"""`python -m tests.bench crowd`: five thousand people join one room at once. How long until it is known of each whether
they have said who they are, with all followers at work; what the letters to those who have not cost Setu, beside a
homeserver that takes them at once; how often anybody is told; how much memory it took.
"""

import asyncio
import json
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from bots.identity.clock import Clock
from bots.identity.follower import Identity
from bridge.follower import Follower, Ground, Loop
from bridge.model import Event
from bridge.reading import Reader
from bridge.seal import KEY_BYTES, MasterKey
from bridge.store import bookmarks, database
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from tests import postgres
from tests.keyrings import keyring_of
from tests.people import CELL, MHA
from tests.store import bureau as bureaus
from tests.store.bureau import Bureau, person
from tests.store.chat import HALL

PEOPLE = 5_000
KNOWN = 100
"""Of them, so many stand in the roster."""
AT_ONCE = 100
"""Events in a transaction (Synapse's most)."""
PATIENCE = 300.0


async def run() -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            postgres.running(Path(folder) / "data") as cluster,
            cluster.migrated() as name,
            database.opened(cluster.url(name), 10) as pool,
        ):
            figures = await _measure(pool)
    for what, value in figures.items():
        print(f"{what.replace('_', ' '):<45} {value:10.2f}")
    return figures


async def _measure(pool: Pool) -> dict[str, float]:
    bureau = await _bureau(pool)
    await _judged(bureau, 0, 1)  # the first of all brings in what is imported late
    before, memory = time.perf_counter(), _memory()
    judging = await _judged(bureau, 1, PEOPLE)
    grown = _memory() - memory
    letters, most = await _letters(bureau)
    return {
        "people": PEOPLE,
        "judged_seconds": judging,
        "judged_per_second": (PEOPLE - 1) / judging,
        "letters_seconds": letters,
        "most_letters_to_one_person": most,
        "memory_grown_mb": grown,
        "memory_grown_with_letters_mb": _memory() - memory,
        "whole_seconds": time.perf_counter() - before,
    }


async def _bureau(pool: Pool) -> Bureau:
    keyring = keyring_of(MasterKey(bytes(range(KEY_BYTES))))
    settings = {"rooms": [{"link": "cell", "enforce": "on"}]}
    roster = [*bureaus.ROSTER, *(person(_id(n), f"Official Number {n}", "Clerk") for n in range(KNOWN))]
    bureau = bureaus.bureau(pool, Journal(pool, keyring), keyring, settings, roster=roster)
    await bureaus.linked(bureau)
    await bureau.gives_power(CELL)
    await bureau.gives_power(HALL)
    await bureau.look()
    return bureau


def _id(number: int) -> str:
    return f"@person{number}:mha.lab"


def _joins(number: int) -> Event:
    fields = {
        "type": "m.room.member", "room_id": CELL, "event_id": f"$join{number}", "sender": _id(number),
        "state_key": _id(number), "origin_server_ts": 1,
        "content": {"membership": "join", "displayname": f"Person {number}"},
    }  # fmt: skip
    return Event.read(json.dumps(fields).encode())


async def _judged(bureau: Bureau, first: int, last: int) -> float:
    """Seconds from the first transaction on until each of these people is known or on the ladder."""
    bureau.house.mirror.after = (Identity.name, "commands")
    followers: Sequence[Follower] = (bureau.commands, Identity(bureau.desk), bureau.house.mirror)
    reader = Reader(bureau.journal, bureau.keyring)
    ground = Ground(bureau.pool, reader, bureau.keyring, 25, 0.05, frozenset({Identity.name, "commands"}))
    began = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        working = [group.create_task(Loop(follower, ground).run(3)) for follower in followers]
        for start in range(first, last, AT_ONCE):
            joins = [Arrival(_joins(number), "push") for number in range(start, min(start + AT_ONCE, last))]
            await bureau.journal.append(MHA, joins)
        async with asyncio.timeout(PATIENCE):
            while await _behind(bureau, followers):  # noqa: ASYNC110, bookmarks tell nobody
                await asyncio.sleep(0.02)
            async with bureau.pool.acquire() as connection:
                await Clock(bureau.desk).look(connection)
        for task in working:
            task.cancel()
    seconds = time.perf_counter() - began
    found = await bureau.pool.fetchval("select count(*) from identity_ladder")
    assert found == max(0, last - KNOWN), f"{found} people stand on the ladder"
    return seconds


async def _behind(bureau: Bureau, followers: Sequence[Follower]) -> bool:
    async with bureau.pool.acquire() as connection:
        return any([await bookmarks.waiting(connection, one.name, one.after) for one in followers])


async def _letters(bureau: Bureau) -> tuple[float, float]:
    """Seconds until everybody is told, the homeserver taking each letter at once; the most that anybody was told."""
    clock, began = Clock(bureau.desk), time.perf_counter()
    private = "state = 'waiting' and lane in (select endpoint from private_chat)"
    async with asyncio.timeout(PATIENCE):
        while await bureau.pool.fetchval("select count(*) from identity_ladder where done = 0 and state = 'open'"):
            async with bureau.pool.acquire() as connection:
                await clock.look(connection)
                await connection.execute(f"update outbox set state = 'done', sealed = null where {private}")
    seconds = time.perf_counter() - began
    most = await bureau.pool.fetchval(
        "select max(n) from (select count(*) as n from outbox o join private_chat p on p.endpoint = o.lane"
        " where o.kind = 'Send' group by p.person) each"
    )
    return seconds, float(most)


def _memory() -> float:
    """Resident megabytes of this process."""
    return float(psutil.Process().memory_info().rss) / 1e6
