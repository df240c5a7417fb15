"""`python -m tests.bench search`: messages of 6,600 people in 510 rooms of 17 organisations, taken into the journal,
recorded and made searchable as they are when Setu runs; then how long the first page of results takes, opened and with
what was said around them, in one room and in all. `--messages 2000000` is the whole pilot.
"""

import asyncio
import itertools
import json
import random
import statistics
import tempfile
import time
from bisect import bisect
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bots.retention.follower import Retention
from bots.retention.search.finding import PAGE, Finding
from bots.retention.search.hit import Hit
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.query import read
from bots.retention.search.rows import Rows, spoken
from bots.retention.search.tokens import Tokens
from bridge.model import Event, HomeserverName, RoomRef
from bridge.reading import Reader
from bridge.seal import KEY_BYTES, MasterKey
from bridge.store import bookmarks, database, links
from bridge.store.database import Connection, Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests import postgres
from tests.store.recorded import retention

ORGANISATIONS, ROOMS, PEOPLE, WORDS, BATCH = 17, 510, 6_600, 100_000, 200
QUERIES = 40
"""Of each kind."""
SYLLABLES = (
    ("ka", "ri", "ma", "no", "te", "lu", "sho", "va", "pi", "den", "tra", "gu", "il", "an", "or", "est", "ba", "chi"),
    ("क", "रि", "म", "नो", "टे", "लु", "शो", "वा", "पि", "दे", "त्र", "गु", "इल", "अन", "ओर", "ज़", "बा", "ची"),
)
STEEPNESS = 1.15
"""How much more often a word is said than those that are seldom said (Zipf): 40,000 different ones in 400,000."""
AT_ONCE = 20_000
"""Messages that are made before they are taken in, which alone is measured."""
WORKERS = 4
"""As Setu has them: while one waits for the database, another decides."""
ZONE = ZoneInfo("Asia/Kolkata")


async def run(messages: int) -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            postgres.running(Path(folder) / "data") as cluster,
            cluster.migrated() as name,
            database.opened(cluster.url(name), WORKERS) as pool,
        ):
            figures = await _measure(pool, messages)
    for what, value in figures.items():
        print(f"{what.replace('_', ' '):<60} {value:12.3f}")
    return figures


async def _measure(pool: Pool, messages: int) -> dict[str, float]:
    keyring = Keyring(MasterKey(bytes(range(KEY_BYTES))))
    town = Town(Journal(pool, keyring), keyring, random.Random(7))
    figures = await _take_in(pool, town, messages)
    await pool.execute("vacuum analyze")
    figures |= await _sizes(pool, messages)
    finding = Finding(town.journal, MonthKeys(keyring), read("x", ZONE))
    for where in ("room", "all"):
        seconds: list[float] = []
        for kind, queries in town.queries(where == "room").items():
            each = [await _first_page(pool, finding, query) for query in queries]
            figures[f"{where}_{kind}_p95_ms"] = _percentile(each, 95) * 1000
            seconds += each
        figures |= {
            f"{where}_p50_ms": _percentile(seconds, 50) * 1000,
            f"{where}_p95_ms": _percentile(seconds, 95) * 1000,
        }
        figures[f"{where}_max_ms"] = max(seconds) * 1000
    return figures


