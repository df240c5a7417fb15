"""Whatever a homeserver sends is journalled byte for byte and can be read back, however strange it is."""

import json

import pytest

from bridge import slices
from bridge.model import Entry, Event, HomeserverName, Room
from bridge.seal import CannotOpen
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from tests.people import CELL, MHA, message, pushed

KNOWN = b'"event_id":"$1","room_id":"!cell:mha.lab","sender":"@ravi:mha.lab"'
STRANGE = {
    "spaces and the order of keys": b'{ "z" :1,\t"a" : 2, ' + KNOWN + b" }",
    "a key that comes twice": b"{" + KNOWN + b',"type":"a","type":"b"}',
    "U+0000 in its text": b"{" + KNOWN + b',"content":{"body":"a\\u0000b"}}',
    "U+0000 in its type": b"{" + KNOWN + b',"type":"a\\u0000b"}',
    "a lone surrogate": b"{" + KNOWN + b',"content":{"body":"\\ud800"}}',
    "a lone surrogate in its sender": b'{"event_id":"$1","room_id":"!cell:mha.lab","sender":"@\\udfff:x"}',
    "ten thousand levels": b"{" + KNOWN + b',"content":' + b"[" * 10_000 + b"]" * 10_000 + b"}",
    "an integer of ten thousand digits": b"{" + KNOWN + b',"origin_server_ts":' + b"9" * 10_000 + b"}",
    "an integer beyond sixty-four bits": b"{" + KNOWN + b',"origin_server_ts":99999999999999999999}',
    "a number beyond every float": b"{" + KNOWN + b',"origin_server_ts":1e999}',
    "the year before the first": b"{" + KNOWN + b',"origin_server_ts":-62135596800001}',
    "the last second that a time can name": b"{" + KNOWN + b',"origin_server_ts":253402300799999}',
    "64 KiB": b"{" + KNOWN + b',"content":{"body":"' + b"x" * 65_536 + b'"}}',
    "a content that is a list": b"{" + KNOWN + b',"content":[1]}',
    "a membership that is an object": b"{" + KNOWN + b',"type":"m.room.member","content":{"membership":{}}}',
    "Devanagari": b"{" + KNOWN + ',"content":{"body":"नमस्ते \u200d"}}'.encode(),
    "no id": b'{"room_id":"!cell:mha.lab"}',
    "no room": b'{"event_id":"$1"}',
    "an id of ours": b'{"event_id":"mac:00","room_id":"!cell:mha.lab"}',
    "an id of 300 bytes": b'{"event_id":"' + b"$" * 300 + b'","room_id":"!cell:mha.lab"}',
    "a number": b"1",
    "nothing": b"null",
    "a text": b'"$1"',
    "a list": b"[[]]",
}


async def read(journal: Journal, pool: Pool, homeserver: HomeserverName = MHA) -> list[Entry]:
    """Every entry of a homeserver, opened."""
    found: list[Entry] = []
    async with pool.acquire() as connection:
        for row in await connection.fetch("select * from room where homeserver = $1 order by id", homeserver):
            room = Room(row["id"], homeserver, row["room_id"])
            found += await journal.read(connection, room, 0, row["head"])
    return found


@pytest.mark.parametrize("raw", STRANGE.values(), ids=STRANGE.keys())
async def test_an_event_is_read_back_as_it_came(journal: Journal, pool: Pool, raw: bytes) -> None:
    (event,) = slices.events(b'{"events":[' + raw + b"]}", "events")
    assert await journal.append(MHA, [Arrival(event, "push")]) == 1
    assert await journal.append(MHA, [Arrival(event, "push")]) == 0
    (entry,) = await read(journal, pool)
    assert entry.event.raw == raw
    assert (entry.event.id, entry.event.room_id, entry.event.type) == (event.id, event.room_id, event.type)


async def test_a_transaction_with_every_strange_event_is_kept_whole(journal: Journal, pool: Pool) -> None:
    events = slices.events(b'{"events":[' + b",".join(STRANGE.values()) + b"]}", "events")
    await journal.append(MHA, pushed(*events))
    kept = {entry.event.raw for entry in await read(journal, pool)}
    named_once = {event.id or event.raw: event.raw for event in reversed(events) if event.room_id == CELL}
    assert kept >= set(named_once.values())
    assert {b"1", b"null", b'"$1"', b"[[]]", STRANGE["no room"]} <= kept


async def test_bytes_that_are_no_json_are_kept_too(journal: Journal, pool: Pool) -> None:
    await journal.append(MHA, [Arrival(Event(b"\xff\x00{", {}), "gap", gap="it was no JSON")])
    (entry,) = await read(journal, pool)
    assert entry.event.raw == b"\xff\x00{"
    assert await pool.fetchval("select reason from gap") == "it was no JSON"


async def test_what_a_person_wrote_stands_in_no_column_in_clear(journal: Journal, pool: Pool) -> None:
    await journal.append(MHA, pushed(message("$1", "the minister arrives at nine")))
    rows = [
        dict(row) for table in ("journal", "seen", "room", "event_key") for row in await pool.fetch(f"table {table}")
    ]
    assert "minister" not in json.dumps(rows, default=repr)


async def test_a_membership_that_is_no_membership_is_content_and_stays_sealed(journal: Journal, pool: Pool) -> None:
    raw = b"{" + KNOWN + b',"type":"m.room.member","state_key":"@x:y","content":{"membership":"meet at nine"}}'
    await journal.append(MHA, pushed(Event.read(raw)))
    assert await pool.fetchval("select membership from journal") is None


async def test_an_entry_moved_to_another_place_does_not_open(journal: Journal, pool: Pool) -> None:
    await journal.append(MHA, pushed(message("$1"), message("$2")))
    await pool.execute(
        "update journal j set sealed = o.sealed from journal o where o.room = j.room and o.pos = 3 - j.pos"
    )
    await pool.execute(
        "update event_key k set wrapped = o.wrapped from event_key o where o.room = k.room and o.pos = 3 - k.pos"
    )
    for entry in await read(journal, pool):
        with pytest.raises(CannotOpen):
            entry.unseal()


@pytest.mark.parametrize("column", ["journal.sealed", "event_key.wrapped", "kek.wrapped"])
async def test_one_flipped_bit_is_noticed(
    journal: Journal, pool: Pool, journal_of_another: Journal, column: str
) -> None:
    await journal.append(MHA, pushed(message("$1")))
    table, name = column.split(".")
    await pool.execute(f"update {table} set {name} = set_bit({name}, 130, 1 - get_bit({name}, 130))")
    with pytest.raises(CannotOpen):
        (await read(journal_of_another, pool))[0].unseal()


async def test_an_entry_whose_wrapped_key_was_destroyed_is_there_and_does_not_open(
    journal: Journal, pool: Pool
) -> None:
    await journal.append(MHA, pushed(message("$1"), message("$2")))
    await pool.execute("delete from event_key where pos = 1")
    first, second = await read(journal, pool)
    with pytest.raises(CannotOpen):
        first.unseal()
    assert second.unseal()


async def test_an_entry_whose_key_was_destroyed_does_not_open(
    journal: Journal, pool: Pool, journal_of_another: Journal
) -> None:
    await journal.append(MHA, pushed(message("$1")))
    await pool.execute("alter table event_key drop constraint event_key_kek_fkey")
    await pool.execute("delete from kek")
    with pytest.raises(CannotOpen):
        (await read(journal_of_another, pool))[0].unseal()
