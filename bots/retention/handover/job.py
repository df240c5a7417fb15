"""One export that was asked for in chat, and how it stands."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from bots.retention.export.request import Request
from bridge.model import HomeserverName, UserId
from bridge.saying import Saying

JobNumber = NewType("JobNumber", int)


class State(StrEnum):
    """How it stands. The table's check holds the same words."""

    WAITING = "waiting"
    PREPARING = "preparing"
    PACKED = "packed"
    """Its files are on their way to the officer."""
    STUCK = "stuck"
    """They are not, until somebody mends something: it is looked at again and again."""
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


IN_HAND = (State.WAITING, State.PREPARING, State.PACKED, State.STUCK)


@dataclass(frozen=True)
class Part:
    """One file that is handed over: a whole ZIP, sealed in the media folder."""

    name: str
    """There."""
    size: int
    sha256: str
    """Of the ZIP, in hexadecimal digits, as all below."""
    opens: str = field(repr=False)
    key: str = field(repr=False)
    """Of the attachment, as its counter."""
    counter: str = field(repr=False)
    locked_sha256: str
    """Of what is uploaded."""


@dataclass(frozen=True)
class Packed:
    """What was prepared."""

    export: str
    """Its number in the log."""
    counts: dict[str, int]
    forms: tuple[str, ...]
    parts: tuple[Part, ...]

    def stored(self) -> bytes:
        """As JSON."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def read(cls, stored: bytes) -> "Packed":
        told = json.loads(stored)
        return cls(told["export"], told["counts"], tuple(told["forms"]), tuple(Part(**one) for one in told["parts"]))


@dataclass(frozen=True)
class Job:
    """An export that was asked for."""

    number: JobNumber
    person: UserId
    homeserver: HomeserverName
    asked_at: datetime
    token: str
    state: State
    tries: int
    request: Request
    written: int | None = None
    selected: int | None = None
    why: Saying | None = None
    stuck: int = 0
    packed_at: datetime | None = None
    packed: Packed | None = None

    @property
    def cause(self) -> str:
        """Under which things are ordered for it."""
        return cause_of(self.number)

    @property
    def folder(self) -> str:
        """The name of the folder in which it is prepared."""
        return f"export-{self.number}-{self.token}"

    def scope(self, hub: str) -> str | None:
        """The homeserver through which what it may show was seen; None for all."""
        return None if self.homeserver == hub else self.homeserver

    @property
    def files(self) -> str:
        """With what the names of its files in the media folder begin."""
        return files_of(self.number)


def cause_of(number: int) -> str:
    """As `Job.cause`."""
    return f"records-export:{number}"


def files_of(number: int) -> str:
    """As `Job.files`."""
    return f"{FILES}{number}-"


FILES = "export-"
_OURS = re.compile(FILES + r"([1-9][0-9]{0,17})-[0-9a-f]{16,}(?:[.-].*)?")
"""A folder of an export that somebody made there at a terminal is none."""


def numbers_in(names: Sequence[str]) -> dict[int, list[str]]:
    """Names of files or folders, by the number of the job whose they are."""
    found: dict[int, list[str]] = {}
    for name in names:
        if (ours := _OURS.fullmatch(name)) is not None:
            found.setdefault(int(ours[1]), []).append(name)
    return found
