"""The one choke point: whether a command is obeyed, from who sent it, where, and what they are there. A pure function;
what it does not allow has no effect.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

from bridge.commands.parse import Command, Verb
from bridge.power import MODERATOR


class Place(StrEnum):
    """What a room is to Setu."""

    ADMIN_ROOM = "admin room"
    DEPARTMENT = "department"
    """A department's room in which the bot is."""
    HUB = "hub"
    """Any other room of the hub in which the bot is."""


@dataclass(frozen=True)
class Facts:
    """What is known of a command's sender and room."""

    place: Place | None
    """None where our bot is not in the room."""
    ours: bool
    """Whether one of our own bots or ghosts sent it."""
    at_home: bool
    """Whether the room is seen through the sender's own homeserver, which alone vouches for them."""
    admin: bool
    """Whether the sender is an administrator of that homeserver."""
    power: float
    links: frozenset[str]
    """The names of the room's own links and proposals."""


class Need(Enum):
    """What a verb asks of its sender."""

    ADMIN = "an administrator of the homeserver"
    MODERATOR = "such an administrator, who is a moderator of the room too"


class Verdict(Enum):
    """What becomes of a command. A denial is told to the sender; what is unheard is not."""

    ALLOWED = "allowed"
    UNHEARD = "unheard"
    NOT_ADMIN = "the sender is no administrator"
    NOT_HERE = "not in this room"
    NO_POWER = "the sender is no moderator of the room"
    NOT_OF_THIS_ROOM = "the link is not the room's"


ANYWHERE = dict.fromkeys(Place, Need.ADMIN)
EITHER_SIDE = {Place.ADMIN_ROOM: Need.ADMIN, Place.DEPARTMENT: Need.MODERATOR, Place.HUB: Need.MODERATOR}

RIGHTS: Mapping[Verb | None, Mapping[Place, Need]] = MappingProxyType({
    None: ANYWHERE,
    Verb.HELP: ANYWHERE,
    Verb.LINKS: ANYWHERE,
    Verb.STATUS: ANYWHERE,
    Verb.LINK: {Place.DEPARTMENT: Need.MODERATOR},
    Verb.ACCEPT: {Place.ADMIN_ROOM: Need.ADMIN},
    Verb.REFUSE: {Place.ADMIN_ROOM: Need.ADMIN, Place.DEPARTMENT: Need.MODERATOR},
    Verb.UNLINK: EITHER_SIDE,
    Verb.PAUSE: EITHER_SIDE,
    Verb.RESUME: EITHER_SIDE,
})  # fmt: skip
"""Who may ask for what, where; what is not named is denied."""

OF_A_LINK = frozenset({Verb.STATUS, Verb.REFUSE, Verb.UNLINK, Verb.PAUSE, Verb.RESUME})
"""Verbs that are about one link: outside of the admin room, about one of the room's own."""


def authorise(command: Command, facts: Facts) -> Verdict:
    """The verdict on a command."""
    if facts.place is None or facts.ours or not facts.at_home:
        return Verdict.UNHEARD
    if not facts.admin:
        return Verdict.NOT_ADMIN
    need = RIGHTS[command.verb].get(facts.place)
    if need is None:
        return Verdict.NOT_HERE
    if need is Need.MODERATOR and facts.power < MODERATOR:
        return Verdict.NO_POWER
    return Verdict.ALLOWED if _in_scope(command, facts) else Verdict.NOT_OF_THIS_ROOM


def _in_scope(command: Command, facts: Facts) -> bool:
    if command.verb not in OF_A_LINK or facts.place is Place.ADMIN_ROOM or command.name is None:
        return True
    return command.name in facts.links
