"""What of a batch is more than words: one look at each entry, so that plain messages cost nothing further."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from bots.retention.facts import timer
from bots.retention.facts.timer import Timer
from bridge.model import ENCRYPTED, RELEASED, RELEASED_SECRET, Entry
from bridge.seal import CannotOpen

REDACTION, MEMBER, VISIBILITY = "m.room.redaction", "m.room.member", "m.room.history_visibility"
_STATES = timer.STATES | {MEMBER, VISIBILITY}


@dataclass
class Watched:
    """The entries that show a fact, in their order."""

    redactions: list[Entry] = field(default_factory=list)
    members: list[Entry] = field(default_factory=list)
    visibilities: list[Entry] = field(default_factory=list)
    room_timers: list[Entry] = field(default_factory=list)
    message_timers: list[tuple[Entry, Timer]] = field(default_factory=list)

    @property
    def timed(self) -> bool:
        """Whether there is anything of timers."""
        return bool(self.room_timers or self.message_timers)


def watched(entries: Sequence[Entry]) -> Watched:
    """Those of these entries that still open. What was held at the border is seen when it came, not when it goes on."""
    found = Watched()
    for entry in entries:
        if entry.source != RELEASED and entry.source != RELEASED_SECRET:
            try:
                _look(found, entry)
            except CannotOpen:
                continue
    return found


def _look(found: Watched, entry: Entry) -> None:
    if entry.type in _STATES:
        _state(found, entry)
    elif entry.type == REDACTION:
        if entry.cites is None:
            found.redactions.append(entry)
    elif (of := timer.of_message(entry.event.content)) is not None or (
        # What the homeserver is to act upon stands beside what is encrypted (MSC2228).
        entry.type == ENCRYPTED and (of := timer.of_message(entry.raw.content)) is not None
    ):
        found.message_timers.append((entry, of))


def _state(found: Watched, entry: Entry) -> None:
    """A message may bear the type of a state event; it has no state key, and is none."""
    key = entry.event.state_key
    if key is None or entry.cites is not None:
        return
    if entry.type == MEMBER:
        found.members.append(entry)
    elif key == "" and entry.type == VISIBILITY:
        found.visibilities.append(entry)
    elif key == "":
        found.room_timers.append(entry)
