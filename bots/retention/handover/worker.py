"""`python -m bots.retention.handover.worker CONFIG NUMBER`: the process that prepares one export, begun by the
supervisor. It is a process of its own since it computes for minutes: nothing else waits for it, what it takes of memory
is given back, and it can be ended. It ends when whoever began it is gone.
"""

import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from bots.retention.export import office
from bots.retention.handover import book, claim
from bots.retention.handover.job import State
from bots.retention.handover.making import Making
from bots.retention.settings import RetentionSettings
from bridge import config_file, logs
from bridge.config import Settings
from bridge.plugin import Bot, installed
from bridge.saying import Saying
from bridge.work import kind

log = logging.getLogger(__name__)


async def prepare(settings: Settings, bots: Sequence[Bot], number: int) -> None:
    """Prepares it, unless another process does. Raises as `office.opened` and `Making.make`."""
    own = RetentionSettings.model_validate(settings.bots.get("retention", {}))
    async with (
        office.opened(settings, bots, own) as made,
        made.host.pool.acquire() as connection,
        claim.held(connection, number) as ours,
    ):
        job = await book.one(connection, made.host.keyring, number) if ours else None
        if job is not None and made.host.media is not None:
            await Making(made, made.host.media, own.export, connection, job).make()
        elif ours and job is None:  # what was asked does not open any more
            await book.fail(connection, number, Saying.of("records-export-crashed"), State.WAITING, State.PREPARING)


async def _until_left_alone(settings: Settings, bots: Sequence[Bot], number: int) -> None:
    loop, working = asyncio.get_running_loop(), asyncio.create_task(prepare(settings, bots, number))
    loop.add_signal_handler(signal.SIGTERM, working.cancel)
    loop.add_reader(sys.stdin.fileno(), working.cancel)  # nobody writes into it: it is closed
    try:
        await working
    finally:
        loop.remove_reader(sys.stdin.fileno())


def main(path: str, number: str) -> int:
    """0 when it was prepared, or told why not; 1 when it is to be tried again."""
    bots = installed()
    settings = config_file.load(Path(path), {bot.name: bot.settings for bot in bots})
    logs.set_up(settings.log.level)
    try:
        asyncio.run(_until_left_alone(settings, bots, int(number)))
    except asyncio.CancelledError:
        return 1
    except Exception as error:  # its text could hold content
        log.error("export %s is not prepared: %s", number, kind(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
