"""Files that are kept are read as they were written, never stand in clear, and show every change."""

import asyncio
import errno
import hashlib
import os
import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bridge import disk, media_folder, sealed_file
from bridge.disk import DiskError
from bridge.media_draft import Draft, Written
from bridge.media_folder import DRAFTS, MediaFolder, MediaFolderError
from bridge.seal import CannotOpen
from bridge.sealed_file import CHUNK, HEAD_BYTES, SEALED_CHUNK

NAME = "ab12-cd"
LARGE = 32 * 2**20
SIZES = (0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7)


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return media_folder.opened(tmp_path / "media", "us", may_begin=True)


async def keeps(folder: MediaFolder, data: bytes, name: str = NAME, piece: int = 1000) -> Written:
    async with folder.writing() as draft:
        for at in range(0, len(data), piece):
            await draft.write(data[at : at + piece])
        written = await draft.finish()
        await draft.keep(name)
    return written


def lies(folder: MediaFolder, name: str = NAME) -> Path:
    return folder._place(name)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("piece", [1000, CHUNK, 5 * CHUNK])
async def test_a_file_is_read_as_it_was_written(folder: MediaFolder, size: int, piece: int) -> None:
    data = os.urandom(size)
    written = await keeps(folder, data, piece=piece)
    assert await folder.whole(NAME, written.key) == data
    assert (written.size, written.sealed_digest) == (size, disk_digest(lies(folder)))


def disk_digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


