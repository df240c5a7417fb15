"""What an officer is told of an export: how it stands, why it came to nothing and what mends that, what is handed over.
Pure.
"""

import shlex
from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any

from bots.retention.export.request import Form, Request
from bots.retention.handover.job import Job, Packed, Part, State
from bridge.e2ee.file_lock import FileLock
from bridge.notices import Content
from bridge.saying import Saying

LONGEST = 120
"""Characters of each text in a list."""

AT_A_TERMINAL = frozenset(
    {"records-export-too-many", "records-export-too-large", "records-export-many-parts", "records-export-no-pdf"}
)
"""Why something came to nothing that a terminal would make."""


def standing(job: Job, zone: tzinfo) -> Sequence[Saying]:
    """A line of the list, and why, where that is to be told."""
    told = Saying.of(
        "records-export-line", export=str(job.number), room=job.request.selection.room, when=time(job.asked_at, zone),
        purpose=cut(job.request.purpose), standing=_standing(job),
    )  # fmt: skip
    return [told, job.why] if job.why is not None else [told]


def _standing(job: Job) -> Saying:
    match job.state:
        case State.WAITING:
            return Saying.of("records-export-waits")
        case State.PREPARING if job.written is not None and job.selected is not None:
            return Saying.of("records-export-counts", written=job.written, selected=job.selected)
        case State.PREPARING:
            return Saying.of("records-export-prepares")
        case State.PACKED:
            return Saying.of("records-export-on-its-way")
        case State.STUCK:
            return Saying.of("records-export-stuck")
        case State.DONE:
            return Saying.of("records-export-handed-over")
        case State.FAILED:
            return Saying.of("records-export-came-to-nothing")
        case State.CANCELLED:
            return Saying.of("records-export-cancelled-before")


def failure(job: Job, why: Saying) -> Sequence[Saying]:
    """That it came to nothing, why, and how else it may be had."""
    told = [Saying.of("records-export-failed", export=str(job.number), room=job.request.selection.room), why]
    if why.message in AT_A_TERMINAL:
        told.append(Saying.of("records-export-terminal", command=command(job.request)))
    return told


def command(request: Request) -> str:
    """The same at a terminal."""
    selection = request.selection
    given = {
        "--room": selection.room, "--from": selection.since, "--to": selection.until, "--person": selection.person,
        "--query": selection.query, "--format": ",".join(request.forms), "--purpose": request.purpose,
        "--output": "export",
    }  # fmt: skip
    words = [word for option, value in given.items() if value is not None for word in (option, value)]
    return shlex.join(["setu", "records", "export", "setu.yaml", *words])


def contents(job: Job, packed: Packed) -> Sequence[Saying]:
    """What is handed over, said before the files."""
    counts = packed.counts
    told = [
        Saying.of("records-export-done", export=str(job.number), room=job.request.selection.room),
        Saying.of(
            "records-export-holds", records=counts["records"], facts=counts["facts"], files=counts["files"],
            missing=counts["files_missing"], unread=counts["unreadable"] + counts["gaps"],
            forms=", ".join(packed.forms),
        ),
    ]  # fmt: skip
    if len(packed.parts) > 1:
        told.append(Saying.of("records-export-parts", parts=len(packed.parts)))
    told += [Saying.of("records-export-part", name=name, sha256=part.sha256) for name, part in named(job, packed)]
    if Form.HTML in packed.forms:
        told.append(Saying.of("records-export-read"))
    return [*told, Saying.of("records-export-verify", export=packed.export)]


def named(job: Job, packed: Packed) -> Sequence[tuple[str, Part]]:
    """The files, each with its name."""
    many = len(packed.parts)
    return [
        (f"export-{job.number}.zip" if many == 1 else f"export-{job.number}-{n}-of-{many}.zip", part)
        for n, part in enumerate(packed.parts, 1)
    ]


def attachment(name: str, part: Part, url: Any) -> Content:
    """The message with a file (Client-Server API, "Sending encrypted attachments")."""
    lock = FileLock(bytes.fromhex(part.key), bytes.fromhex(part.counter), bytes.fromhex(part.locked_sha256))
    info = {"mimetype": "application/zip", "size": part.size}
    return {
        "msgtype": "m.file", "body": name, "filename": name, "info": info, "file": {**lock.told(), "url": url},
        "m.mentions": {},
    }  # fmt: skip


def time(when: datetime, zone: tzinfo) -> str:
    """For people."""
    return f"{when.astimezone(zone):%Y-%m-%d %H:%M}"


def days(kept: timedelta) -> float:
    """How long, in days."""
    return kept / timedelta(days=1)


def cut(text: str) -> str:
    """Its beginning, where it is long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"
