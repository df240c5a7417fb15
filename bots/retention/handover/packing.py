"""Packs an export: ZIPs that are written, hashed and sealed into the media folder as they come, in constant memory; no
ZIP ever lies anywhere in clear.
"""

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bots.retention.handover.job import Part
from bots.retention.handover.volumes import CHUNK, Volume, volumes
from bridge.e2ee.file_lock import Locking
from bridge.media_folder import MediaFolder

PRIVATE = 0o600 << 16
"""The mode of what is unpacked, as a ZIP tells it."""


async def pack(media: MediaFolder, folder: Path, top: str, files: str, limit: int | None) -> tuple[Part, ...]:
    """The export in the folder as files of up to `limit` bytes in the media folder, whose names begin with `files`.

    Raises:
        TooLarge, TooManyParts: a file of it does not fit, or too many ZIPs would be needed.
        OSError, bridge.disk.DiskError: the disk is full, or cannot be used.
    """
    found = volumes(folder, top, limit)
    return tuple([await _sealed(media, folder, top, one, f"{files}{secrets.token_hex(8)}") for one in found])


async def _sealed(media: MediaFolder, folder: Path, top: str, volume: Volume, name: str) -> Part:
    locking = Locking.new()
    async with media.writing() as draft:
        for chunk in zipped(folder, top, volume.names):
            locking.add(chunk)  # how it is uploaded later, so that its hash is known before
            await draft.write(chunk)
        written = await draft.finish()
        await draft.keep(name)
    lock = locking.lock()
    return Part(
        name, written.size, written.digest.hex(), written.key.hex(), lock.key.hex(), lock.counter.hex(),
        lock.digest.hex(),
    )  # fmt: skip


def zipped(folder: Path, top: str, names: Sequence[str]) -> Iterator[bytes]:
    """The bytes of a ZIP of these files, piece by piece. Raises OSError."""
    tray = _Tray()
    with ZipFile(tray, "w", ZIP_DEFLATED) as archive:  # type: ignore[call-overload]
        for name in names:
            for _ in _add(archive, folder / name, f"{top}/{name}"):
                if len(tray.held) >= CHUNK:
                    yield tray.take()
    yield tray.take()


def _add(archive: ZipFile, path: Path, name: str) -> Iterator[None]:
    info = ZipInfo.from_file(path, name, strict_timestamps=False)
    info.compress_type, info.external_attr = ZIP_DEFLATED, PRIVATE
    with path.open("rb") as source, archive.open(info, "w") as target:
        while chunk := source.read(CHUNK):
            target.write(chunk)
            yield


class _Tray:
    """What a ZIP is written onto, from which it is taken piece by piece."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        taken, self.held = bytes(self.held), bytearray()
        return taken
