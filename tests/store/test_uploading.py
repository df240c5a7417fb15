"""A file of ours reaches the homeserver once, encrypted, whatever is repeated, refused or gone on the way."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bridge.actions import LearnUploadLimit, Upload
from bridge.e2ee.file_lock import FileLock, Locking
from bridge.gateway.outcome import Dead, Done, Retry
from bridge.seal import MasterKey
from bridge.sealed_file import CHUNK
from bridge.store.database import Pool
from tests.store.upload_desk import BOT, Desk, desk

NAME = "export-1-ab"
DATA = b"The convoy leaves at five. " * 20_000
PLACE = "mxc://mha.lab/place1"


@pytest.fixture
async def mha(pool: Pool, master: MasterKey, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(pool, master, tmp_path / "media") as made:
        yield made


@pytest.fixture
async def lock(mha: Desk) -> FileLock:
    """The file waits, sealed, and is to be uploaded; how it is opened then."""
    async with mha.folder.writing() as draft:
        await draft.write(DATA)
        written = await draft.finish()
        await draft.keep(NAME)
    locking = Locking.new()
    locking.add(DATA)
    lock = locking.lock()
    await mha.order(Upload(BOT, NAME, len(DATA), written.key.hex(), lock.key.hex(), lock.counter.hex()))
    return lock


def file(mha: Desk) -> Path:
    return mha.path / "ex" / NAME


async def test_it_is_uploaded_encrypted_as_was_said_before(mha: Desk, lock: FileLock) -> None:
    assert await mha.attempts() == Done(PLACE)
    [uploaded] = mha.counter.files.values()
    assert b"convoy" not in uploaded and lock.opened(uploaded) == DATA
    assert mha.counter.lengths == {"place1": str(len(DATA))}


async def test_neither_its_keys_nor_its_name_stand_in_the_outbox(mha: Desk, lock: FileLock, pool: Pool) -> None:
    rows = str([dict(row) for row in await pool.fetch("table outbox")])
    assert lock.key.hex() not in rows and NAME not in rows
    assert lock.key.hex() not in repr((await mha.next()).action)


async def test_who_is_killed_after_it_arrived_uploads_nothing_twice(mha: Desk, lock: FileLock) -> None:
    mha.counter.forgets = True
    assert isinstance(await mha.attempts(), Retry)
    assert await mha.attempts() == Done(PLACE)
    assert mha.counter.places == 1 and lock.opened(mha.counter.files["place1"]) == DATA


async def test_a_place_that_waited_too_long_is_reserved_anew(mha: Desk, lock: FileLock) -> None:
    mha.counter.refusals = [(502, {}), (404, {"errcode": "M_NOT_FOUND"})]
    assert isinstance(await mha.attempts(), Retry)
    assert isinstance(await mha.attempts(), Retry)
    assert await mha.attempts() == Done("mxc://mha.lab/place2")
    assert lock.opened(mha.counter.files["place2"]) == DATA


async def test_a_file_that_is_larger_than_the_homeserver_takes_is_not_begun(mha: Desk, lock: FileLock) -> None:
    mha.counter.limit = len(DATA) - 1
    outcome = await mha.attempts()
    assert isinstance(outcome, Dead) and f"takes at most {len(DATA) - 1} bytes" in outcome.reason
    assert mha.counter.places == 0


@pytest.mark.parametrize("said", [{"errcode": "M_TOO_LARGE"}, {}], ids=["homeserver", "proxy"])
async def test_a_file_that_is_refused_as_too_large_is_dead_whoever_refuses_it(
    mha: Desk, lock: FileLock, said: dict[str, str]
) -> None:
    mha.counter.refusals = [(413, said)]
    outcome = await mha.attempts()
    assert isinstance(outcome, Dead) and "M_TOO_LARGE" in outcome.reason


async def test_what_is_refused_for_good_is_dead_and_goes_when_it_is_tried_again(mha: Desk, lock: FileLock) -> None:
    mha.counter.refusals = [(403, {"errcode": "M_FORBIDDEN"})]
    assert isinstance(await mha.attempts(), Dead)
    assert await mha.attempts() == Done(PLACE)


async def test_what_passes_is_waited_for(mha: Desk, lock: FileLock) -> None:
    mha.counter.refusals = [(429, {"errcode": "M_LIMIT_EXCEEDED"}), (500, {"errcode": "M_UNKNOWN"})]
    assert isinstance(await mha.attempts(), Retry) and isinstance(await mha.attempts(), Retry)
    assert await mha.attempts() == Done(PLACE)


async def test_a_file_that_is_gone_is_dead(mha: Desk, lock: FileLock) -> None:
    file(mha).unlink()
    outcome = await mha.attempts()
    assert isinstance(outcome, Dead) and "no longer in media.folder" in outcome.reason and mha.counter.places == 0
    assert isinstance(await mha.attempts(folder=False), Dead)


@pytest.mark.parametrize("at", [100, 3 * CHUNK, -5])
async def test_a_file_that_was_changed_is_never_uploaded_whole(mha: Desk, lock: FileLock, at: int) -> None:
    data = bytearray(file(mha).read_bytes())
    data[at] ^= 1
    file(mha).chmod(0o600)
    file(mha).write_bytes(data)
    outcome = await mha.attempts()
    assert isinstance(outcome, Dead) and "cannot be read in media.folder" in outcome.reason
    assert mha.counter.files == {}


@pytest.mark.parametrize(("limit", "told"), [(50 << 20, str(50 << 20)), (None, "")])
async def test_how_large_a_file_may_be_is_learned(mha: Desk, limit: int | None, told: str) -> None:
    mha.counter.limit = limit
    await mha.order(LearnUploadLimit(BOT))
    assert await mha.attempts() == Done(told)
