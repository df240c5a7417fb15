"""What the antispam module of a homeserver asks, and what the person who writes is told."""

import asyncio
import json
import time
from statistics import median
from typing import Any

import asyncpg
import pytest

from bots.classification.engine import Engine
from bots.classification.gate import token
from bots.classification.gate.porter import NOT_JUDGED
from bridge.model import UserId
from bridge.saying import Saying
from bridge.store import links, tongues
from bridge.store.database import Pool
from tests import hostile
from tests.gate import door as doors
from tests.gate.conftest import Opened
from tests.gate.door import HANGS, SECRET, Door, Rooms, Told, said
from tests.people import CELL, MHA, NIC, RAVI
from tests.tongues import in_english, in_hindi

LINE = "SECRET\nThe convoy leaves at five."
FOUND = Saying.of("mark-refused-marking", level="SECRET", ceiling="RESTRICTED")
PASSES = Told(200, {})
MOST_MILLISECONDS = 20.0
"""Of half of all messages, on a machine that does other things too."""


def refused(text: str) -> Told:
    return Told(403, {"errcode": "M_FORBIDDEN", "error": text})


async def test_a_line_that_is_a_marking_is_refused_in_the_language_of_the_organisation(door: Door) -> None:
    assert await door.says(LINE) == refused(in_hindi(FOUND))


async def test_a_person_is_told_in_their_own_language(door: Door, pool: Pool) -> None:
    async with pool.acquire() as connection:
        await tongues.set_of_person(connection, UserId(RAVI), "en")
        assert await door.says(LINE) == refused(in_english(FOUND))
        await links.declare_endpoint(connection, MHA, CELL)
        assert await door.says(LINE) == refused(in_english(FOUND))


async def test_the_words_do_not_repeat_what_was_said(door: Door) -> None:
    assert "convoy" not in (await door.says(LINE)).error


@pytest.mark.parametrize(
    "body", ["Secret Santa is on Friday", "RESTRICTED\nOf no interest.", "Is this SECRET?", "hello"]
)
async def test_what_is_no_marking_or_not_above_the_ceiling_passes(door: Door, body: str) -> None:
    assert await door.says(body) == PASSES


async def test_an_edit_is_judged_as_a_whole(door: Door) -> None:
    for body, status in ((LINE, 403), ("hello", 200)):
        new = {"m.new_content": {"msgtype": "m.text", "body": body}, "m.relates_to": {"rel_type": "m.replace"}}
        edit = said("* hello")
        assert (await door.asks(MHA, {**edit, "content": {**edit["content"], **new}})).status == status


@pytest.mark.parametrize(
    "event",
    [
        {"type": "m.room.topic", "state_key": "", "content": {"topic": "SECRET"}},
        {"type": "m.room.name", "state_key": "", "content": {"name": "TOP SECRET"}},
        {"type": "m.room.redaction", "redacts": "$0", "content": {"redacts": "$0", "reason": "SECRET: wrong room"}},
        {"type": "m.reaction", "content": {"m.relates_to": {"rel_type": "m.annotation", "key": "SECRET"}}},
        {"type": "m.room.message", "content": {"msgtype": "m.file", "body": "SECRET_convoy.docx", "url": "mxc://a/b"}},
        {"type": "m.poll.start", "content": {"m.poll.start": {"question": {"m.text": [{"body": "SECRET: when?"}]}}}},
    ],
)  # fmt: skip
async def test_whatever_people_can_read_is_judged(door: Door, event: dict[str, Any]) -> None:
    assert (await door.asks(MHA, {**said(""), **event})).status == 403


async def test_data_is_refused_where_the_room_refuses_it(door: Door) -> None:
    told = await door.says(
        "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0Z3VS5JJcds3xfn\n-----END RSA PRIVATE KEY-----"
    )
    assert told.status == 403 and in_hindi(Saying.of("mark-refused-data", type="PRIVATE_KEY")) == told.error
    assert await door.says("aadhaar 5489 3012 7651") == PASSES  # the rule of this room names no data


async def test_ghosts_and_bots_pass_so_that_released_copies_do(door: Door) -> None:
    for sender in ("@_setu_ravi=40nic.lab:mha.lab", "@setu:mha.lab"):
        assert await door.says(LINE, sender=sender) == PASSES


async def test_what_federation_brings_passes_since_it_was_sent_already(door: Door) -> None:
    assert await door.says(LINE, sender="@asha:nic.lab") == PASSES
    assert await door.says(LINE, sender="@_setu_x:elsewhere.example") == PASSES


