"""Whom the ladder never touches: moderators, bots, the last administrator, and whom the policy names."""

from bots.identity import letters
from bots.identity.desk import Desk
from bots.identity.place import Place
from bots.identity.roster.person import Role
from bridge import powers_in
from bridge.commands.circle import Circle
from bridge.model import EndpointRef, UserId
from bridge.power import MODERATOR, Powers
from bridge.store.database import Connection
from bridge.store.links import Endpoint

ROLES = frozenset({str(Role.MODERATOR), str(Role.ADMIN)})


class Exempt:
    """Asked for many people in one look: what a room's powers are is read once."""

    def __init__(self, desk: Desk, connection: Connection) -> None:
        self._desk = desk
        self._connection = connection
        self._powers: dict[EndpointRef, Powers | None] = {}

    async def covers(self, there: Place, person: UserId) -> bool:
        """Whether this person is left alone in every room of the place. An administrator has more power than a
        moderator, so the last one is among these.
        """
        if person in Circle(there.rules.exempt) or self._desk.known.roles(person) & ROLES:
            return True
        for end in there.ends:
            powers = await self._of(end)
            if powers is not None and any(level >= MODERATOR for level in await self._levels(end, powers, person)):
                return True
        return False

    async def _levels(self, end: Endpoint, powers: Powers, person: UserId) -> list[float]:
        """Of those of their accounts that are in the room; the room names whom it gives power, or nobody has any."""
        if not any(level >= MODERATOR for level in powers.named.values()) and not powers.creators:
            return []
        return [powers.of(account) for account in await letters.accounts(self._desk, self._connection, end, person)]

    async def _of(self, end: Endpoint) -> Powers | None:
        if end.ref not in self._powers:
            self._powers[end.ref] = await powers_in.of_end(self._connection, self._desk.journal, end)
        return self._powers[end.ref]
