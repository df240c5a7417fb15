"""Which files of an export go into which ZIP, where the homeserver does not take all of it in one: whole files in whole
ZIPs, which are unpacked into one folder, so that nobody joins anything. Sizes are those after compression.
"""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

CHUNK = 1 << 18
OF_AN_ENTRY, OF_A_ZIP = 200, 200
"""Bytes that a ZIP has at most for each file beside its data and twice its path, and for itself."""


MOST = 20
"""ZIPs that are handed over for one export."""


class TooManyParts(Exception):
    """It would come in more ZIPs than anybody unpacks."""

    def __init__(self, parts: int) -> None:
        super().__init__(f"it would come in {parts} parts")
        self.parts = parts


class TooLarge(Exception):
    """A file that fits into no ZIP that the homeserver would take."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"a file of it has more than {limit} bytes, compressed")
        self.limit = limit


@dataclass(frozen=True)
class Volume:
    """One ZIP."""

    names: tuple[str, ...]
    """Of its files, from the folder of the export."""


def volumes(folder: Path, top: str, limit: int | None) -> Sequence[Volume]:
    """The ZIPs of an export, in which everything stands under `top`. Raises TooLarge, TooManyParts, OSError."""
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sizes = {name: (folder / name).stat().st_size for name in names}
    if limit is None or OF_A_ZIP + sum(_most(f"{top}/{name}", size) for name, size in sizes.items()) <= limit:
        return [Volume(tuple(names))]
    found = list(_split([(name, _most(f"{top}/{name}", _compressed(folder / name))) for name in names], limit))
    if len(found) > MOST:
        raise TooManyParts(len(found))
    return found


def _split(sizes: Sequence[tuple[str, int]], limit: int) -> Iterator[Volume]:
    inside, size = list[str](), OF_A_ZIP
    for name, its in sizes:
        if OF_A_ZIP + its > limit:
            raise TooLarge(limit)
        if size + its > limit:
            yield Volume(tuple(inside))
            inside, size = [], OF_A_ZIP
        inside.append(name)
        size += its
    yield Volume(tuple(inside))


def _most(path: str, size: int) -> int:
    """Bytes that an entry takes at most: what does not shrink grows by five bytes in each block."""
    return OF_AN_ENTRY + 2 * len(path.encode()) + size + size // 1000


def _compressed(path: Path) -> int:
    shrinking, size = zlib.compressobj(wbits=-zlib.MAX_WBITS), 0  # as zipfile does
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            size += len(shrinking.compress(chunk))
    return size + len(shrinking.flush())
