"""Who gives the address of a mail provider abroad is pointed to their official address, privately, once a month (order
of the Ministry of Home Affairs on officials and social media, 5 December 2014).
"""

from bots.classification.room.ceilings import Ruled
from bots.classification.room.desk import Desk
from bots.classification.verdict import Verdict
from bridge.model import Entry, Room
from bridge.saying import Saying
from bridge.seal import Kek
from bridge.store import outbox
from bridge.store.database import Connection

TYPE = "FOREIGN_MAIL"


async def point_out(
    desk: Desk, connection: Connection, kek: Kek, place: Ruled, room: Room, entry: Entry, verdict: Verdict
) -> None:
    """Where the verdict found such an address; not of what is old."""
    sender, end = entry.event.sender, place.end_of(room)
    given = any(finding.type == TYPE for finding in verdict.findings)
    if not desk.settings.foreign_mail or not given or sender is None or end is None:
        return
    if place.rules.mode != "enforce" or entry.source != "push" or entry.late:
        return
    cause = f"classification:mail:{sender}:{desk.clock():%Y-%m}"
    if not await outbox.has(connection, f"{cause}#0"):
        await desk.letters.alone(connection, kek, end, sender, cause, Saying.of("mark-foreign-mail"))
