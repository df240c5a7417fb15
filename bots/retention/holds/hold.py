"""A hold, what becomes of it, and who may do what with it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

HoldNumber = NewType("HoldNumber", int)


@dataclass(frozen=True)
class Officer:
    """Who acts."""

    account: str
    """That of this machine under which the command ran; in chat the same as `person`."""
    person: str
    """In whose name: a Matrix id."""

    @property
    def name(self) -> str:
        """As the log names them."""
        return self.account if self.account == self.person else f"{self.account} as {self.person}"

    def may_be(self, other: "Officer") -> bool:
        """Whether these may be one person. The constraint of `record_hold_act` says the same."""
        return bool({self.account, self.person} & {other.account, other.person})


@dataclass(frozen=True)
class Criteria:
    """What is held: all that are given must fit, and of each of them one."""

    people: Sequence[str] = ()
    """Matrix ids of who wrote it; what their ghosts say is theirs."""
    rooms: Sequence[str] = ()
    """Room ids."""
    words: Sequence[str] = field(default=(), repr=False)
    """Words, phrases in quotes, beginnings with an asterisk."""
    since: datetime | None = None
    until: datetime | None = None
    """The first moment that is too late."""


@dataclass(frozen=True)
class Order:
    """The words in which a hold was ordered."""

    matter: str = field(repr=False)
    authority: str = field(repr=False)
    """Who ordered it, such as a court."""
    reason: str = field(repr=False)


class Deed(StrEnum):
    """What becomes of a hold. The table's check holds the same words."""

    ASKED = "asked"
    """Somebody asked to let it go."""
    AGREED = "agreed"
    """Somebody else agreed. It holds until it has cooled off."""
    TAKEN_BACK = "taken_back"
    """One of the two wants it kept after all."""


@dataclass(frozen=True)
class Act:
    """One of them."""

    n: int
    deed: Deed
    at: datetime
    officer: Officer
    reason: str = field(repr=False)
    ends_at: datetime | None = None
    """Of an agreement: until then it holds."""
    answers: Officer | None = None
    """Of an agreement: to whom."""


class Standing(StrEnum):
    """How it stands with a hold."""

    HOLDS = "holds"
    ASKED = "asked"
    """It holds, and a second officer may agree to let it go."""
    COOLING = "cooling"
    """It holds until it has cooled off."""
    ENDED = "ended"


@dataclass(frozen=True)
class Hold:
    """A hold, and what became of it."""

    number: HoldNumber
    organisation: str
    """Whose officers ordered it."""
    everywhere: bool
    """Whether it holds what was seen through any homeserver; else what was seen through that organisation's."""
    at: datetime
    officer: Officer
    criteria: Criteria
    order: Order
    acts: Sequence[Act] = ()
    opens: bool = True
    """Whether its words could be read; where not, whatever fits else is held."""

    def standing(self, now: datetime) -> Standing:
        """How it stands at this time."""
        last = self.acts[-1] if self.acts else None
        match last.deed if last is not None else Deed.TAKEN_BACK:
            case Deed.TAKEN_BACK:
                return Standing.HOLDS
            case Deed.ASKED:
                return Standing.ASKED
            case Deed.AGREED:
                assert last is not None and last.ends_at is not None, "the table's check says so"
                return Standing.COOLING if now < last.ends_at else Standing.ENDED
