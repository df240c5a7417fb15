"""The checkpoints outside of the database: a file for each organisation, a line of JSON for each checkpoint and each
timestamp, appended and never changed. Whoever rewrites the database cannot rewrite this with it.
"""

import base64
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bots.retention.checkpoints import Signed
from bots.retention.leaf import moment

TAIL = 256 * 1024
"""Bytes from the end in which the last checkpoint and its timestamp are looked for."""


@dataclass(frozen=True)
class Kept:
    """What a ledger says."""

    signed: dict[int, Signed] = field(default_factory=dict)
    """By the size of the log; of one size the first counts."""
    tokens: dict[int, list[bytes]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Of the log at the last checkpoint."""
        return max(self.signed, default=0)


@dataclass(frozen=True)
class Ledger:
    """The files in one folder. All of it waits for the disk."""

    folder: Path

    def add(self, signed: Signed) -> None:
        """Appends a checkpoint. When this returns, it is on disk. Raises OSError."""
        self._append(signed.organisation, {"size": signed.size, "at": moment(signed.at), "note": signed.note})

    def stamp(self, signed: Signed, token: bytes) -> None:
        """Appends what the authority said of it. Raises OSError."""
        self._append(signed.organisation, {"size": signed.size, "token": base64.b64encode(token).decode()})

    def tail(self, organisation: str) -> Kept:
        """What the last lines say. Raises OSError."""
        return self._kept(organisation, TAIL)

    def all(self, organisation: str) -> Kept:
        """What the whole file says. Raises OSError."""
        return self._kept(organisation, None)

    def organisations(self) -> list[str]:
        """Those that have a file here."""
        return sorted(path.stem for path in self.folder.glob("*.jsonl"))

    def _path(self, organisation: str) -> Path:
        return self.folder / f"{organisation}.jsonl"

    def _append(self, organisation: str, line: dict[str, Any]) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path(organisation), os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            text = json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
            _write(descriptor, (_mend(descriptor) + text).encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        _sync(self.folder)

    def _kept(self, organisation: str, last: int | None) -> Kept:
        kept = Kept()
        for line in _lines(self._path(organisation), last):
            match line:
                case {"size": int(size), "at": str(at), "note": str(note)}:
                    kept.signed.setdefault(size, Signed(organisation, size, note, datetime.fromisoformat(at)))
                case {"size": int(size), "token": str(token)}:
                    kept.tokens.setdefault(size, []).append(base64.b64decode(token))
        return kept


def _write(descriptor: int, data: bytes) -> None:
    """All of it: a disk that fills up takes a part first, and refuses the rest."""
    left = memoryview(data)
    while left:
        left = left[os.write(descriptor, left) :]


def _mend(descriptor: int) -> str:
    """What ends a line that a crash left without its end: nobody counts on that line."""
    length = os.fstat(descriptor).st_size
    return "\n" if length and os.pread(descriptor, 1, length - 1) != b"\n" else ""


def _lines(path: Path, last: int | None) -> Iterator[Any]:
    """The lines that can be read; one that cannot is missed by whoever looks for what it said."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        if last is not None:
            file.seek(max(0, path.stat().st_size - last))
        for line in file:
            try:
                yield json.loads(line)
            except ValueError:
                continue


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
