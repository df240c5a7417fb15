"""`python rotating.py N CONFIG`: the real `setu keys rotate`, which is killed (SIGKILL) at its Nth boundary. One lies
before and after each commit, and each time that a name in a folder changes.
"""

import itertools
import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from unittest.mock import patch

from asyncpg.transaction import Transaction

from bridge import __main__


def plant(last: int) -> None:
    """Draws the boundaries; at the last the process ends."""
    passed = itertools.count(1)

    def boundary() -> None:
        if next(passed) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(does: Callable[..., Any]) -> Callable[..., Any]:
        def planted(*given: Any, **named: Any) -> Any:
            boundary()
            done = does(*given, **named)
            boundary()
            return done

        return planted

    leave = Transaction.__aexit__

    async def left(transaction: Transaction, *why: Any) -> None:
        boundary()
        await leave(transaction, *why)
        boundary()

    patch.object(Transaction, "__aexit__", left).start()
    for name in ("link", "replace"):
        patch.object(os, name, around(getattr(os, name))).start()


if __name__ == "__main__":
    plant(int(sys.argv[1]))
    sys.exit(__main__.main(["keys", "rotate", sys.argv[2]]))
