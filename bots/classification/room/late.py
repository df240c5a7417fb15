"""What the files hold of messages that went on without a verdict on them; found late, it is treated as the rest."""

from bots.classification import file_book
from bots.classification.room import ceilings, verdicts
from bots.classification.room.desk import Desk
from bots.classification.room.follower import Classification
from bots.classification.room.judging import Judged
from bots.classification.verdict import CLEAN, merged
from bridge.model import Entry
from bridge.seal import CannotOpen, Kek
from bridge.store.database import Connection

AT_ONCE = 100
"""Late verdicts that one look acts upon."""


async def heed(desk: Desk, connection: Connection, kek: Kek) -> None:
    """Acts upon those that came since."""
    for one in await file_book.late(connection, desk.keyring, AT_ONCE):
        room = await desk.journal.room(connection, one.room)
        place = await ceilings.of(connection, desk, room) if room is not None else None
        if room is None or place is None:
            continue
        [entry] = await desk.journal.read_at(connection, room, [one.pos])
        if not _opens(entry):
            continue
        before = (await verdicts.of(connection, desk.keyring, room, [one.pos])).get(one.pos, CLEAN)
        await verdicts.keep(connection, kek, room, one.pos, merged(before, one.verdict))
        await Classification(desk).decide(connection, kek, place, room, Judged(entry, one.verdict), "file")


def _opens(entry: Entry) -> bool:
    """Whether it can still be opened: what was disposed of can not."""
    try:
        return entry.event is not None
    except CannotOpen:
        return False
