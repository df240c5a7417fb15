"""What commands stand on at one installation: names, circles of people, the rooms that the configuration names, and
who carries a decision out.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from bridge.commands.circle import Circle
from bridge.customs import Customs
from bridge.mirror.follower import Mirror
from bridge.model import HomeserverName, Room, UserId
from bridge.plugin import Bot, Spoken
from bridge.private import Account
from bridge.store import links
from bridge.store.database import Connection
from bridge.store.journal import Journal
from bridge.store.keyring import Keyring
from bridge.store.links import Endpoint
from bridge.tongues import Tongues


@dataclass(frozen=True)
class Spokesman:
    """Whose commands begin with one word: a bot, and what it can be asked for."""

    bot: Account
    commands: Mapping[str, Spoken]


@dataclass(frozen=True)
class House:
    """Fixed while Setu runs."""

    customs: Customs
    journal: Journal
    keyring: Keyring
    mirror: Mirror
    tongues: Tongues
    hub: HomeserverName
    admin_room: str | None
    admins: Circle
    welcome: Circle
    """Whose invitations the bot follows."""
    followers: Sequence[str] = ()
    """The names of all followers: what one of them has not read is unhandled."""
    hub_spaces: bool = True
    """Whether each department's rooms on the hub stand in a space."""
    bots: Sequence[Bot] = field(default=())
    spoken: Mapping[str, Spokesman] = field(default_factory=lambda: MappingProxyType({}))
    """The commands of bots, by the word with which they begin."""
    vouchers: Sequence[Callable[[Connection, UserId], Awaitable[frozenset[str]]]] = ()
    """Who tells the roles of people."""

    def is_admin_room(self, room: Room) -> bool:
        return (room.homeserver, room.room_id) == (self.hub, self.admin_room)

    async def admin_end(self, connection: Connection) -> Endpoint | None:
        """The admin room, where there is one and the bot is in it."""
        if self.admin_room is None:
            return None
        end = await links.endpoint_of(connection, self.hub, self.admin_room)
        return end if end is not None and end.state == "open" else None

    def speaks_for(self, user_id: UserId) -> bool:
        """Whether this is still an administrator; of which side, their server tells."""
        return user_id in self.admins
