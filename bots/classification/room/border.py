"""What the classification bot tells the mirror: what stays on its side of the border, and which marking travels with a
copy. What nobody could judge goes by the link's declared rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bots.classification.room import ceilings, verdicts
from bots.classification.room.decision import MARKED
from bots.classification.room.desk import Desk
from bots.classification.scanning import unread_text
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
    select p.pos, coalesce(c.hold, r.hold) as hold, v.pos is not null as found,
           coalesce(l.level, case when v.kind = any($5) then v.level end) as level,
           (g.pos is not null or p.pos > coalesce(b.pos, 0)) as unjudged
    from unnest($2::bigint[], $3::text[]) as p(pos, event_id)
    left join bookmark b on b.follower = $4 and b.room = $1
    left join classification_verdict v on v.room = $1 and v.pos = p.pos
    left join gap g on g.room = $1 and g.pos = p.pos and g.follower = $4 and g.healed_at is null
    left join lateral (
        select hold from classification_case c where c.room = $1 and c.pos = p.pos and c.hold is not null
        order by hold = 'refused' desc, hold = 'held' desc, number desc limit 1) c on true
    left join lateral (
        select 'refused' as hold from classification_revision e
        join classification_case o on o.room = e.room and o.event_id = e.original and 'redact' = any(o.deeds)
        where e.room = $1 and e.event_id = p.event_id limit 1) r on true
    left join lateral (
        select level from classification_label l where l.room = $1 and l.event_id = p.event_id
        order by l.id desc limit 1) l on true
    where c.hold is not null or r.hold is not null or v.pos is not null or l.level is not null or g.pos is not null
       or p.pos > coalesce(b.pos, 0)
"""


@dataclass(frozen=True)
class Known:
    """What is known of one entry."""

    hold: str | None
    level: str | None
    unjudged: bool
    found: bool
    """Whether anything was found in it."""


@dataclass(frozen=True)
class Posted:
    """What is known of the entries of one batch; most of them carry nothing."""

    known: Mapping[int, Known]

    def fate(self, entry: Entry, target: Endpoint) -> Fate | None:
        """HELD, REFUSED or TAKEN_BACK where it stays."""
        known = self.known.get(_said_at(entry))
        if known is None:
            return None
        if known.hold is not None:
            return _HELD[known.hold]
        return Fate.HELD if known.unjudged and target.without_verdict != "open" else None

    def bare(self, entry: Entry, target: Endpoint) -> bool:
        """Whether its reason stays."""
        return self.fate(entry, target) is not None

    def label(self, entry: Entry) -> Mapping[str, Any]:
        """The marking, for the copy's content."""
        known = self.known.get(_said_at(entry))
        return {LABEL: {"level": known.level}} if known is not None and known.level is not None else {}


@dataclass(frozen=True)
class Border:
    """Who judges what crosses."""

    desk: Desk

    async def guard(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> Guard:
        """What is known of these entries. A room in which nothing was found costs one query."""
        rows = await connection.fetch(
            _KNOWN, room.ref, [_said_at(entry) for entry in entries], [entry.event.id for entry in entries],
            FOLLOWER, list(MARKED),
        )  # fmt: skip
        known = {row["pos"]: Known(row["hold"], row["level"], row["unjudged"], row["found"]) for row in rows}
        open_ones = [pos for pos, one in known.items() if one.found and one.hold is None and not one.unjudged]
        return Posted({**known, **await self._again(connection, room, known, open_ones)} if open_ones else known)

    async def _again(
        self, connection: Connection, room: Room, known: Mapping[int, Known], positions: Sequence[int]
    ) -> Mapping[int, Known]:
        """What was let go when it was judged goes by the ceiling of now: the room may have been linked since, or the
        ceiling lowered. What is too high, and has no case yet, is held as what was not judged; so is what could not be
        read whole.
        """
        place = await ceilings.of(connection, self.desk, room)
        if place is None or place.rules.mode != "enforce":
            return {}
        found = {}
        for pos, verdict in (await verdicts.of(connection, self.desk.keyring, room, positions)).items():
            decision = place.decide(self.desk, verdict)
            if decision is not None and decision.stays:
                found[pos] = replace(known[pos], hold="held")
            elif unread_text(verdict):
                found[pos] = replace(known[pos], unjudged=True)
        return found


def _said_at(entry: Entry) -> int:
    """Where it was judged: what is released was, when it was held."""
    return entry.cites if entry.released and entry.cites is not None else entry.pos
