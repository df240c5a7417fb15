"""What is said in passing: the newest counts, too much is let go, and nothing of it stops anything."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from hypothesis import given

from bridge.model import UserId
from bridge.relay import MOST_WAITING, STABLE, UNSTABLE, Read, Relay, Typing, Whisper
from tests.deadline import as_answer, until
from tests.json_values import JSON
from tests.people import CELL, MHA, RAVI

MEERA = "@meera:mha.lab"


def transaction(*said: Any, key: str = STABLE) -> bytes:
    return json.dumps({"events": [], key: said}).encode()


def typing(*people: str, room: str = CELL) -> dict[str, Any]:
    return {"type": "m.typing", "room_id": room, "content": {"user_ids": people}}


def receipt(event_id: str, person: str = RAVI, kind: str = "m.read", **facts: Any) -> dict[str, Any]:
    content = {event_id: {kind: {person: {"ts": 1, **facts}}}}
    return {"type": "m.receipt", "room_id": CELL, "content": content}


def types(person: str = RAVI, now: bool = True) -> Typing:
    return Typing(MHA, CELL, UserId(person), now)


def has_read(event_id: str) -> Read:
    return Read(MHA, CELL, UserId(RAVI), event_id)


@asynccontextmanager
async def carrying(relay: Relay, carry: Callable[[Whisper], Awaitable[None]]) -> AsyncIterator[None]:
    task = asyncio.create_task(relay.run(carry))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def heard(*bodies: bytes, sooner: Sequence[Exception] = ()) -> list[Whisper]:
    """What is carried of these transactions, which all came before anything was; the first tries fail so."""
    relay, carried, failures = Relay(), list[Whisper](), list(sooner)
    for body in (*bodies, transaction(typing("@last:mha.lab", room="!last:mha.lab"))):
        relay.hear(MHA, body)

    async def carry(whisper: Whisper) -> None:
        carried.append(whisper)
        if failures:
            raise failures.pop(0)

    async with carrying(relay, carry):
        await until(lambda: as_answer(bool(carried) and carried[-1].room_id == "!last:mha.lab"))
    return carried[:-1]


async def test_who_begins_and_who_ends_is_told_once() -> None:
    first, second = transaction(typing(RAVI)), transaction(typing(RAVI, MEERA))
    assert await heard(first, second) == [types(), types(MEERA)]


async def test_the_newest_of_a_person_replaces_what_waits() -> None:
    assert await heard(transaction(typing(RAVI)), transaction(typing())) == [types(now=False)]
    assert await heard(transaction(receipt("$1")), transaction(receipt("$2"))) == [has_read("$2")]


async def test_both_names_are_understood_and_the_same_is_heard_once() -> None:
    both = json.dumps({"events": [], STABLE: [receipt("$1")], UNSTABLE: [receipt("$1")]}).encode()
    assert await heard(both) == [has_read("$1")] == await heard(transaction(receipt("$1"), key=UNSTABLE))


async def test_what_is_read_privately_or_in_one_thread_stays_here() -> None:
    private = transaction(receipt("$1", kind="m.read.private"), receipt("$2", thread_id="$thread"))
    assert await heard(private) == []
    assert await heard(transaction(receipt("$3", thread_id="main"))) == [has_read("$3")]


async def test_what_fails_is_let_go_and_the_rest_is_carried() -> None:
    failures = [OSError("away"), RuntimeError("broken")]
    assert await heard(transaction(typing(RAVI, MEERA)), sooner=failures) == [types(MEERA), types()]


async def test_too_much_is_let_go() -> None:
    many = [receipt("$1", f"@{number}:mha.lab") for number in range(MOST_WAITING + 50)]
    relay, carried = Relay(), list[Whisper]()
    relay.hear(MHA, transaction(*many))

    async def carry(whisper: Whisper) -> None:
        carried.append(whisper)

    async with carrying(relay, carry):
        await until(lambda: as_answer(len(carried) >= MOST_WAITING))
    assert len(carried) == MOST_WAITING


@pytest.mark.parametrize("body", [b"", b"nothing", b"[]", b'{"ephemeral": 7}', b'{"ephemeral": [', b"\xff"])
async def test_what_is_no_transaction_is_nothing(body: bytes) -> None:
    assert await heard(body) == await heard()


@given(JSON, JSON)
def test_nothing_that_hurts_is_an_error(content: Any, people: Any) -> None:
    relay = Relay()
    for kind in ("m.typing", "m.receipt"):
        said = {"type": kind, "room_id": CELL, "content": content}
        relay.hear(MHA, transaction(said, {**said, "content": {"user_ids": people, "$1": {"m.read": people}}}, content))
