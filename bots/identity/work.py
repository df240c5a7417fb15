"""The identity bot at work: what it follows, obeys and does by itself, put together from its settings. Imported when
Setu runs, and not where it is only named.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from bots.identity.clock import Clock
from bots.identity.commands.asking import Asking, not_in_use
from bots.identity.commands.claiming import Claiming
from bots.identity.commands.rooms import Rooms
from bots.identity.commands.speaking import Speaking
from bots.identity.desk import Desk
from bots.identity.follower import Identity
from bots.identity.heard import Speakers
from bots.identity.known import OFFICIALS, Known
from bots.identity.roster.person import Role
from bots.identity.roster_watch import RosterWatch
from bots.identity.settings import IdentitySettings
from bridge.model import UserId
from bridge.plugin import Guest, Host, Spoken
from bridge.power import MODERATOR
from bridge.rights import ADMIN, ANYBODY, Need, Place, Rights, everywhere
from bridge.store.database import Connection

_OFFICER = Need(frozenset({ADMIN, str(Role.IDENTITY_OFFICER)}))
_ADMIN = Need(frozenset({ADMIN}))
_MODERATING = (
    Need(frozenset({ADMIN, str(Role.IDENTITY_OFFICER), str(Role.MODERATOR)})),
    Need(power=MODERATOR),
)
ANYWHERE: Rights = everywhere(ANYBODY)
AMONG_OFFICERS: Rights = {Place.ADMIN_ROOM: [_OFFICER], Place.PRIVATE: [_OFFICER]}
IN_A_ROOM: Rights = dict.fromkeys((Place.DEPARTMENT, Place.HUB), _MODERATING)
OFFICIALLY: Rights = {place: [Need(OFFICIALS)] for place in (Place.DEPARTMENT, Place.HUB)}
BY_ADMINS: Rights = {Place.ADMIN_ROOM: [_ADMIN], Place.PRIVATE: [_ADMIN]}


def _commands(desk: Desk) -> Mapping[str, Spoken]:
    claiming, asking, speaking, rooms = Claiming(desk), Asking(desk), Speaking(desk), Rooms(desk)
    return {
        "": Spoken(ANYWHERE, asking.help),
        "help": Spoken(ANYWHERE, asking.help),
        "me": Spoken(ANYWHERE, claiming.me),
        "who": Spoken(ANYWHERE, asking.who),
        "pending": Spoken(AMONG_OFFICERS, claiming.pending),
        "verify": Spoken(AMONG_OFFICERS, claiming.verify),
        "refuse": Spoken(AMONG_OFFICERS, claiming.refuse),
        "official": Spoken(OFFICIALLY, speaking.official),
        "personal": Spoken({place: [ANYBODY] for place in OFFICIALLY}, speaking.personal),
        "room": Spoken(IN_A_ROOM, rooms.room),
        "preview": Spoken(IN_A_ROOM, rooms.preview),
        "undo": Spoken(IN_A_ROOM, rooms.undo),
        "roster": Spoken(BY_ADMINS, rooms.roster),
    }


def guest(settings: IdentitySettings, host: Host) -> Guest:
    """Everything of it, in this process. Where nobody is to be known, it reads nothing and only says so."""
    if not settings.in_use:
        return Guest(commands=dict.fromkeys(("", "help"), Spoken(ANYWHERE, not_in_use)))
    return guest_of(Desk(Known(settings, host.customs, lambda: datetime.now(UTC)), host))


def guest_of(desk: Desk) -> Guest:
    """What it brings, standing on this."""

    async def roles(_: Connection, user_id: UserId) -> frozenset[str]:
        await desk.known.until_read()
        return desk.known.roles(user_id)

    return Guest(
        followers=[Identity(desk)],
        commands=_commands(desk),
        tasks=[RosterWatch(desk).run, Clock(desk).run],
        roles=roles,
        # A copy tells who speaks, and how, as it was said before it.
        judges=(Identity.name, "commands"),
        speakers=Speakers(desk),
    )
