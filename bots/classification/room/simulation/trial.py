"""The reading of a simulation: each room's journal in batches, as the bot reads it, in transactions that cannot write.
What came encrypted is read as it was read then; what nobody has read yet is not read here, since it would be stored.
The clock stands where each entry came, so that what counted on that day counts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bots.classification.room import ceilings, judging
from bots.classification.room.ceilings import Ruled
from bots.classification.room.desk import Desk
from bots.classification.room.judging import Judged
from bots.classification.room.simulation import past
from bots.classification.room.simulation.past import NOBODY, Past
from bots.classification.room.simulation.stretch import Stretch
from bots.classification.room.simulation.tally import NOTHING, Compared, Done, Found
from bots.classification.verdict import Verdict
from bridge.attachments import files_of
from bridge.model import Entry, Room
from bridge.seal import CannotOpen
from bridge.store.database import Pool

AT_ONCE = 500
"""Entries that are open in memory."""


@dataclass(frozen=True)
class Trial:
    """Rules that are tried, and what is found."""

    desk: Desk
    found: Found = field(default_factory=Found)

    async def run(self, stretches: Sequence[Stretch], told: Callable[[Found], None]) -> Found:
        """Reads all of it; `told` hears how far it is."""
        for stretch in stretches:
            await self._room(stretch, told)
        return self.found

    @property
    def _pool(self) -> Pool:
        return self.desk.host.pool

    async def _room(self, stretch: Stretch, told: Callable[[Found], None]) -> None:
        async with self._pool.acquire() as connection, connection.transaction(readonly=True):
            place = await ceilings.of(connection, self.desk, stretch.room)
        if place is None or place.end_of(stretch.room) is None:
            self.found.seen.rooms_left_out += 1
            return
        self.found.seen.rooms += 1
        for after in range(stretch.after, stretch.up_to, AT_ONCE):
            await self._batch(place, stretch, after)
            told(self.found)

    async def _batch(self, place: Ruled, stretch: Stretch, after: int) -> None:
        up_to = min(after + AT_ONCE, stretch.up_to)
        # One snapshot: an entry and its case are seen together or not at all.
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            entries = await self.desk.journal.read(connection, stretch.room, after, up_to)
            then = await past.of(connection, stretch.room, after, up_to)
        self.found.seen.entries += len(entries)
        for entry in entries:
            try:
                self._entry(place, stretch, entry, then.get(entry.pos, NOBODY))
            except CannotOpen:
                self.found.seen.not_readable += 1

    def _entry(self, place: Ruled, stretch: Stretch, entry: Entry, was: Past) -> None:
        seen, room = self.found.seen, stretch.room
        if entry.undetermined or entry.unreadable is not None:
            sender = entry.raw.sender
            seen.not_readable += sender is not None and not self.desk.ours(sender, room.homeserver)
            return
        if entry.source == "decrypted" and (entry.cites or 0) > stretch.after:
            seen.not_readable -= 1  # it was, and its key came
        if judging.is_said(self.desk, room, entry):
            self._said(place, room, entry, was)

    def _said(self, place: Ruled, room: Room, entry: Entry, was: Past) -> None:
        seen = self.found.seen
        has_files = bool(files_of(entry.event))
        seen.messages += 1
        seen.files += has_files
        try:
            verdict = judging.verdict(self.desk, entry)
        except Exception:  # one message that breaks the engine ends no simulation; the bot would set it aside
            seen.not_judged += 1
            return
        now = self._now(place, room, entry, verdict)
        then = was.as_far_as(now) if has_files else was
        self.found.tally.add(room, Compared(now, then.done, then.wrong))

    def _now(self, place: Ruled, room: Room, entry: Entry, verdict: Verdict) -> Done:
        if not verdict or judging.about(room, entry) is None:
            return NOTHING
        that_day = replace(self.desk, clock=lambda: entry.received_at)
        decision = judging.decided(that_day, place, Judged(entry, verdict))
        if decision is None:
            return NOTHING
        return Done(frozenset(decision.rules), decision.deeds, decision.would)
