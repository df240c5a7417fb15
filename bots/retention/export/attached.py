"""The files of messages: those that are kept are opened into the folder of the export, named by the hash of their
bytes; of those that are not it is told why.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from bots.retention.export import file_name
from bots.retention.export.folder import WORK, Folder
from bridge.attachments import Attachment, files_of
from bridge.disk import DiskError
from bridge.e2ee.file_lock import FileLock
from bridge.media_folder import MediaFolder
from bridge.model import Event, RoomRef
from bridge.seal import CannotOpen
from bridge.store import media_book
from bridge.store.database import Connection
from bridge.store.keyring import Keyring
from bridge.store.media_book import Kept, Medium, State

NEVER_KEPT = "it was never kept: no bot of this installation asked for it"
NOT_YET = "it is still being fetched"
NO_FOLDER = "this installation names no folder of files (media.folder)"
DESTROYED = "its key was destroyed"
OTHER = "what is kept is not the file that was sent: its hash is another"


@dataclass(frozen=True)
class Attached:
    """Takes files out of the media folder."""

    connection: Connection
    keyring: Keyring
    media: MediaFolder | None
    folder: Folder

    async def of(self, room: RoomRef, events: Mapping[int, Event]) -> Mapping[int, Sequence[Mapping[str, Any]]]:
        """What is to be told of the files of each of these events, by position. Raises DiskError."""
        named = {pos: files for pos, event in events.items() if (files := files_of(event, stickers=True))}
        wanted = {one.mxc for files in named.values() for one in files if one.mxc}
        known = await self._known(room, wanted) if wanted else {}
        return {pos: [await self._told(one, known) for one in files] for pos, files in named.items()}

    async def _known(self, room: RoomRef, wanted: set[str]) -> Mapping[str, Medium | None]:
        """None where the key is gone."""
        found: dict[str, Medium | None] = {}
        for mxc in wanted:
            try:
                found |= await media_book.of(self.connection, self.keyring, room, [mxc])
            except CannotOpen:
                found[mxc] = None
        return found

    async def _told(self, one: Attachment, known: Mapping[str, Medium | None]) -> Mapping[str, Any]:
        said = {"name": one.name, "mimetype": one.mimetype, "mxc": one.mxc}
        if one.trouble is not None:
            return {**said, "why": one.trouble}
        medium = known.get(one.mxc)
        kept = medium.kept if medium is not None else None
        if kept is None:
            return {**said, "why": _why(medium, one.mxc in known)}
        if self.media is None:
            return {**said, "why": NO_FOLDER}
        try:
            return {**said, **await self._take_out(self.media, kept, one)}
        except CannotOpen as error:
            return {**said, "why": str(error)}

    async def _take_out(self, media: MediaFolder, kept: Kept, one: Attachment) -> Mapping[str, Any]:
        """Raises CannotOpen, DiskError."""
        draft = self.folder.path / WORK / "file"
        try:
            opening = _Opening(draft, one.lock)
            async with aclosing(media.read(kept.name, kept.key)) as chunks:
                async for chunk in chunks:
                    opening.add(chunk)
            return self._keep(opening, one)
        except OSError as error:
            raise DiskError(error) from error

    def _keep(self, opening: "_Opening", one: Attachment) -> Mapping[str, Any]:
        digest = opening.finish()
        if digest is None:
            return {"why": OTHER}
        path = f"files/{digest[:16]}-{file_name.safe(one.name)}"
        opening.draft.replace(self.folder.at(path))
        return {"path": path, "sha256": digest, "bytes": opening.size}


class _Opening:
    """One file as it is written, opened where it is encrypted (Matrix, "Sending encrypted attachments")."""

    def __init__(self, draft: Path, lock: FileLock | None) -> None:
        self.draft, self.size = draft, 0
        self._file, self._lock = draft.open("wb"), lock
        self._came, self._plain = hashlib.sha256(), hashlib.sha256()
        self._cipher = Cipher(AES(lock.key), CTR(lock.counter)).decryptor() if lock is not None else None

    def add(self, chunk: bytes) -> None:
        self._came.update(chunk)
        plain = self._cipher.update(chunk) if self._cipher is not None else chunk
        self._plain.update(plain)
        self._file.write(plain)
        self.size += len(plain)

    def finish(self) -> str | None:
        """The hash of what was written; None where it is another file than the message says."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        if self._lock is not None and self._came.digest() != self._lock.digest:
            self.draft.unlink()
            return None
        return self._plain.hexdigest()


def _why(medium: Medium | None, known: bool) -> str:
    if medium is None:
        return DESTROYED if known else NEVER_KEPT
    return NOT_YET if medium.state is State.WANTED else medium.why or NEVER_KEPT
