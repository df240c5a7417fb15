"""The folder of an export: what may stand in it, whether one was begun or finished there, and files that grow in it and
are cut back to what was surely written when an interrupted export goes on.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any

from bridge.disk import sync_folder

MANIFEST, RECORDS, WORK, LOCK = "manifest.json", "records.jsonl", ".work", "lock"
OURS = frozenset(
    (MANIFEST, RECORDS, WORK, "README.txt", "verify.py", "people.jsonl", "gaps.jsonl", "index.html", "checkpoints",
     "conversation", "files", "mail", "table", "pdf")
)  # fmt: skip
"""What an export may have at its top."""


class State(Enum):
    """What is there."""

    EMPTY = auto()
    UNFINISHED = auto()
    FINISHED = auto()
    FOREIGN = auto()
    """Something that no export wrote."""


class BadFolder(Exception):
    """A folder into which nothing is exported: why, and the mend."""


@dataclass(frozen=True)
class Folder:
    """One folder."""

    path: Path

    def state(self) -> State:
        """Raises OSError."""
        found = {each.name for each in self.path.iterdir()} if self.path.exists() else set()
        if not found:
            return State.EMPTY
        if found - OURS or not found & {MANIFEST, WORK}:
            return State.FOREIGN
        return State.UNFINISHED if WORK in found else State.FINISHED

    @contextmanager
    def taken(self, force: bool) -> Iterator[bool]:
        """Makes it ready, and keeps everybody else out meanwhile. Gives whether an export was begun in it before.

        Raises:
            BadFolder: nothing may be exported into it.
            OSError: it cannot be used.
        """
        state = self.state()
        if state is State.FOREIGN:  # with `force` as well
            raise BadFolder(f"{self.path} holds something else; name a new folder")
        if state is State.FINISHED and not force:
            raise BadFolder(f"{self.path} holds a finished export; name a new folder, or replace it with --force")
        (self.path / WORK).mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path.chmod(0o700)  # what was sealed is readable in it
        with (self.path / WORK / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise BadFolder(f"another process exports into {self.path} now; wait for its end") from None
            goes_on = state is State.UNFINISHED and not force
            if not goes_on:
                self.clear()
            yield goes_on

    def clear(self) -> None:
        """Nothing is left of what was exported into it. Raises OSError."""
        for each in [*self.path.iterdir(), *(self.path / WORK).iterdir()]:
            if each.name in (LOCK, WORK):
                continue
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()

    def at(self, name: str) -> Path:
        """The place of a file, whose folder is there."""
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def write(self, name: str, text: str) -> None:
        """A whole file. Raises OSError."""
        self.at(name).write_text(text, "utf-8", newline="\n")

    def declare(self, manifest: dict[str, Any]) -> None:
        """The manifest comes last, and at once. Raises OSError."""
        draft = self.path / WORK / MANIFEST
        with draft.open("w", encoding="utf-8") as file:
            json.dump(manifest, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path / MANIFEST)
        sync_folder(self.path)

    def manifest(self) -> dict[str, Any]:
        """Of what was finished in it. Raises OSError."""
        found: dict[str, Any] = json.loads((self.path / MANIFEST).read_bytes())
        return found

    def finish(self) -> None:
        """It was found sound: nothing but the export is left in it. Raises OSError."""
        shutil.rmtree(self.path / WORK)

    def withdraw(self) -> None:
        """It was not: it is unfinished, and looks so. Raises OSError."""
        (self.path / MANIFEST).unlink()


class Growing:
    """A file that is appended to, from where it was surely written before."""

    def __init__(self, path: Path, surely: int) -> None:
        """Raises OSError."""
        self._file = path.open("r+b" if path.exists() else "w+b")
        self._file.truncate(surely)
        self._file.seek(surely)
        self.size = surely

    def add(self, data: bytes) -> int:
        """Appends, and gives where it begins. Raises OSError."""
        at = self.size
        self._file.write(data)
        self.size += len(data)
        return at

    def sync(self) -> None:
        """On disk when this returns. Raises OSError."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()
