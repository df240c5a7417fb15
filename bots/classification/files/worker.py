"""The process that reads files: it loads the engine once, then forks for each file a child with limits on memory,
time and what it may write, which reads, judges and is gone. `python -m bots.classification.files.worker` speaks to
its parent over standard input and output: a line of JSON and the bytes of a file in, a line of JSON out.
"""

import contextlib
import gc
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from bots.classification import load
from bots.classification.engine import Engine
from bots.classification.files.limits import LIMITS
from bots.classification.files.read import Reading
from bots.classification.verdict import Verdict, packed

LABEL = "a sensitivity label that no scheme names"


def judged(engine: Engine, name: str, data: bytes, home: str | None) -> Verdict:
    """The verdict on one file, in this process."""
    reading = Reading()
    segments = list(reading.segments(name, data))
    verdict = engine.judge(segments, home)
    labelled = any(segment.where == "label" for segment in segments)
    if labelled and not any(finding.segment.startswith("label") for finding in verdict.findings):
        reading.unread.append(LABEL)
    return Verdict(verdict.findings, verdict.dismissed, (*verdict.not_scanned, *reading.unread))


def main() -> None:
    """Serves until standard input ends. Its arguments are the home scheme and folders of schemes."""
    home, *folders = sys.argv[1:]
    engine = load.load(map(Path, folders), home=home)
    # What is loaded is shared with every child until one of them changes it; the collector would, page by page.
    gc.collect()
    gc.freeze()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(b'{"ready": true}\n')
    answers.flush()
    while line := asked.readline():
        job = json.loads(line)
        answers.write(_in_a_child(engine, job, asked) + b"\n")
        answers.flush()


def _in_a_child(engine: Engine, job: Mapping[str, Any], asked: BinaryIO) -> bytes:
    data = asked.read(job["size"])
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(engine, job, data, writing)
    os.close(writing)
    answer, late = _answer(reading)
    os.close(reading)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return answer if answer.endswith(b"}") else json.dumps({"failed": _why(late, status)}).encode()


def _child(engine: Engine, job: Mapping[str, Any], data: bytes, writing: int) -> None:
    """Never returns."""
    status = 1
    try:
        _limit()
        verdict = judged(engine, job["name"], data, job["home"])
        answer = json.dumps(packed(verdict)).encode()
        while answer:
            answer = answer[os.write(writing, answer) :]
        status = 0
    except MemoryError:
        status = 2
    finally:
        os._exit(status)


def _limit() -> None:
    # Of seconds one more than the limit: the first tells why the process ended, the second only ends it.
    seconds = LIMITS.hard_seconds
    for what, soft, hard in (
        (resource.RLIMIT_CPU, seconds, seconds + 1), (resource.RLIMIT_DATA, LIMITS.memory, LIMITS.memory),
        (resource.RLIMIT_FSIZE, 0, 0), (resource.RLIMIT_CORE, 0, 0), (resource.RLIMIT_NPROC, 0, 0),
    ):  # fmt: skip
        resource.setrlimit(what, (soft, hard))
    # A pipe has no size: only files are kept from being written.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    sys.setrecursionlimit(2000)


def _answer(reading: int) -> tuple[bytes, bool]:
    parts: list[bytes] = []
    until = time.monotonic() + LIMITS.hard_seconds + 5
    while (left := until - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            break
        part = os.read(reading, 1 << 16)
        if not part:
            return b"".join(parts), False
        parts.append(part)
    return b"", True


def _why(late: bool, status: int) -> str:
    if late or (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU):
        return f"not read within {LIMITS.hard_seconds} seconds"
    if os.WIFEXITED(status) and os.WEXITSTATUS(status) == 2:
        return f"it takes more than {LIMITS.memory >> 20} MiB of memory to read"
    return "reading it failed"


if __name__ == "__main__":
    main()
