"""Log lines carry ids, never content. An exception is told by its kind and the places it came through, without its text
and without the source lines, since either could repeat what a person wrote.
"""

import logging
import sys
import traceback
from types import TracebackType
from typing import Literal

_NOISY = ("aiohttp", "asyncio", "asyncpg", "mau", "urllib3")


class _Wordless(logging.Formatter):
    def formatException(  # noqa: N802, the name is logging's
        self, info: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        kind, _, trace = info
        frames = traceback.extract_tb(trace)
        places = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
        return "\n".join([kind.__name__ if kind is not None else "an exception", *places])


def _first_line(record: logging.LogRecord) -> bool:
    """asyncio says first what happened, and on the lines after that repeats the exception with its text."""
    if record.name == "asyncio":
        record.msg, record.args = record.getMessage().partition("\n")[0], ()
    return True


def set_up(level: Literal["debug", "info", "warning", "error"]) -> None:
    """Logs to standard error, one line an entry."""
    stream = logging.StreamHandler(sys.stderr)
    stream.addFilter(_first_line)
    stream.setFormatter(_Wordless("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[stream], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
