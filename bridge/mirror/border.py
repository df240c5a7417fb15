"""What stays at the border, as the mirror plans: what the guard says of an entry, and what depends on something that is
held. A redaction or a membership always crosses, if need be without the reason that it gives.
"""

import json
from dataclasses import replace

from bridge.border import OPEN
from bridge.mirror.batch import Batch
from bridge.model import Entry, Fate
from bridge.store import held
from bridge.store.journal import Journal
from bridge.store.links import Endpoint

ALWAYS = frozenset({"m.room.redaction", "m.room.member"})


async def stays(batch: Batch, entry: Entry, target: Endpoint) -> bool:
    """Whether the entry does not go to that end now; it is noted then, with what it waits for."""
    if batch.guard is OPEN or entry.type in ALWAYS or entry.event.type in ALWAYS:
        return False
    fate = None if entry.released else batch.guard.fate(entry, target)
    if fate is not None:
        batch.crossings.hold(entry.pos, target.ref, fate, None)
        return True
    for event_id in entry.event.related:
        pos = await batch.crossings.position(batch.connection, event_id)
        fate = await batch.crossings.of_pos(batch.connection, pos, target.ref)
        if fate in (Fate.HELD, Fate.REFUSED):
            batch.crossings.hold(entry.pos, target.ref, fate, pos)
            return True
    return False


def crossing(batch: Batch, entry: Entry, target: Endpoint) -> Entry:
    """The entry as it crosses to that end: without its reason, where that stays."""
    if not batch.guard.bare(entry, target):
        return entry
    content = {key: value for key, value in entry.event.content.items() if key != "reason"}
    raw = json.dumps({**entry.event.fields, "content": content}).encode("utf-8", "surrogatepass")
    return replace(entry, clear=lambda: raw)


async def take_back(batch: Batch, journal: Journal, event_id: str) -> None:
    """Its author took back what was held; what was held only because of it goes on."""
    await held.take_back(batch.connection, batch.room, event_id)
    for pos in await held.orphans(batch.connection, batch.room, event_id):
        await held.release(batch.connection, journal, batch.room, pos)
