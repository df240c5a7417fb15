"""Who may say what to the classification bot, and where (`bridge.rights`)."""

from bots.classification.room.desk import Desk
from bridge.hearing import Hearing
from bridge.power import MODERATOR
from bridge.rights import ADMIN, ANYBODY, Need, Place, Rights, everywhere

SECURITY_OFFICER = "security_officer"
"""The role, as rosters name it."""

_OFFICER = Need(frozenset({ADMIN, SECURITY_OFFICER}))

ANYWHERE: Rights = everywhere(ANYBODY)
IN_A_ROOM: Rights = {place: [ANYBODY] for place in (Place.DEPARTMENT, Place.HUB)}
SETTING: Rights = {place: [_OFFICER, Need(power=MODERATOR)] for place in (Place.DEPARTMENT, Place.HUB)}
"""Of a room's ceiling."""
LOWERING: Rights = {place: [_OFFICER] for place in (Place.DEPARTMENT, Place.HUB)}
"""Of a message's marking."""
OF_OFFICERS: Rights = {place: [_OFFICER] for place in (Place.ADMIN_ROOM, Place.PRIVATE, Place.HUB)}
"""Decisions about cases; on the hub only in the security room (`is_at_home`)."""


def in_office(desk: Desk, hearing: Hearing) -> bool:
    """Whether who asks is an officer. An administrator is one for the hub alone: a department's would decide what comes
    to it, and about what others wrote.
    """
    roles = hearing.facts.roles
    return SECURITY_OFFICER in roles or (ADMIN in roles and hearing.room.homeserver == desk.host.hub)


def is_at_home(desk: Desk, hearing: Hearing) -> bool:
    """Whether cases may be spoken of here, and by whoever asks: where only officers are, or one of them alone."""
    if not in_office(desk, hearing):
        return False
    at_officers = hearing.here.room_id is not None and hearing.here.room_id == desk.settings.security_room
    return at_officers or hearing.place in (Place.ADMIN_ROOM, Place.PRIVATE)
