"""The classification bot as a follower of the journal, which the mirror comes after: every text that people write is
judged once; what was found is kept, decided about, and acted on, in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bots.classification.room import cases, ceilings, containment, mail, verdicts, welcome
from bots.classification.room.acting import Acting
from bots.classification.room.border import FOLLOWER
from bots.classification.room.cases import About, Occasion
from bots.classification.room.ceilings import Ruled
from bots.classification.room.decision import Decision, decide
from bots.classification.room.desk import Desk
from bots.classification.settings import Deed
from bots.classification.verdict import CLEAN, Verdict
from bridge.mirror.plan import redacted
from bridge.model import ENCRYPTED, Entry, Room
from bridge.seal import Kek
from bridge.store.database import Connection

FRESH = timedelta(hours=1)
"""How long after it was said anybody is spoken to because of it; the journal is older where the bot is new."""

QUIETLY: frozenset[Deed] = frozenset({"note", "hold"})
"""What is done about what was said before anybody could hear of it."""

SILENT = frozenset({
    ENCRYPTED, "m.room.encryption", "m.room.power_levels", "m.room.create", "m.room.join_rules",
    "m.room.history_visibility", "m.room.guest_access", "m.room.server_acl", "m.room.pinned_events",
})  # fmt: skip
"""Types without a text that people read."""


@dataclass(frozen=True)
class Judged:
    """An entry and its verdict, where that says anything."""

    entry: Entry
    verdict: Verdict


class Classification:
    """Reads every room."""

    name = FOLLOWER
    after: tuple[str, ...] = ()

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> None:
        """Judges what people wrote; most of it carries nothing, and asks for no query."""
        said = [entry for entry in entries if self._is_said(room, entry)]
        taken_back = [target for entry in said if (target := redacted(entry.event)) is not None]
        if taken_back:
            await cases.withdraw(connection, room.ref, taken_back)
        for entry in said:
            if (original := _edited(entry)) is not None and entry.event.id is not None:
                await self._edited(connection, room, original, entry.event.id)
        await welcome.heed(self._desk, connection, room, entries)
        found = [Judged(entry, verdict) for entry in said if (verdict := self._judge(entry)) is not CLEAN]
        if found:
            await self._found(connection, room, found)

    async def _edited(self, connection: Connection, room: Room, original: str, event_id: str) -> None:
        """An edit of what was taken back is taken back too, whatever it says."""
        await cases.note_revision(connection, room.ref, original, event_id)
        for case in await cases.of_event(connection, room.ref, original):
            if "redact" in case.deeds:
                kek = await self._desk.keyring.current(connection, room.ref)
                await containment.contain(self._desk, connection, kek, case)

    def _is_said(self, room: Room, entry: Entry) -> bool:
        """Whether a person said it, here, and it can be read. What a ghost says was judged where it comes from."""
        if entry.released or entry.unreadable is not None or (entry.type in SILENT and entry.clear is None):
            return False
        sender = entry.event.sender
        return sender is not None and entry.event.type not in SILENT and not self._desk.ours(sender, room.homeserver)

    def _judge(self, entry: Entry) -> Verdict:
        """Of a membership only its reason is what somebody says."""
        content, kind = entry.event.content, entry.event.type or ""
        if kind == "m.room.member":
            content = {"reason": content["reason"]} if "reason" in content else {}
        return self._desk.engine.judge_event(kind, content)

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
        decision = decide(desk.grammar, judged.verdict, place.rules, lambda rule: desk.excused(rule, place), desk.tried)
        end = place.end_of(room)
        if decision is None or end is None or entry.event.id is None or entry.event.sender is None:
            return
        if self._is_past(entry):
            decision = _quiet(decision)
        about = About(room, entry.pos, entry.event.id, entry.event.sender)
        case = await cases.begin(connection, about, place.ref, decision, occasion)
        if case is not None and not self._is_past(entry):
            await Acting(desk, connection, kek, place, room, end, case).act()

    def _is_past(self, entry: Entry) -> bool:
        """Whether it was said before anybody could have been told."""
        old = self._desk.clock() - entry.received_at > FRESH
        return entry.history or old or entry.taken_back or entry.source == "state"


def _quiet(decision: Decision) -> Decision:
    """What would be removed is held: it was there before us."""
    stays: frozenset[Deed] = frozenset({"hold"}) if decision.stays else frozenset()
    deeds = decision.deeds & QUIETLY | stays
    return replace(decision, deeds=deeds, would=decision.would | (decision.deeds - deeds))


def _edited(entry: Entry) -> str | None:
    """The event that an edit replaces (Client-Server API, "Event replacements")."""
    relation = entry.event.content.get("m.relates_to")
    is_edit = isinstance(relation, dict) and relation.get("rel_type") == "m.replace"
    return entry.event.related[0] if is_edit and entry.event.related else None
