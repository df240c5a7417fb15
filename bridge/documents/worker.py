"""The process that reads files, for whoever works on what they say: for each file it forks a child with limits on
memory, time and what it may write, which reads, works and is gone. It speaks to its parent (`bridge.documents.shop`)
over standard input and output: a line of JSON and the bytes of a file in, a line of JSON out.
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
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from bridge.documents.limits import LIMITS

Job = Mapping[str, Any]
Work = Callable[[Job, bytes], Mapping[str, Any]]
"""What is done with a file: a job and its bytes in, what is told of it out."""


def serve(work: Work) -> None:
    """Serves until standard input ends. What `work` needs is loaded: each child begins with it."""
    # What is loaded is shared with every child until one of them changes it; the collector would, page by page.
    gc.collect()
    gc.freeze()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(b'{"ready": true}\n')
    answers.flush()
    while line := asked.readline():
        job = json.loads(line)
        answers.write(_in_a_child(work, job, asked) + b"\n")
        answers.flush()


def _in_a_child(work: Work, job: Job, asked: BinaryIO) -> bytes:
    data = asked.read(job["size"])
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _child(work, job, data, writing)
    os.close(writing)
    answer, late = _answer(reading)
    os.close(reading)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return answer if answer.endswith(b"}") else json.dumps({"failed": _why(late, status)}).encode()


def _child(work: Work, job: Job, data: bytes, writing: int) -> None:
    """Never returns."""
    status = 1
    try:
        _limit()
        answer = json.dumps(work(job, data)).encode()
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
