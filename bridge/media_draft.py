"""A sealed file while it is written: beside the files that are kept, until all of it is on the disk."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bridge import sealed_file
from bridge.disk import beside, sync_folder
from bridge.sealed_file import CHUNK


@dataclass(frozen=True)
class Written:
    """What was written of a file."""

    size: int
    digest: bytes
    """SHA-256 of its bytes as they came."""
    sealed_digest: bytes
    """SHA-256 of what lies on the disk."""
    key: bytes = field(repr=False)


class Draft:
    """A file that is being written, by one task. Each method but `close` raises DiskError."""

    def __init__(self, path: Path, place: Callable[[str], Path]) -> None:
        """`place` is where a file of this name is kept. Raises OSError."""
        self._path = path
        self._place = place
        self._key, self._chunks = sealed_file.new()
        self._plain, self._sealed = hashlib.sha256(), hashlib.sha256()
        self._left = bytearray()
        self._size = 0
        self._head = self._chunks.head
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb", buffering=0)

    async def write(self, data: bytes) -> None:
        """Adds to it."""
        await beside(self._write, data)

    async def finish(self) -> Written:
        """All was written; it is on the disk when this returns."""
        return await beside(self._finish)

    async def keep(self, name: str) -> None:
        """Puts it where a file of this name is kept, which nothing is yet; so it is on the disk when this returns."""
        await beside(self._keep, name)

    def close(self) -> None:
        """What was not kept is gone."""
        self._file.close()
        with suppress(OSError):
            self._path.unlink()

    def _write(self, data: bytes) -> None:
        self._plain.update(data)
        self._size += len(data)
        self._left += data
        while len(self._left) > CHUNK:  # of what is left, however much, nobody knows yet whether it is the last
            self._put(self._chunks.seal(bytes(self._left[:CHUNK]), last=False))
            del self._left[:CHUNK]

    def _finish(self) -> Written:
        self._put(self._chunks.seal(bytes(self._left), last=True))
        os.fsync(self._file.fileno())
        return Written(self._size, self._plain.digest(), self._sealed.digest(), self._key)

    def _keep(self, name: str) -> None:
        place = self._place(name)
        if not place.parent.is_dir():
            place.parent.mkdir(mode=0o700, exist_ok=True)
            sync_folder(place.parent.parent)
        os.link(self._path, place)  # unlike a renaming, it never replaces anything
        sync_folder(place.parent)

    def _put(self, data: bytes) -> None:
        data, self._head = self._head + data, b""
        self._sealed.update(data)
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]
