"""The classification bot as a follower of the journal, which the mirror comes after: every text that people write is
judged once; what was found is kept, decided about, and acted on, in the same transaction.
"""

from collections.abc import Sequence

from bots.classification.room import cases, ceilings, containment, judging, mail, verdicts, welcome
from bots.classification.room.acting import Acting
from bots.classification.room.border import FOLLOWER
from bots.classification.room.cases import Occasion
from bots.classification.room.ceilings import Ruled
from bots.classification.room.desk import Desk
from bots.classification.room.judging import Judged
from bots.classification.verdict import CLEAN
from bridge.mirror.plan import redacted
from bridge.model import Entry, Room
from bridge.seal import Kek
from bridge.store.database import Connection


class Classification:
    """Reads every room."""

    name = FOLLOWER
    after: tuple[str, ...] = ()

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Judges what people wrote; most of it carries nothing, and asks for no query."""
        said = [entry for entry in entries if judging.is_said(self._desk, room, entry)]
        taken_back = [target for entry in said if (target := redacted(entry.event)) is not None]
        if taken_back:
            await cases.withdraw(connection, room.ref, taken_back)
        for entry in said:
            if (original := _edited(entry)) is not None and entry.event.id is not None:
                await self._edited(connection, room, original, entry.event.id)
        await welcome.heed(self._desk, connection, room, entries)
        found = [Judged(entry, says) for entry in said if (says := judging.verdict(self._desk, entry)) is not CLEAN]
        if found:
            await self._found(connection, room, found)

    async def _edited(self, connection: Connection, room: Room, original: str, event_id: str) -> None:
        """An edit of what was taken back is taken back too, whatever it says."""
        await cases.note_revision(connection, room.ref, original, event_id)
        for case in await cases.of_event(connection, room.ref, original):
            if "redact" in case.deeds:
                kek = await self._desk.keyring.current(connection, room.ref)
                await containment.contain(self._desk, connection, kek, case)

    async def _found(self, connection: Connection, room: Room, found: Sequence[Judged]) -> None:
        kek = await self._desk.keyring.current(connection, room.ref)
        place = await ceilings.of(connection, self._desk, room)
        for one in found:
            await verdicts.keep(connection, kek, room, one.entry.pos, one.verdict)
            if place is not None:
                await self.decide(connection, kek, place, room, one, "said")
                await mail.point_out(self._desk, connection, kek, place, room, one.entry, one.verdict)

    async def decide(
        self, connection: Connection, kek: Kek, place: Ruled, room: Room, judged: Judged, occasion: Occasion
    ) -> None:
        """Decides about a verdict, and does what was decided."""
        desk, entry = self._desk, judged.entry
        decision, end, about = judging.decided(desk, place, judged), place.end_of(room), judging.about(room, entry)
        if decision is None or end is None or about is None:
            return
        case = await cases.begin(connection, about, place.ref, decision, occasion)
        if case is not None and not judging.is_past(desk, entry):
            await Acting(desk, connection, kek, place, room, end, case).act()


def _edited(entry: Entry) -> str | None:
    """The event that an edit replaces (Client-Server API, "Event replacements")."""
    relation = entry.event.content.get("m.relates_to")
    is_edit = isinstance(relation, dict) and relation.get("rel_type") == "m.replace"
    return entry.event.related[0] if is_edit and entry.event.related else None
