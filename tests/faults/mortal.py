"""`python mortal.py [--only=PATTERN] [--times=N] [--waits] NOTEBOOK COMMAND ...`: the real `setu` command, which is
killed (SIGKILL) at each boundary the first N times that it comes there, and is started again. A boundary lies before
and after each commit, before each request to a homeserver and after its answer, before and after the 200 to a
homeserver. The notebook has one line for each death. With `--waits` the next life begins when the file NOTEBOOK.hold is
taken away.
"""

import argparse
import ctypes
import os
import re
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any
from unittest.mock import patch

import aiohttp
import asyncpg
from aiohttp import web
from asyncpg.transaction import Transaction

from bridge import __main__
from bridge.gateway.homeserver import Homeserver
from bridge.intake.receiver import Receiver

PR_SET_PDEATHSIG = 1
"""prctl(2)."""

AT_WORK = (
    "bridge.run", "bridge.catalogue_file", "bots.classification.room.work", "bots.identity.work", "bots.retention.work"
)  # fmt: skip
"""What each life would else import anew."""

WRITES = re.compile(r"\s*(insert|update|delete|with)\b")


class Life:
    """One process from its start to its death."""

    def __init__(self, notebook: Path, only: str, times: int) -> None:
        self._notebook = notebook
        self._only = re.compile(only)
        self._times = times
        self._ended = Counter(notebook.read_text().splitlines() if notebook.exists() else ())

    def boundary(self, name: str) -> None:
        """Ends this life, if it is this boundary's turn."""
        if self._only.search(name) and self._ended[name] < self._times:
            with self._notebook.open("a") as notebook:
                notebook.write(f"{name}\n")
            os.kill(os.getpid(), signal.SIGKILL)


def plant(life: Life) -> None:
    """Draws the boundaries."""
    for where, name, fault in (
        (Transaction, "__aexit__", _transaction),
        (asyncpg.Connection, "execute", _statement),
        (asyncpg.Connection, "fetchval", _statement),
        (asyncpg.Connection, "fetchrow", _statement),
        (aiohttp.ClientSession, "_request", _request),
        (Receiver, "_transaction", _taken),
        (web.Response, "write_eof", _answered),
    ):
        original = getattr(where, name)

        def planted(*given: Any, _fault: Any = fault, _original: Any = original, **named: Any) -> Any:
            return _fault(life, _original, *given, **named)

        patch.object(where, name, planted).start()


async def _transaction(life: Life, exit: Any, transaction: Transaction, kind: Any, *rest: Any) -> Any:
    if kind is not None or getattr(transaction, "_nested"):  # noqa: B009, the stubs do not know it
        return await exit(transaction, kind, *rest)
    name = f"the commit in {_place()}"
    life.boundary(f"before {name}")
    left = await exit(transaction, kind, *rest)
    life.boundary(f"after {name}")
    return left


async def _statement(life: Life, run: Any, connection: Any, query: str, *rest: Any, **named: Any) -> Any:
    if connection.is_in_transaction() or not WRITES.match(query):
        return await run(connection, query, *rest, **named)
    name = f"the commit in {_place()}"
    life.boundary(f"before {name}")
    found = await run(connection, query, *rest, **named)
    life.boundary(f"after {name}")
    return found


async def _request(life: Life, send: Any, session: Any, method: str, url: Any, **named: Any) -> Any:
    name = f"{method} in {_place()}{_acting(named)}"
    life.boundary(f"before {name}")
    answer = await send(session, method, url, **named)
    life.boundary(f"answered {name}")
    return answer


async def _taken(life: Life, take: Any, receiver: Receiver, request: web.Request, homeserver: str) -> Any:
    answer = await take(receiver, request, homeserver)
    life.boundary(f"before {answer.status} to {homeserver}")
    answer.boundary = partial(life.boundary, f"after {answer.status} to {homeserver}")
    return answer


async def _answered(_life: Life, write: Any, response: Any, *rest: Any) -> None:
    await write(response, *rest)
    if "boundary" in vars(response):
        response.boundary()


def _place() -> str:
    """The function of Setu's that is at work, and for whom."""
    frames = [frame for frame in _frames() if str(frame.f_globals["__name__"]).startswith(("bridge.", "bots."))]
    innermost = next(frame for frame in frames if frame.f_globals["__name__"] != Homeserver.__module__)
    owners = [frame.f_locals.get("self") for frame in frames]
    names = [owner.follower.name for owner in owners if owner is not None and hasattr(owner, "follower")]
    names += [owner.name for owner in owners if isinstance(owner, Homeserver)]
    whom = f" ({names[0]})" if names else ""
    return f"{innermost.f_globals['__name__']}.{innermost.f_code.co_name}{whom}"


def _acting(request: Mapping[str, Any]) -> str:
    user = (request.get("params") or {}).get("user_id")
    return f" as {'ghost' if user.startswith('@_') else 'bot'}" if user else ""


def _frames() -> Iterator[FrameType]:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame
        frame = frame.f_back


def lives(given: argparse.Namespace) -> int:
    """One life after the other, until one ends by itself."""
    hold = Path(f"{given.notebook}.hold")
    for module in AT_WORK:
        import_module(module)
    while True:
        parent, child = os.getpid(), os.fork()
        if child == 0:
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() == parent:
                plant(Life(given.notebook, given.only, given.times))
                os._exit(__main__.main(given.command))
        signal.signal(signal.SIGTERM, lambda *_, child=child: os.kill(child, signal.SIGTERM))
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if ended != -signal.SIGKILL:
            return ended
        if given.waits:
            hold.touch()
        while hold.exists():
            time.sleep(0.01)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--waits", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args()
    return lives(given) if given.command[0] == "run" else __main__.main(given.command)


if __name__ == "__main__":
    sys.exit(main())
