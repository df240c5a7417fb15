"""`python -m tests.bench decryption`: how many encrypted entries of the journal followers read in a second, with all
that belongs to it (the keys found, each message read and its clear text sealed and written down), beside libolm alone.
"""

import json
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from bridge.e2ee import megolm
from bridge.e2ee.libolm import InboundGroup, OutboundGroup
from bridge.model import Event, HomeserverName, Room, UserId
from bridge.reading import Reader
from bridge.seal import KEY_BYTES, MasterKey
from bridge.store import database, inbound_sessions
from bridge.store.database import Pool
from bridge.store.inbound_sessions import InboundSession
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import NO_ROOM, Keyring
from tests import postgres
from tests.keyrings import keyring_of

ROOMS, SESSIONS, EACH, BATCH = 5, 10, 100, 25
"""Rooms, sessions in each, messages in each of those, and entries that a follower takes in one step."""
MHA = HomeserverName("mha.lab")
RAVI = UserId("@ravi.kumar:mha.lab")


async def run() -> Mapping[str, float]:
    """Measures, prints the table, and gives the figures."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            postgres.running(Path(folder) / "data") as cluster,
            cluster.migrated() as name,
            database.opened(cluster.url(name), 4) as pool,
        ):
            figures = await _measure(pool)
    for what, value in figures.items():
        print(f"{what.replace('_', ' '):<45} {value:10.2f}")
    return figures


async def _measure(pool: Pool) -> dict[str, float]:
    keyring = keyring_of(MasterKey(bytes(range(KEY_BYTES))))
    journal = Journal(pool, keyring)
    made = [await _room(pool, keyring, journal, n) for n in range(ROOMS)]
    reader, number = Reader(journal, keyring), ROOMS * SESSIONS * EACH
    began = time.perf_counter()
    for room, _ in made:
        await _read(pool, reader, room)
    read = number / (time.perf_counter() - began)
    pairs = [pair for _, some in made for pair in some]
    began = time.perf_counter()
    for group, ciphertexts in pairs:
        for ciphertext in ciphertexts:
            group.decrypt(ciphertext)
    alone = number / (time.perf_counter() - began)
    return {"decrypted_per_second": read, "libolm_alone_per_second": alone, "decryption_ratio": read / alone}


async def _room(
    pool: Pool, keyring: Keyring, journal: Journal, number: int
) -> tuple[Room, list[tuple[InboundGroup, list[str]]]]:
    """A room whose messages are journalled and whose keys are here."""
    room_id, pairs, events = f"!secret-{number}:mha.lab", [], []
    for _ in range(SESSIONS):
        group = OutboundGroup.new()
        inbound = InboundGroup.of_key(group.key)
        async with pool.acquire() as connection:
            kek = await keyring.current(connection, NO_ROOM)
            own = InboundSession(room_id, group.id, "key", RAVI, False, inbound.first_index, inbound.pickled())
            await inbound_sessions.put(connection, kek, MHA, own)
        contents = [
            megolm.encrypt(group, "key", "DEVICE", room_id, "m.room.message", {"msgtype": "m.text", "body": f"no {n}"})
            for n in range(EACH)
        ]
        pairs.append((inbound, [content["ciphertext"] for content in contents]))
        events += [_event(room_id, f"${number}-{group.id}-{n}", content) for n, content in enumerate(contents)]
    for n in range(0, len(events), 100):
        await journal.append(MHA, [Arrival(event, "push") for event in events[n : n + 100]])
    async with pool.acquire() as connection:
        ref = (await journal.rooms(connection, MHA, [room_id]))[room_id]
    return Room(ref, MHA, room_id), pairs


def _event(room_id: str, event_id: str, content: Mapping[str, object]) -> Event:
    fields = {
        "type": "m.room.encrypted", "room_id": room_id, "event_id": event_id, "sender": RAVI, "content": content,
        "origin_server_ts": 1,
    }  # fmt: skip
    return Event.read(json.dumps(fields).encode())


async def _read(pool: Pool, reader: Reader, room: Room) -> None:
    for after in range(0, SESSIONS * EACH, BATCH):
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("set local synchronous_commit to off")  # as followers do
            reading = await reader.read(connection, room, after, after + BATCH)
        assert all(entry.event.type == "m.room.message" for entry in reading.entries) and len(reading.entries) == BATCH
