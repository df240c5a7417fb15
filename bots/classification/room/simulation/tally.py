"""The counting of a simulation: what would be done about each message against what was, for each rule and each room.
Pure; it holds numbers and ids, and nothing of what anybody wrote.
"""

from dataclasses import dataclass, field
from typing import get_args

from bots.classification.settings import Deed
from bridge.model import Room

DEEDS: tuple[Deed, ...] = get_args(Deed)


@dataclass(frozen=True)
class Done:
    """Which rules spoke about a message, and what is done about it."""

    rules: frozenset[str] = frozenset()
    deeds: frozenset[Deed] = frozenset()
    tried: frozenset[Deed] = frozenset()
    """What is only counted, since the rule or the room is on trial."""

    def by(self, rule: str) -> "Done":
        """The same where this rule spoke; a message counts for each rule that spoke about it."""
        return self if rule in self.rules else NOTHING


NOTHING = Done()


@dataclass(frozen=True)
class Compared:
    """One message."""

    now: Done
    then: Done = NOTHING
    wrong: frozenset[str] = frozenset()
    """The rules that somebody called a false alarm there."""

    @property
    def counts(self) -> bool:
        """Whether there is anything to be counted."""
        return bool(self.now.deeds or self.now.tried or self.then.deeds or self.wrong)


@dataclass
class Count:
    """Of messages."""

    would: int = 0
    new: int = 0
    """Of these, where it was not done then."""
    gone: int = 0
    """Where it was done then, and would not be now."""
    tried: int = 0

    def add(self, would: bool, was: bool, tried: bool) -> None:
        self.would += would
        self.new += would and not was
        self.gone += was and not would
        self.tried += tried


@dataclass
class Row:
    """What is counted of one rule, of one room, or of all."""

    messages: Count = field(default_factory=Count)
    """Those about which anything at all is done."""
    deeds: dict[Deed, Count] = field(default_factory=lambda: {deed: Count() for deed in DEEDS})
    called_wrong: int = 0
    """Those of which somebody said that it was a false alarm."""
    still: int = 0
    """Of these, those in which the rule would speak again."""

    def add(self, now: Done, then: Done, wrong: bool, still: bool) -> None:
        self.messages.add(bool(now.deeds), bool(then.deeds), bool(now.tried))
        for deed, count in self.deeds.items():
            count.add(deed in now.deeds, deed in then.deeds, deed in now.tried)
        self.called_wrong += wrong
        self.still += still

    @property
    def is_empty(self) -> bool:
        return self.messages == Count() and not self.called_wrong


@dataclass
class Tally:
    """The sums; they grow with the number of rules and rooms, not with that of messages."""

    all: Row = field(default_factory=Row)
    rules: dict[str, Row] = field(default_factory=dict)
    rooms: dict[Room, Row] = field(default_factory=dict)

    def add(self, room: Room, one: Compared) -> None:
        """One more message of a room."""
        if not one.counts:
            return
        wrong, still = one.wrong, one.wrong & one.now.rules
        for row in (self.all, self.rooms.setdefault(room, Row())):
            row.add(one.now, one.then, bool(wrong), bool(still))
        for rule in one.now.rules | one.then.rules | wrong:
            row = self.rules.setdefault(rule, Row())
            row.add(one.now.by(rule), one.then.by(rule), rule in wrong, rule in still)


@dataclass
class Seen:
    """What was read."""

    rooms: int = 0
    rooms_left_out: int = 0
    """In which Setu does not stand any more."""
    entries: int = 0
    messages: int = 0
    """Those of the entries that somebody wrote, and that can be read."""
    files: int = 0
    """Messages with files; what is in those is not simulated, and nothing of them is told to be gone."""
    not_readable: int = 0
    """Entries that came encrypted and could not be read, or not yet, and those whose key was destroyed."""
    not_judged: int = 0
    """Messages that the engine could not judge."""


@dataclass
class Found:
    """All that a simulation has found."""

    seen: Seen = field(default_factory=Seen)
    tally: Tally = field(default_factory=Tally)
