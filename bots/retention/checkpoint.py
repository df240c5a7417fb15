"""Checkpoints (C2SP tlog-checkpoint): what a log's size and root were, as the text of a signed note. Pure."""

import base64
import re
from dataclasses import dataclass

from bots.retention.merkle import HASH_BYTES

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Checkpoint:
    """What a log was."""

    origin: str
    """Names the log among all logs; it is the name of the key too."""
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def origin(hub: str, organisation: str) -> str:
    """What names the log of an organisation, which the hub keeps."""
    return f"{hub}/setu/record/{organisation}"


def read(text: str) -> Checkpoint:
    """The checkpoint that a note's text is. Further lines, which the form allows, are passed over.

    Raises:
        ValueError: it is none.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not _SIZE.fullmatch(lines[1]):
        raise ValueError("this is no checkpoint")
    root = base64.b64decode(lines[2], validate=True)
    if len(root) != HASH_BYTES or base64.b64encode(root).decode() != lines[2]:
        raise ValueError("this is no checkpoint: its root is no hash")
    return Checkpoint(lines[0], int(lines[1]), root)
