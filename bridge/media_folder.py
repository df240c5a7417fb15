"""The folder in which the files of rooms lie, each sealed under a key of its own. A file is written beside and linked
to its place when all of it is on the disk, and never written over: whoever reads, and any number of processes that
write at once, find whole files only. Which files there are, and their keys, is in the database
(`bridge.store.media_book`).
"""

import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path

from bridge import sealed_file, secret_file
from bridge.disk import beside
from bridge.media_draft import Draft
from bridge.seal import CannotOpen
from bridge.sealed_file import HEAD_BYTES, SEALED_CHUNK
from bridge.secret_file import SecretError

OWNER = "owner"
"""A file that tells by which master key the others are sealed."""

DRAFTS = "drafts"
OLD_SECONDS = 24 * 3600.0
"""After which a draft was left behind by a process that died."""


class MediaFolderError(Exception):
    """A folder that cannot be used: which one, why, and the mend."""


class MediaFolder:
    """Writes and reads sealed files by their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, name: str) -> bool:
        """Whether a file of this name is kept."""
        return self._place(name).is_file()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Draft]:
        """A new file; what was not kept when this is left is gone. Raises DiskError."""
        draft = await beside(Draft, self._folder / DRAFTS / secrets.token_hex(8), self._place)
        try:
            yield draft
        finally:
            await beside(draft.close)

    async def read(self, name: str, key: bytes) -> AsyncGenerator[bytes, None]:
        """A file's bytes, chunk by chunk. The whole of it has been read when this ends, and only then.

        Raises:
            CannotOpen: it is not there, or not as it was written.
            DiskError: the folder cannot be read.
        """
        place = self._place(name)
        if not await beside(place.exists):
            raise CannotOpen("a kept file is not in its folder")
        file = await beside(place.open, "rb")
        try:
            chunks = sealed_file.begun(key, await beside(file.read, HEAD_BYTES))
            sealed = await beside(file.read, SEALED_CHUNK)
            while after := await beside(file.read, SEALED_CHUNK):
                yield await beside(chunks.open, sealed, last=False)
                sealed = after
            yield await beside(chunks.open, sealed, last=True)
        finally:
            file.close()

    async def whole(self, name: str, key: bytes) -> bytes:
        """A file's bytes in memory. Raises as `read`."""
        async with aclosing(self.read(name, key)) as chunks:
            return b"".join([chunk async for chunk in chunks])

    async def names(self, beginning: str) -> Sequence[str]:
        """The files whose names begin so; two letters at least. Raises DiskError."""
        return await beside(_names, self._place(beginning).parent, beginning)

    async def remove(self, name: str) -> None:
        """The file is gone, if it was there. Raises DiskError."""
        await beside(self._place(name).unlink, missing_ok=True)

    def _place(self, name: str) -> Path:
        return place_of(self._folder, name)


def _names(folder: Path, beginning: str) -> Sequence[str]:
    return [each.name for each in folder.glob(f"{beginning}*")]


def place_of(folder: Path, name: str) -> Path:
    """Where a file of this name lies in the folder."""
    assert name.isascii() and name.replace("-", "").isalnum(), "names are ours"
    return folder / name[:2] / name


def opened(folder: Path, owner: str, may_begin: bool) -> MediaFolder:
    """The folder, which may be written.

    Args:
        owner: tells one master key from another.
        may_begin: whether it may be a new one; not where the database says that files lie in it.

    Raises:
        MediaFolderError: it cannot be used.
    """
    try:
        if may_begin:
            (folder / DRAFTS).mkdir(mode=0o700, parents=True, exist_ok=True)
        found = secret_file.ensure(folder / OWNER, lambda: owner) if may_begin else secret_file.read(folder / OWNER)
        trial = folder / DRAFTS / secrets.token_hex(8)
        trial.touch(exist_ok=False)
        trial.unlink()
        _tidy(folder / DRAFTS)
    except (FileNotFoundError, secret_file.Missing):
        raise _refused(
            folder, "it is not the one in which Setu has kept files", "mount or name the right one"
        ) from None
    except OSError as error:
        raise _refused(folder, f"it cannot be written ({error.strerror})", "let Setu write it") from None
    except SecretError as error:
        raise _refused(folder, error.what, error.mend) from None
    if found != owner:
        raise _refused(folder, "its files are sealed with another master key", "name another folder")
    return MediaFolder(folder)


def _refused(folder: Path, what: str, mend: str) -> MediaFolderError:
    return MediaFolderError(f"media.folder: {folder}: {what}; {mend}")


def _tidy(drafts: Path) -> None:
    old = time.time() - OLD_SECONDS
    for draft in drafts.iterdir():
        with suppress(FileNotFoundError):  # whose draft it is has kept it just now
            if draft.stat().st_mtime < old:
                draft.unlink()
