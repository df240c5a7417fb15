"""The classification bot as a follower of the journal, which the mirror comes after: every text that people write is
judged once; what was found is kept, decided about, and acted on, in the same transaction.
"""

from collections.abc import Mapping, Sequence

from bots.classification.gate import policy_state
from bots.classification.room import cases, ceilings, containment, crossed, judging, mail, revisions, verdicts, welcome
from bots.classification.room.acting import Acting
from bots.classification.room.border import FOLLOWER
from bots.classification.room.cases import Occasion
from bots.classification.room.ceilings import Ruled
from bots.classification.room.desk import Desk
from bots.classification.room.judging import Judged
from bots.classification.scanning import not_scanned
from bots.classification.verdict import CLEAN, Verdict, merged
from bridge.attachments import files_of
from bridge.mirror.plan import redacted
from bridge.model import Entry, Room
from bridge.seal import Kek
from bridge.store import held
from bridge.store.database import Connection

LONG_AGO = "it was sent long before it could be judged"


class Classification:
    """Reads every room."""

    name = FOLLOWER
    after: tuple[str, ...] = ()

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> int | None:
        """Judges what people wrote; most of it carries nothing, and asks for no query. A message with files waits."""
        files = await self._files(connection, room, entries)
        waits = next((entry for entry in entries if entry.pos in files and files[entry.pos] is None), None)
        taken = [entry for entry in entries if waits is None or entry.pos < waits.pos]
        if taken:
            await self._take(connection, room, taken, files)
        return waits.pos - 1 if waits is not None else None

    async def _files(
        self, connection: Connection, room: Room, entries: Sequence[Entry]
    ) -> Mapping[int, Verdict | None]:
        """The verdict on the files of each entry that has any; None where it is still to come."""
        found: dict[int, Verdict | None] = {}
        for entry in (entry for entry in entries if judging.is_said(self._desk, room, entry)):
            if files_of(entry.event):
                found[entry.pos] = await self._judge_files(connection, room, entry)
        return found

    async def _judge_files(self, connection: Connection, room: Room, entry: Entry) -> Verdict | None:
        if judging.is_old(self._desk, entry):
            return not_scanned(LONG_AGO)
        return await self._desk.scanning.verdict(connection, room, entry, self._desk.clock())

    async def _take(
        self, connection: Connection, room: Room, entries: Sequence[Entry], files: Mapping[int, Verdict | None]
    ) -> None:
        said = [entry for entry in entries if judging.is_said(self._desk, room, entry)]
        taken_back = [target for entry in said if (target := redacted(entry.event)) is not None]
        if taken_back:
            await cases.withdraw(connection, room.ref, taken_back)
        for entry in said:
            if (original := await revisions.note(connection, room, entry)) is not None:
                await self._contain_too(connection, room, original)
        for entry in entries:
            if policy_state.policy_changed(entry.event):
                await policy_state.heed(connection, room, entry)
        await welcome.heed(self._desk, connection, room, entries)
        found = [Judged(entry, verdict) for entry in said if (verdict := self._judge(entry, files))]
        if found:
            await self._found(connection, room, found)

    async def _contain_too(self, connection: Connection, room: Room, original: str) -> None:
        """An edit of what was taken back is taken back too, whatever it says; the border lets it not cross."""
        for case in await cases.of_event(connection, room.ref, original):
            if "redact" in case.deeds:
                kek = await self._desk.keyring.current(connection, room.ref)
                await containment.contain(self._desk, connection, kek, case)

    def _judge(self, entry: Entry, files: Mapping[int, Verdict | None]) -> Verdict:
        """Of its texts and its files."""
        return merged(judging.verdict(self._desk, entry), files.get(entry.pos) or CLEAN)

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
        past = judging.is_past(desk, entry)
        decision = decision if past else await crossed.heed(connection, about, decision)
        case = await cases.begin(connection, about, place.ref, decision, occasion)
        if case is not None and case.hold == "held":
            await held.by_itself(connection, room, entry.pos)
        if case is not None and not past:
            await Acting(desk, connection, kek, place, room, end, case).act()