async def test_a_large_file_is_written_and_read_in_little_memory(folder: MediaFolder) -> None:
    piece = os.urandom(CHUNK)
    tracemalloc.start()
    async with folder.writing() as draft:
        for _ in range(LARGE // CHUNK):
            await draft.write(piece)
        written = await draft.finish()
        await draft.keep(NAME)
    size = sum([len(chunk) async for chunk in folder.read(NAME, written.key)])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert size == LARGE
    assert most < 16 * CHUNK


async def test_nothing_of_it_stands_in_clear_and_nobody_else_may_read_it(folder: MediaFolder) -> None:
    await keeps(folder, b"the convoy leaves at five " * 9000)
    assert b"convoy" not in lies(folder).read_bytes()
    assert lies(folder).stat().st_mode & 0o077 == 0


Harm = Callable[[bytes], bytes]
HARMS: dict[str, Harm] = {
    "the end is cut off": lambda data: data[:-1],
    "the last chunk is cut off": lambda data: data[: HEAD_BYTES + 3 * SEALED_CHUNK],
    "all but the head is cut off": lambda data: data[:HEAD_BYTES],
    "half of the head is cut off": lambda data: data[: HEAD_BYTES - 3],
    "all is cut off": lambda data: b"",
    "something is added": lambda data: data + b"x",
    "a chunk is added": lambda data: data + data[-SEALED_CHUNK:],
    "two chunks change places": lambda data: (
        data[:HEAD_BYTES]
        + data[HEAD_BYTES + SEALED_CHUNK : HEAD_BYTES + 2 * SEALED_CHUNK]
        + data[HEAD_BYTES : HEAD_BYTES + SEALED_CHUNK]
        + data[HEAD_BYTES + 2 * SEALED_CHUNK :]
    ),
    "a chunk stands twice": lambda data: data[: HEAD_BYTES + SEALED_CHUNK] + data[HEAD_BYTES:],
    "the first chunk is missing": lambda data: data[:HEAD_BYTES] + data[HEAD_BYTES + SEALED_CHUNK :],
}


@pytest.mark.parametrize("harm", HARMS.values(), ids=HARMS.keys())
async def test_a_file_that_was_changed_does_not_open(folder: MediaFolder, harm: Harm) -> None:
    written = await keeps(folder, os.urandom(3 * CHUNK + 500))
    lies(folder).write_bytes(harm(lies(folder).read_bytes()))
    with pytest.raises(CannotOpen):
        await folder.whole(NAME, written.key)


def all_of(key: bytes, sealed: bytes) -> bytes:
    """Two chunks."""
    chunks, second = sealed_file.begun(key, sealed[:HEAD_BYTES]), HEAD_BYTES + SEALED_CHUNK
    return chunks.open(sealed[HEAD_BYTES:second], last=False) + chunks.open(sealed[second:], last=True)


@given(some.integers(0, HEAD_BYTES + CHUNK + 40), some.integers(0, 7))
def test_no_bit_of_a_file_can_be_flipped(place: int, bit: int) -> None:
    key, chunks = sealed_file.new()
    sealed = bytearray(chunks.head + chunks.seal(b"a" * CHUNK, last=False) + chunks.seal(b"bcd", last=True))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(CannotOpen):
        all_of(key, bytes(sealed))


async def test_a_file_in_the_place_of_another_does_not_open(folder: MediaFolder) -> None:
    one, other = await keeps(folder, b"one", "aa-1"), await keeps(folder, b"two", "aa-2")
    one_place, other_place = lies(folder, "aa-1"), lies(folder, "aa-2")
    first, second = one_place.read_bytes(), other_place.read_bytes()
    one_place.write_bytes(second)
    other_place.write_bytes(first)
    for name, written in (("aa-1", one), ("aa-2", other)):
        with pytest.raises(CannotOpen):
            await folder.whole(name, written.key)


async def test_a_file_that_is_gone_does_not_open(folder: MediaFolder) -> None:
    written = await keeps(folder, b"data")
    lies(folder).unlink()
    assert not folder.has(NAME)
    with pytest.raises(CannotOpen, match="not in its folder"):
        await folder.whole(NAME, written.key)


async def test_what_was_not_kept_leaves_nothing_behind(folder: MediaFolder) -> None:
    async with folder.writing() as draft:
        await draft.write(os.urandom(3 * CHUNK))
        assert len(list((folder._folder / DRAFTS).iterdir())) == 1
    assert list((folder._folder / DRAFTS).iterdir()) == []


async def test_a_file_is_never_written_over(folder: MediaFolder) -> None:
    first = await keeps(folder, b"first")
    with pytest.raises(DiskError):
        await keeps(folder, b"second")
    assert await folder.whole(NAME, first.key) == b"first"


async def test_a_full_disk_is_said_to_be_full_and_leaves_nothing_behind(
    folder: MediaFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_draft: Draft, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    kept = await keeps(folder, b"kept before", "aa-1")
    monkeypatch.setattr(Draft, "_put", full)
    with pytest.raises(DiskError, match="its disk is full"):
        await keeps(folder, os.urandom(CHUNK))
    assert not folder.has(NAME)
    assert list((folder._folder / DRAFTS).iterdir()) == []
    assert await folder.whole("aa-1", kept.key) == b"kept before"


async def test_a_really_full_disk_is_said_to_be_full(folder: MediaFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the device that is always full."""

    def full(draft: Draft, data: bytes) -> None:
        with open("/dev/full", "wb", buffering=0) as device:
            device.write(data)

    monkeypatch.setattr(Draft, "_put", full)
    with pytest.raises(DiskError, match="its disk is full"):
        await keeps(folder, b"data")


def test_what_a_process_that_died_left_behind_is_removed_and_what_another_writes_now_is_not(tmp_path: Path) -> None:
    media_folder.opened(tmp_path, "us", may_begin=True)
    old, new = tmp_path / DRAFTS / "old", tmp_path / DRAFTS / "new"
    for draft in (old, new):
        draft.touch()
    os.utime(old, (0, 0))
    media_folder.opened(tmp_path, "us", may_begin=False)
    assert (old.exists(), new.exists()) == (False, True)


def test_a_folder_that_holds_files_already_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    """Such as one whose disk is not mounted."""
    with pytest.raises(MediaFolderError, match=r"media\.folder: .*: it is not the one .*; mount or name"):
        media_folder.opened(tmp_path, "us", may_begin=False)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_another_master_key_is_refused(tmp_path: Path) -> None:
    media_folder.opened(tmp_path, "us", may_begin=True)
    with pytest.raises(MediaFolderError, match="another master key"):
        media_folder.opened(tmp_path, "them", may_begin=True)


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/setu-media", "/dev/null"])
def test_a_folder_that_is_none_or_cannot_be_written_is_refused(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(MediaFolderError, match=r"media\.folder: .*; (let|give|mount)"):
        media_folder.opened(tmp_path / where, "us", may_begin=True)


async def test_who_is_cancelled_waits_for_the_end_of_the_work() -> None:
    begun, go, ended = threading.Event(), threading.Event(), threading.Event()

    def work() -> None:
        begun.set()
        go.wait(10)
        ended.set()

    task = asyncio.create_task(disk.beside(work))
    await asyncio.to_thread(begun.wait, 10)
    task.cancel()
    await asyncio.to_thread(go.set)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_files_are_found_by_how_their_names_begin_and_removed(folder: MediaFolder) -> None:
    for name in ("export-1-aa", "export-1-bb", "export-12-cc", "ab12-cd"):
        await keeps(folder, b"x", name)
    assert set(await folder.names("export-1-")) == {"export-1-aa", "export-1-bb"}
    assert len(await folder.names("export-")) == 3 and await folder.names("nothing-") == []
    await folder.remove("export-1-aa")
    await folder.remove("export-1-aa")
    assert await folder.names("export-1-") == ["export-1-bb"] and folder.has("ab12-cd")
