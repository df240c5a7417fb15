"""A file of a roster: read only when it may have changed, and as UTF-8 with or without a byte order mark. CSV and YAML
both begin with it.
"""

import hashlib
import os
import time
from pathlib import Path

from bots.identity.roster.problem import Unreadable
from bots.identity.roster.source import Stamp

UNSETTLED_NS = 2_000_000_000
"""A file that was written so short before may be written again in the same tick of its clock (ext3 and FAT tick in
seconds), so that its time proves nothing."""


def read(path: Path, known: Stamp | None) -> tuple[Stamp, str | None]:
    """The file's stamp and its text, lines parted by line feeds; no text where that is what was known.

    Raises:
        Unreadable: there is no such file, it may not be read, or it is not UTF-8.
    """
    try:
        before = _quick(path)
        if known is not None and known.quick is not None and known.quick == before:
            return known, None
        content = path.read_bytes()
        settled = before == _quick(path) and time.time_ns() - before[0] > UNSETTLED_NS
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or "not a path"
        mend = "put it there, readable for the user that runs Setu"
        raise Unreadable(str(path), 0, f"the file cannot be read ({reason})", mend) from None
    stamp = Stamp(before if settled else None, hashlib.blake2b(content, digest_size=32).digest())
    if known is not None and known.digest == stamp.digest:
        return stamp, None
    return stamp, _text(path, content)


def _quick(path: Path) -> tuple[int, ...]:
    found = os.stat(path)
    return found.st_mtime_ns, found.st_size, found.st_ino


def _text(path: Path, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(str(path), line, "the file is not in UTF-8", "save it again as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
