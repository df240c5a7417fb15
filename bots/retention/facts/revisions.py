"""What became of a message: every revision of it in order, and the reactions to it (Client-Server API, "Event
replacements" and "Event annotations"). Both are told by the relations that stand in the record itself, which
homeservers see in encrypted events too; so nothing further is kept of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bridge.model import Room, UserId
from bridge.store.database import Connection

EDIT, REACTION = "m.replace", "m.annotation"


@dataclass(frozen=True)
class Related:
    """An entry that is about a message."""

    pos: int
    event_id: str
    sender: UserId | None
    at: datetime
    own: bool
    """Whether it is by the message's author: only then does an edit count."""


_RELATED = """
    select r.relates_to, r.pos, r.event_id, r.sender, least(r.sent_at, r.received_at) as at,
           (r.sender = (select j.sender from seen s join journal j on j.room = s.room and j.pos = s.pos
                       where s.room = $1 and s.event_id = r.relates_to)) is true as own
    from record r where r.room = $1 and r.relates_to = any($2) and r.relation = $3 and r.cites is null
    order by case when r.source = 'push' and not r.late then r.received_at else least(r.sent_at, r.received_at) end,
             r.pos
"""


async def of(
    connection: Connection, room: Room, event_ids: Sequence[str], relation: str = EDIT
) -> Mapping[str, Sequence[Related]]:
    """What is related so to each of these messages, oldest first, of those that have any. What came late stands where
    it was said. An entry that could be read only later is the one that came, not the one that tells what it says.
    """
    rows = await connection.fetch(_RELATED, room.ref, list(event_ids), relation)
    found: dict[str, list[Related]] = {}
    for row in rows:
        sender = UserId(row["sender"]) if row["sender"] is not None else None
        found.setdefault(row["relates_to"], []).append(
            Related(row["pos"], row["event_id"], sender, row["at"], bool(row["own"]))
        )
    return found
