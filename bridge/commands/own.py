"""Setu's own commands (`!setu …`): what can be asked for, by whom and where, and who does it."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from bridge.commands.ending import pause, resume, unlink
from bridge.commands.house import House
from bridge.commands.linking import accept, propose, refuse
from bridge.commands.telling import tell_help, tell_links, tell_status
from bridge.commands.tongue import choose_for_room, choose_own
from bridge.hearing import Content, Hearing
from bridge.plugin import Spoken
from bridge.power import MODERATOR
from bridge.rights import ADMIN, ANYBODY, Need, Place, Rights

WORD = "!setu"

_ADMIN = Need(frozenset({ADMIN}))
_MODERATOR = Need(frozenset({ADMIN}), MODERATOR)

ANYWHERE: Rights = {place: [_ADMIN] for place in (Place.ADMIN_ROOM, Place.DEPARTMENT, Place.HUB)}
FOR_ALL: Rights = {place: [ANYBODY] for place in ANYWHERE}
IN_ADMIN_ROOM: Rights = {Place.ADMIN_ROOM: [_ADMIN]}
IN_DEPARTMENT: Rights = {Place.DEPARTMENT: [_MODERATOR]}
EITHER_SIDE: Rights = {**IN_ADMIN_ROOM, **IN_DEPARTMENT, Place.HUB: [_MODERATOR]}

_DEEDS: Mapping[str, tuple[Rights, Callable[[Hearing, House], Awaitable[Content]], bool]] = {
    "": (ANYWHERE, tell_help, False),
    "help": (ANYWHERE, tell_help, False),
    "links": (ANYWHERE, tell_links, False),
    "status": (ANYWHERE, tell_status, True),
    "link": (IN_DEPARTMENT, propose, False),
    "accept": (IN_ADMIN_ROOM, accept, False),
    "refuse": ({**IN_ADMIN_ROOM, **IN_DEPARTMENT}, refuse, True),
    "unlink": (EITHER_SIDE, unlink, True),
    "pause": (EITHER_SIDE, pause, True),
    "resume": (EITHER_SIDE, resume, True),
    "language": (FOR_ALL, choose_own, False),
    "room-language": ({place: [Need(power=MODERATOR)] for place in ANYWHERE}, choose_for_room, False),
}
"""By verb: the rights, the deed, and whether it is about one link."""


def commands(house: House) -> Mapping[str, Spoken]:
    """What Setu itself can be asked for."""
    return {verb: Spoken(rights, partial(_obey, deed, house), link) for verb, (rights, deed, link) in _DEEDS.items()}


async def _obey(deed: Callable[[Hearing, House], Awaitable[Content]], house: House, hearing: Hearing) -> Content:
    return await deed(hearing, house)