async def test_what_is_encrypted_passes_and_so_do_rooms_without_a_rule(door: Door) -> None:
    assert await door.asks(MHA, {**said(LINE), "type": "m.room.encrypted"}) == PASSES
    assert await door.says(LINE, room="!elsewhere:mha.lab") == PASSES
    assert (
        await door.asks(MHA, {**said("", "!no:mha.lab"), "type": "m.room.topic", "content": {"topic": "SECRET"}})
        == PASSES
    )


async def test_only_what_is_far_enough_above_is_refused(door: Door, engine: Engine, rooms: Rooms) -> None:
    rooms.rules[CELL] = doors.rule(engine, refuse_above=2)
    assert await door.says("CONFIDENTIAL\nOf some interest.") == PASSES
    assert (await door.says(LINE)).status == 403


async def test_a_room_that_only_simulates_refuses_nothing_and_tells_the_log(
    door: Door, engine: Engine, rooms: Rooms, caplog: pytest.LogCaptureFixture
) -> None:
    rooms.rules[CELL] = doors.rule(engine, mode="simulate")
    with caplog.at_level("INFO"):
        assert await door.says(LINE) == PASSES
    assert "would be refused" in caplog.text and "convoy" not in caplog.text


async def test_a_rule_is_asked_for_once_in_a_while(door: Door) -> None:
    for _ in range(5):
        await door.says("hello")
    assert door.rooms.asked == 1


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer wrong", f"Bearer {SECRET}", f"Basic {SECRET}"])
async def test_without_the_right_token_nothing_is_judged(door: Door, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization is not None else {}
    told = await door.post("/_setu/classification/antispam/check_event_for_spam", b"{}", headers)
    assert told.status == 401
    assert isinstance(told.content, str), "JSON would be a refusal that people read"
    assert door.rooms.asked == 0


def test_each_homeserver_has_a_token_of_its_own() -> None:
    assert token.of(SECRET, MHA) != token.of(SECRET, NIC)


UNREADABLE = [
    b"", b"not JSON", b"[]", b"{}", b'{"event": "x"}', b'{"event": {}}', b"\xff\xfe", b'{"event":' * 100_000,
    json.dumps({"event": {**said(""), "sender": 7}}).encode(), b"x" * ((1 << 20) + 1),
    json.dumps({"event": {**said(""), "room_id": "!\x00:mha.lab"}}).encode(),
    json.dumps({"event": {**said(""), "type": "\ud800"}}).encode(),
]  # fmt: skip


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
async def test_what_cannot_be_understood_passes_or_not_as_the_settings_say(opened: Opened, body: bytes) -> None:
    async with opened() as door:
        assert await door.asks_raw(body) == PASSES
    async with opened(when_away="closed") as door:
        assert await door.asks_raw(body) == refused(in_hindi(NOT_JUDGED))


async def test_what_nests_too_deep_to_be_read_is_not_taken_for_clean(opened: Opened) -> None:
    deep: Any = "SECRET"
    for _ in range(100):
        deep = {"a": deep}
    async with opened() as door:
        assert await door.says("hello", deep=deep) == PASSES
    async with opened(when_away="closed") as door:
        assert await door.says("hello", deep=deep) == refused(in_hindi(NOT_JUDGED))


async def test_while_the_database_is_away_it_is_as_the_settings_say(opened: Opened, rooms: Rooms) -> None:
    rooms.rules[CELL] = asyncpg.ConnectionDoesNotExistError("gone")
    async with opened() as door:
        assert await door.says("hello") == PASSES
        rooms.rules.clear()
    rooms.rules[CELL] = asyncpg.ConnectionDoesNotExistError("gone")
    async with opened(when_away="closed") as door:
        assert await door.says("hello") == refused(in_hindi(NOT_JUDGED))
        assert await door.says("hello", sender="@_setu_x:mha.lab") == PASSES


async def test_nobody_waits_long_for_a_database_that_does_not_answer(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bots.classification.gate.rules.PATIENCE_SECONDS", 0.05)
    async with asyncio.timeout(5), opened() as door:
        assert await door.says("hello", room=HANGS) == PASSES
    async with asyncio.timeout(5), opened(when_away="closed") as door:
        assert await door.says("hello", room=HANGS) == refused(in_hindi(NOT_JUDGED))


@pytest.mark.parametrize("shape", hostile.MESSAGES)
async def test_the_largest_hostile_message_is_answered(door: Door, shape: str) -> None:
    told = await door.says(hostile.MESSAGES[shape])
    assert told.status in (200, 403)


async def test_a_message_costs_little(door: Door) -> None:
    await door.says("hello")
    took = []
    for number in range(300):
        began = time.perf_counter()
        await door.says(f"The file on culvert {number} is with the section; please return it by noon.")
        took.append(1000 * (time.perf_counter() - began))
    print(f"a message costs {median(took):.2f} ms at p50, {sorted(took)[296]:.2f} ms at p99")
    assert median(took) < MOST_MILLISECONDS