@dataclass
class Town:
    """Who writes what, where: few rooms and words make up most of it."""

    journal: Journal
    keyring: Keyring
    chance: random.Random
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.words = [self._word(n) for n in range(WORDS)]
        self._common = list(itertools.accumulate((n + 2.7) ** -STEEPNESS for n in range(WORDS)))
        self._busy = list(itertools.accumulate(1 / (n + 5) ** 0.8 for n in range(ROOMS)))

    def _word(self, number: int) -> str:
        some = self.chance.choice(SYLLABLES) if number % 3 == 0 else SYLLABLES[0]
        return "".join(self.chance.choices(some, k=1 + min(number // 20, 1) + min(number // 2_000, 2)))

    def room(self) -> tuple[HomeserverName, str]:
        number = bisect(self._busy, self.chance.random() * self._busy[-1])
        homeserver = HomeserverName(f"d{number % ORGANISATIONS}.example")
        return homeserver, f"!room{number}:{homeserver}"

    def said(self, words: int) -> str:
        picked = (bisect(self._common, self.chance.random() * self._common[-1]) for _ in range(words))
        return " ".join(self.words[number] for number in picked)

    def batch(self, homeserver: HomeserverName, room_id: str) -> "Batch":
        """What some people write in a room."""
        return Batch(homeserver, room_id, [Arrival(self._event(room_id, homeserver), "push") for _ in range(BATCH)])

    def _event(self, room_id: str, home: str) -> Event:
        number, words = next(self.numbers), 1 + int(self.chance.expovariate(1 / 9.5))
        content = {"msgtype": "m.text", "body": self.said(words)}
        fields = {
            "type": "m.room.message", "event_id": f"${number:043}", "room_id": room_id, "content": content,
            "sender": f"@person{int(self.chance.random() ** 2 * PEOPLE)}:{home}",
            "origin_server_ts": 1_700_000_000_000 + number * 500, "unsigned": {"age": 12},
        }  # fmt: skip
        return Event.read(json.dumps(fields).encode())

    def queries(self, in_one_room: bool) -> Mapping[str, Sequence[str]]:
        """What officers ask: words often and seldom said, several, phrases, beginnings, somebody's words."""

        def some(of: int) -> str:
            return self.words[int(self.chance.random() * of)]

        asked = {
            "common_word": [some(20) for _ in range(QUERIES)],
            "word": [some(2_000) for _ in range(QUERIES)],
            "rare_word": [some(WORDS) for _ in range(QUERIES)],
            "two_words": [f"{some(100)} {some(5_000)}" for _ in range(QUERIES)],
            "common_phrase": [f'"{some(20)} {some(20)}"' for _ in range(QUERIES)],
            "beginning": [f"{some(WORDS)[:5]}*" for _ in range(QUERIES)],
            "sender_and_word": [f"{some(100)} sender:@person{n}:d{n % 17}.example" for n in range(QUERIES)],
            "nothing": [f"unheard{n} {some(20)}" for n in range(QUERIES)],
        }  # fmt: skip
        return {kind: [f"{query} {self._one_room()}" if in_one_room else query for query in queries]
                for kind, queries in asked.items()}  # fmt: skip

    def _one_room(self) -> str:
        return f"room:{self.room()[1]}"


async def _take_in(pool: Pool, town: Town, messages: int) -> dict[str, float]:
    """In one process: into the journal, then by the retention bot as a follower."""
    intake = Intake(pool, town, retention(town.journal, Rows(town.journal, MonthKeys(town.keyring)), rooms=["*"]))
    for done in range(0, messages, AT_ONCE):
        await intake.take([town.batch(*town.room()) for _ in range(AT_ONCE // BATCH)])
        taken = intake.journalled + intake.recorded
        print(f"{done + AT_ONCE:,} taken in: {(done + AT_ONCE) / taken:,.0f} a second", flush=True)
    return {
        "messages": messages, "journal_per_s": messages / intake.journalled,
        "record_and_search_per_s": messages / intake.recorded, "all_per_s": messages / taken,
        "slowest_batch_ms": intake.slowest * 1000, "search_us_each": _search_alone(town) * 1e6,
    }  # fmt: skip


@dataclass
class Batch:
    """What some people write in a room."""

    homeserver: HomeserverName
    room_id: str
    arrivals: Sequence[Arrival]


@dataclass
class Intake:
    """Several workers, each room with one of them, and the seconds that they took."""

    pool: Pool
    town: Town
    retention: Retention
    journalled: float = 0.0
    recorded: float = 0.0
    slowest: float = 0.0

    async def take(self, batches: Sequence[Batch]) -> None:
        """Into the journal, then onto the record."""
        async with self.pool.acquire() as connection:
            for one in batches:
                await links.declare_endpoint(connection, one.homeserver, one.room_id)
        began = time.perf_counter()
        await self._by_all([partial(self._append, one) for one in batches])
        appended = time.perf_counter()
        rooms = dict.fromkeys((one.homeserver, one.room_id) for one in batches)
        await self._by_all([partial(self._record, *room) for room in rooms])
        self.journalled += appended - began
        self.recorded += time.perf_counter() - appended

    async def _by_all(self, works: Sequence[Callable[[], Awaitable[None]]]) -> None:
        waiting = list(works)

        async def worker() -> None:
            while waiting:
                await waiting.pop()()

        await asyncio.gather(*(worker() for _ in range(WORKERS)))

    async def _append(self, batch: Batch) -> None:
        await self.town.journal.append(batch.homeserver, batch.arrivals)

    async def _record(self, homeserver: HomeserverName, room_id: str) -> None:
        """As `bridge.follower.Loop` does it, batch after batch."""
        async with self.pool.acquire() as connection:
            ref = (await self.town.journal.rooms(connection, homeserver, [room_id]))[room_id]
            await self.town.keyring.current(connection, ref)
            while await self._step(connection, ref):
                pass

    async def _step(self, connection: Connection, ref: RoomRef) -> bool:
        began = time.perf_counter()
        async with connection.transaction():
            claim = await bookmarks.claim(connection, self.retention.name, (), ref)
            assert claim is not None, "each room has one worker"
            reader, up_to = Reader(self.town.journal, self.town.keyring), min(claim.up_to, claim.pos + BATCH)
            reading = await reader.read(connection, claim.room, claim.pos, up_to)
            await self.retention.step(connection, claim.room, reading.entries)
            await bookmarks.advance(connection, self.retention.name, ref, up_to)
        self.slowest = max(self.slowest, time.perf_counter() - began)
        return up_to < claim.up_to


def _search_alone(town: Town) -> float:
    """What the hashes of one message cost, without the database."""
    events = [arrival.event for _ in range(50) for arrival in town.batch(*town.room()).arrivals]
    tokens = Tokens(bytes(KEY_BYTES))
    for _ in range(2):
        began = time.perf_counter()
        for event in events:
            for words in spoken(event):
                tokens.sequence(words)
    return (time.perf_counter() - began) / len(events)


async def _sizes(pool: Pool, messages: int) -> dict[str, float]:
    """Bytes in the database for each message."""
    of = (
        "select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c"
        " where c.relkind = 'r' and c.relname ~ $1"
    )
    names = {"search_row": "^search_row", "search_beginning": "^search_beginning", "record": "^record_", "journal":
             "^(journal_|seen$|event_key$)"}  # fmt: skip
    return {f"{name}_bytes_each": await pool.fetchval(of, tables) / messages for name, tables in names.items()}


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


def _percentile(seconds: Sequence[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]
