"""The folder that a lab lives in: made anew at each start, so it may be wiped only when it is one of ours, and never
under a lab that still runs.
"""

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bridge.lab.child import LabError

MARKER = "this-folder-is-a-setu-lab"
"""A file of this name says that the folder may be wiped; it is locked while a lab runs there."""


@contextmanager
def made_anew(folder: Path) -> Iterator[Path]:
    """An empty folder, kept from other labs until the end; what a lab left in it before is gone.

    Raises:
        LabError: it holds something else, or a lab runs in it.
    """
    folder = folder.absolute()
    marker = folder / MARKER
    if folder.exists() and not marker.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise LabError(f"{folder} is not empty and no lab of Setu made it: name another with --folder, or empty it")
    folder.mkdir(parents=True, exist_ok=True)
    with marker.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LabError(f"a lab runs in {folder} now: end it (Ctrl-C there), or name another --folder") from None
        _wipe(folder)
        yield folder


def _wipe(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        elif entry.name != MARKER:
            entry.unlink()
