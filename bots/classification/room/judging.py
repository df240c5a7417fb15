"""What the bot makes of a journal entry: whether somebody said it here, the verdict, and what is to be done about that.
The follower acts on it; a simulation counts it. Nothing here reads or writes.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from bots.classification.room.cases import About
from bots.classification.room.ceilings import Ruled
from bots.classification.room.decision import Decision
from bots.classification.room.desk import Desk
from bots.classification.settings import Deed
from bots.classification.verdict import Verdict
from bridge.model import ENCRYPTED, Entry, Room

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


def is_said(desk: Desk, room: Room, entry: Entry) -> bool:
    """Whether a person said it, here, and it can be read. What a ghost says was judged where it comes from."""
    if entry.released or entry.unreadable is not None or (entry.type in SILENT and entry.clear is None):
        return False
    sender = entry.event.sender
    return sender is not None and entry.event.type not in SILENT and not desk.ours(sender, room.homeserver)


def verdict(desk: Desk, entry: Entry) -> Verdict:
    """The verdict on what is said, without its files. Of a membership only its reason is what somebody says."""
    content, kind = entry.event.content, entry.event.type or ""
    if kind == "m.room.member":
        content = {"reason": content["reason"]} if "reason" in content else {}
    return desk.engine.judge_event(kind, content)


def about(room: Room, entry: Entry) -> About | None:
    """The message that a case can be about; None where it bears no id or sender."""
    event = entry.event
    if event.id is None or event.sender is None:
        return None
    return About(room, entry.pos, event.id, event.sender)


def decided(desk: Desk, place: Ruled, judged: Judged) -> Decision | None:
    """What is to be done about it by the rules of its place; None where nothing counts."""
    decision = place.decide(desk, judged.verdict)
    return _quiet(decision) if decision is not None and is_past(desk, judged.entry) else decision


def is_past(desk: Desk, entry: Entry) -> bool:
    """Whether it was said before anybody could have been told."""
    return entry.history or is_old(desk, entry) or entry.taken_back or entry.source == "state"


def is_old(desk: Desk, entry: Entry) -> bool:
    """Whether it came long ago."""
    return desk.clock() - entry.received_at > FRESH


def _quiet(decision: Decision) -> Decision:
    """What would be removed is held: it was there before us."""
    stays: frozenset[Deed] = frozenset({"hold"}) if decision.stays else frozenset()
    deeds = decision.deeds & QUIETLY | stays
    return replace(decision, deeds=deeds, would=decision.would | (decision.deeds - deeds))
