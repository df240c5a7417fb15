"""Log lines carry ids and places, never what a person wrote, also when something fails while it is in hand."""

import asyncio
import gc
import io
import logging
import sys
from collections.abc import Iterator

import pytest

from bridge import logs
from bridge.work import kind

SECRET = "the minister lands at nine"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """What is logged, at the level that logs most."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers = []  # set_up closes those that it finds
    logs.set_up("debug")
    yield stream
    root.handlers[:], root.level = before, level


def fail(text: str) -> None:
    raise ValueError(f"cannot read {text}")


def test_an_exception_is_told_by_its_kind_and_place_alone(written: io.StringIO) -> None:
    try:
        fail(SECRET)
    except ValueError:
        logging.getLogger("bridge.somewhere").exception("room 7 failed")
    said = written.getvalue()
    assert "room 7 failed" in said and "ValueError" in said and "in fail" in said
    assert SECRET not in said and "raise" not in said


def test_a_chain_of_exceptions_is_not_told(written: io.StringIO) -> None:
    try:
        try:
            fail(SECRET)
        except ValueError as error:
            raise LookupError(SECRET) from error
    except LookupError:
        logging.getLogger("bridge.somewhere").error("room 7 failed", exc_info=True)
    assert "LookupError" in written.getvalue() and SECRET not in written.getvalue()


async def test_a_task_that_failed_and_was_forgotten_is_not_quoted(written: io.StringIO) -> None:
    async def read() -> None:
        fail(SECRET)

    task = asyncio.create_task(read())
    await asyncio.wait([task])
    del task
    gc.collect()
    assert "Task exception was never retrieved" in written.getvalue()
    assert SECRET not in written.getvalue()


async def test_a_callback_that_failed_is_not_quoted(written: io.StringIO) -> None:
    called = asyncio.Event()

    def call() -> None:
        called.set()
        fail(SECRET)

    asyncio.get_running_loop().call_soon(call)
    await called.wait()
    await asyncio.sleep(0)
    assert "Exception in callback" in written.getvalue()
    assert SECRET not in written.getvalue()


def test_what_libraries_say_in_detail_is_muted(written: io.StringIO) -> None:
    for library in ("mau.http", "aiohttp.access", "asyncpg.pool", "asyncio"):
        logging.getLogger(library).info(SECRET)
    assert written.getvalue() == ""


def test_an_error_is_named_without_its_text() -> None:
    with pytest.raises(ValueError) as raised:
        fail(SECRET)
    assert kind(raised.value) == "ValueError"
