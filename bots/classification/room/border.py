"""What the classification bot tells the mirror: what stays on its side of the border, and which marking travels with a
copy. What nobody could judge goes by the link's declared rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bots.classification.room.decision import MARKED
from bridge.border import Guard
from bridge.model import Entry, Fate, Room
from bridge.store.database import Connection
from bridge.store.links import Endpoint

FOLLOWER = "classification"
LABEL = "in.setu.label"
"""The key in a copy's content, and the type of the event, that tells what a message is marked as."""

_HELD: Mapping[str, Fate | None] = {
    "held": Fate.HELD, "refused": Fate.REFUSED, "withdrawn": Fate.TAKEN_BACK, "released": None
}  # fmt: skip

_KNOWN = """
    select p.pos, c.hold, coalesce(l.level, v.level) as level, v.kind as kind, l.level is not null as labelled,
           (g.pos is not null or p.pos > coalesce(b.pos, 0)) as unjudged
    from unnest($2::bigint[]) as p(pos)
    left join bookmark b on b.follower = $3 and b.room = $1
    left join classification_verdict v on v.room = $1 and v.pos = p.pos
    left join gap g on g.room = $1 and g.pos = p.pos and g.follower = $3 and g.healed_at is null
    left join lateral (
        select hold from classification_case c where c.room = $1 and c.pos = p.pos and c.hold is not null
        order by hold = 'refused' desc, hold = 'held' desc, number desc limit 1) c on true
    left join lateral (
        select level from classification_label l join seen s on s.room = l.room and s.event_id = l.event_id
        where s.room = $1 and s.pos = p.pos order by l.id desc limit 1) l on true
    where c.hold is not null or v.pos is not null or l.level is not null or g.pos is not null
       or p.pos > coalesce(b.pos, 0)
"""


@dataclass(frozen=True)
class Known:
    """What is known of one entry."""

    hold: str | None
    level: str | None
    unjudged: bool


@dataclass(frozen=True)
class Posted:
    """What is known of the entries of one batch; most of them carry nothing."""

    known: Mapping[int, Known]

    def fate(self, entry: Entry, target: Endpoint) -> Fate | None:
        """HELD, REFUSED or TAKEN_BACK where it stays."""
        known = self.known.get(entry.pos)
        if known is None:
            return None
        if known.unjudged:
            return Fate.HELD if target.without_verdict != "open" else None
        return _HELD[known.hold] if known.hold is not None else None

    def bare(self, entry: Entry) -> bool:
        """Whether its reason stays."""
        known = self.known.get(entry.pos)
        return known is not None and known.hold is not None and known.hold != "released"

    def label(self, entry: Entry) -> Mapping[str, Any]:
        """The marking, for the copy's content."""
        known = self.known.get(entry.pos)
        return {LABEL: {"level": known.level}} if known is not None and known.level is not None else {}


class Border:
    """Who judges what crosses."""

    async def guard(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> Guard:
        """What is known of these entries. A room in which nothing was found costs one query."""
        rows = await connection.fetch(_KNOWN, room.ref, [entry.pos for entry in entries], FOLLOWER)
        known = {
            row["pos"]: Known(
                row["hold"], row["level"] if row["labelled"] or row["kind"] in MARKED else None, row["unjudged"]
            )
            for row in rows
        }
        return Posted(known)
