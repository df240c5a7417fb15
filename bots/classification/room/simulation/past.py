"""What was really decided about messages when they were said, and what people said of it since."""

from collections.abc import Mapping
from dataclasses import dataclass

from bots.classification.room.simulation.tally import NOTHING, Done
from bridge.model import Room
from bridge.store.database import Connection


@dataclass(frozen=True)
class Past:
    """Of one message."""

    done: Done = NOTHING
    wrong: frozenset[str] = frozenset()

    def as_far_as(self, now: Done) -> "Past":
        """What of it would be done now as well. Of a message with files the rest may have been for those."""
        done = Done(self.done.rules & now.rules, self.done.deeds & now.deeds)
        return Past(done, self.wrong & now.rules)


NOBODY = Past()
"""Where there was no case."""


async def of(connection: Connection, room: Room, after: int, up_to: int) -> Mapping[int, Past]:
    """By position, of the entries with `after` < pos ≤ `up_to`: what their texts led to, an officer's part included.
    What files that came late, people's own marks, and messages that nobody could judge led to is left out.
    """
    rows = await connection.fetch(
        "select c.pos, c.rules, c.deeds,"
        " array(select distinct w.rule from classification_wrong w where w.number = c.number) as wrong"
        " from classification_case c where c.room = $1 and c.pos > $2 and c.pos <= $3 and c.occasion = 'said'",
        room.ref, after, up_to,
    )  # fmt: skip
    return {
        row["pos"]: Past(Done(frozenset(row["rules"]), frozenset(row["deeds"])), frozenset(row["wrong"]))
        for row in rows
    }
