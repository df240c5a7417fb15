"""What would have been done, and was only counted: since a rule or a room is on trial, or a message was old already."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bots.classification.settings import Deed
from bridge.store.database import Connection


@dataclass
class Would:
    """Of one deed."""

    deed: Deed
    times: int = 0
    """Messages."""
    rules: Counter[str] = field(default_factory=Counter)
    """By rule; a message counts for each that spoke about it."""
    rooms: Counter[str] = field(default_factory=Counter)
    """By the room's id."""


async def since(connection: Connection, when: datetime) -> Sequence[Would]:
    """Of each deed, the most frequent first."""
    rows = await connection.fetch(
        "select deed, r.room_id, c.rules, count(*) as times from classification_case c"
        " join room r on r.id = c.room, unnest(c.would) as deed"
        " where c.at >= $1 and c.would <> '{}' group by deed, r.room_id, c.rules",
        when,
    )  # fmt: skip
    found: dict[Deed, Would] = {}
    for row in rows:
        one = found.setdefault(row["deed"], Would(row["deed"]))
        one.times += row["times"]
        one.rules.update(dict.fromkeys(row["rules"], row["times"]))
        one.rooms[row["room_id"]] += row["times"]
    return sorted(found.values(), key=lambda one: (-one.times, one.deed))
