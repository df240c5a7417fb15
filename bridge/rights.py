"""The one choke point: whether a command is obeyed, from who sent it, where, and what they are there. A pure function;
what it does not allow has no effect. The rights of a command are named where the command is.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum

ADMIN = "admin"
"""The role of those whom the configuration names under `admins`, on their own homeserver."""


class Place(StrEnum):
    """What a room is to Setu."""

    ADMIN_ROOM = "admin room"
    DEPARTMENT = "department"
    """A department's room in which the bot is."""
    HUB = "hub"
    """Any other room of the hub in which the bot is."""
    PRIVATE = "private"
    """A bot's direct chat with the sender."""


@dataclass(frozen=True)
class Facts:
    """What is known of a command's sender and room."""

    place: Place | None
    """None where our bot is not in the room."""
    ours: bool
    """Whether one of our own bots or ghosts sent it."""
    at_home: bool
    """Whether the room is seen through the sender's own homeserver, or the sender is of no homeserver of ours: each
    person is heard in one place."""
    roles: frozenset[str]
    """Their roles, as far as their own homeserver's installation vouches for them."""
    power: float
    """Their power level in the room."""
    of_ours: bool = True
    """Whether the sender's homeserver is one of ours."""
    links: frozenset[str] = frozenset()
    """The names of the room's own links and proposals."""


@dataclass(frozen=True)
class Need:
    """What a command asks of its sender: one of these roles, unless none is named, and this power in the room."""

    roles: frozenset[str] = frozenset()
    power: int | None = None


ANYBODY = Need()


class Verdict(Enum):
    """What becomes of a command. A denial is told to the sender; what is unheard is not."""

    ALLOWED = "allowed"
    UNHEARD = "unheard"
    NOT_ADMIN = "the sender is no administrator"
    NO_ROLE = "the sender does not have the role that it takes"
    NOT_HERE = "not in this room"
    NO_POWER = "the sender is no moderator of the room"
    NOT_OF_THIS_ROOM = "the link is not the room's"


Rights = Mapping[Place, Sequence[Need]]
"""Where a command may be said, and by whom: whoever meets one of the needs. A place that is not named is none."""


def everywhere(*needs: Need) -> Rights:
    """The same needs in every place."""
    return dict.fromkeys(Place, needs)


@dataclass(frozen=True)
class Asked:
    """What is asked for, as the choke point sees it."""

    rights: Rights = field(repr=False)
    link: str | None = None
    """The one link that it is about: outside of the admin room, one of the room's own."""


def authorise(asked: Asked, facts: Facts) -> Verdict:
    """The verdict on a command."""
    if facts.place is None or facts.ours or not facts.at_home:
        return Verdict.UNHEARD
    here = asked.rights.get(facts.place)
    if not here:
        return _not_here(asked.rights, facts)
    verdict = min((_against(need, facts) for need in here), key=_ORDER.index)
    if verdict is Verdict.ALLOWED and not _in_scope(asked, facts):
        return Verdict.NOT_OF_THIS_ROOM
    return verdict


_ORDER = (Verdict.ALLOWED, Verdict.NO_POWER, Verdict.NO_ROLE, Verdict.NOT_ADMIN)
"""Of several needs that are not met, the one that is nearest is told."""


def _against(need: Need, facts: Facts) -> Verdict:
    if need.roles and not need.roles & facts.roles:
        return Verdict.NOT_ADMIN if need.roles == {ADMIN} else Verdict.NO_ROLE
    if need.power is not None and facts.power < need.power:
        return Verdict.NO_POWER
    return Verdict.ALLOWED


def _not_here(rights: Rights, facts: Facts) -> Verdict:
    """Who could ask for it nowhere is not told where it can be asked for."""
    roles: Collection[frozenset[str]] = [need.roles for needs in rights.values() for need in needs]
    if any(not wanted or wanted & facts.roles for wanted in roles):
        return Verdict.NOT_HERE
    return Verdict.NOT_ADMIN if all(wanted == {ADMIN} for wanted in roles) else Verdict.NO_ROLE


def _in_scope(asked: Asked, facts: Facts) -> bool:
    return asked.link is None or facts.place is Place.ADMIN_ROOM or asked.link in facts.links
