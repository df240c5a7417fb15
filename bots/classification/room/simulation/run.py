"""One simulation: the rooms, their reading, and what is printed. Progress goes to standard error."""

import sys
from datetime import UTC, datetime

from bots.classification.engine import Engine
from bots.classification.room.desk import Desk
from bots.classification.room.simulation import report, stretch
from bots.classification.room.simulation.asked import Asked
from bots.classification.room.simulation.progress import Progress
from bots.classification.room.simulation.trial import Trial
from bots.classification.settings import ClassificationSettings
from bridge.plugin import Host


def desk(rules: ClassificationSettings, engine: Engine, host: Host) -> Desk:
    """What the trial stands on."""
    return Desk(rules, engine, host, lambda: datetime.now(UTC))


async def run(desk: Desk, asked: Asked, *, as_json: bool) -> int:
    """Prints what would have happened; gives the exit code, 1 where the room that is asked for is not known."""
    async with desk.host.pool.acquire() as connection, connection.transaction(readonly=True):
        if asked.room is not None and not await stretch.is_known(connection, asked.room):
            print(f"--room: nothing of a room {asked.room} is journalled; `setu status` names rooms", file=sys.stderr)
            return 1
        stretches = await stretch.since(connection, asked.since, asked.room)
    entries = sum(one.up_to - one.after for one in stretches)
    progress = Progress(entries, lambda line: print(line, file=sys.stderr, flush=True))
    found = await Trial(desk).run(stretches, progress.told)
    print(report.as_json(asked, found) if as_json else report.render(asked, found))
    return 0
