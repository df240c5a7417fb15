"""`python -m tests.bench export`: a room of 100,000 events, with edits, reactions, answers and deletions among them, is
handed over by `setu records export` in a process of its own: its seconds and its memory, for the lines with their
proofs alone and with pages, table and mail.
"""

import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from bridge.model import Event, HomeserverName
from bridge.reading import Reader
from bridge.seal import KEY_BYTES, MasterKey
from bridge.store import bookmarks, database, keyring, links
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from tests import postgres
from tests.bench.town import SYLLABLES
from tests.store import recorded

HOME, ROOM = HomeserverName("mha.lab"), "!busy:mha.lab"
PEOPLE, BATCH = 200, 500
FORMS = {"lines": "jsonl", "all": "jsonl,html,csv,eml"}


async def run(messages: int) -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    figures = await measured(messages)
    for what, value in figures.items():
        print(f"{what.replace('_', ' '):<40} {value:12.3f}")
    return figures


async def measured(messages: int) -> dict[str, float]:
    """The figures."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            postgres.running(Path(folder) / "data") as cluster,
            cluster.migrated() as name,
            database.opened(cluster.url(name), 4) as pool,
        ):
            await _recorded(pool, messages)
            await pool.execute("vacuum analyze")
            config = _installed(Path(folder), cluster.url(name))
            figures: dict[str, float] = {"events": messages}
            for form, formats in FORMS.items():
                figures |= await asyncio.to_thread(_exported, config, Path(folder) / form, form, formats)
    return figures


async def _recorded(pool: Pool, messages: int) -> None:
    """It was all said, and is on record."""
    async with pool.acquire() as connection:
        keys = await keyring.stand_on(connection, MasterKey(bytes(range(KEY_BYTES))))
        journal, events = Journal(pool, keys), _events(messages)
        await links.declare_endpoint(connection, HOME, ROOM)
        follower, reader = recorded.retention(journal, rooms=[ROOM]), Reader(journal, keys)
        while batch := [Arrival(event, "push") for event in islice(events, BATCH)]:
            await journal.append(HOME, batch)
            ref = (await journal.rooms(connection, HOME, [ROOM]))[ROOM]
            async with connection.transaction():
                claim = await bookmarks.claim(connection, follower.name, (), ref)
                assert claim is not None, "nobody else reads"
                reading = await reader.read(connection, claim.room, claim.pos, claim.up_to)
                await follower.step(connection, claim.room, reading.entries)
                await bookmarks.advance(connection, follower.name, ref, claim.up_to)


def _events(messages: int) -> Iterator[Event]:
    chance = random.Random(7)  # the same room each time
    words = ["".join(chance.choices(chance.choice(SYLLABLES), k=chance.randint(1, 4))) for _ in range(5_000)]
    for number in range(messages):
        said = " ".join(chance.choices(words, k=1 + int(chance.expovariate(1 / 9.5))))
        earlier = f"$event{max(0, number - chance.randint(1, 50)):038}"
        kind, content = _content(chance.random(), said, earlier)
        yield Event.read(json.dumps(
            {"type": kind, "event_id": f"$event{number:038}", "room_id": ROOM, "content": content,
             "sender": f"@person{int(chance.random() ** 2 * PEOPLE)}:{HOME}",
             "origin_server_ts": 1_700_000_000_000 + number * 60_000, "unsigned": {"age": 12},
             **({"redacts": earlier} if kind == "m.room.redaction" else {})}
        ).encode())  # fmt: skip


def _content(draw: float, said: str, earlier: str) -> tuple[str, dict[str, Any]]:
    text: dict[str, Any] = {"msgtype": "m.text", "body": said}
    if draw < 0.08:
        return "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": earlier, "key": "👍"}}
    if draw < 0.13:
        relation = {"rel_type": "m.replace", "event_id": earlier}
        return "m.room.message", {**text, "body": f"* {said}", "m.new_content": text, "m.relates_to": relation}
    if draw < 0.15:
        return "m.room.redaction", {"reason": said[:20]}
    if draw < 0.30:
        return "m.room.message", {**text, "m.relates_to": {"m.in_reply_to": {"event_id": earlier}}}
    if draw < 0.45:
        return "m.room.message", {**text, "format": "org.matrix.custom.html", "formatted_body": f"<b>{said}</b>"}
    return "m.room.message", text


def _installed(folder: Path, url: str) -> Path:
    (folder / "setu.url").write_text(url)
    (folder / "keys").mkdir()
    (folder / "keys" / "master.key").write_text("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n")
    (folder / "setu.yaml").write_text(
        "database: {url_file: setu.url}\n"
        "hub: {server_name: nic.lab, name: NIC, url: 'http://nic.lab', as_token_file: a, hs_token_file: b}\n"
        "departments: [{server_name: mha.lab, name: MHA, url: 'http://mha.lab', as_token_file: c, hs_token_file: d}]\n"
    )
    return folder / "setu.yaml"


def _exported(config: Path, to: Path, form: str, formats: str) -> dict[str, float]:
    """Seconds and megabytes of one export, verification among them, and of the verification alone."""
    given = ["records", "export", str(config), "--room", ROOM, "--purpose", "a measurement", "--format", formats]
    seconds, busy, most = _watched([sys.executable, "-m", "bridge", *given, "--output", str(to)])
    verified, _, _ = _watched([sys.executable, "-I", str(to / "verify.py"), str(to)])
    size = sum(path.stat().st_size for path in to.rglob("*") if path.is_file())
    return {
        f"{form}_s": seconds,
        f"{form}_core_s": busy,
        f"{form}_resident_mb": most,
        f"{form}_verify_s": verified,
        f"{form}_mb": size / 2**20,
    }


def _watched(command: list[str]) -> tuple[float, float, float]:
    """Seconds, seconds of a core, and the most megabytes resident."""
    began = time.perf_counter()
    pid = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(pid, 0)
    assert status == 0, f"{command} ended with {status}"
    return time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024
