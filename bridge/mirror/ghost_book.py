"""What has been asked for of each ghost: its name, its picture, the rooms it was brought into, and by which orders, so
that nothing is asked twice and what a ghost says waits for it to be there.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bridge.actions import Action, Join, Name, SetAvatar, SetMember
from bridge.mirror.kinds import members
from bridge.model import Event, UserId
from bridge.seal import Hashes
from bridge.store import people
from bridge.store.database import Connection
from bridge.store.links import Endpoint
from bridge.store.people import Standing


@dataclass(frozen=True)
class GhostIn:
    """A person's ghost in an endpoint's room."""

    connection: Connection
    endpoint: Endpoint
    person: UserId


class GhostBook:
    """Keeps the rows of ghosts."""

    def __init__(self, hashes: Hashes) -> None:
        self._hashes = hashes

    async def known(
        self, where: GhostIn, ghost: UserId, standing: Standing | None, actions: Sequence[Action]
    ) -> Sequence[int]:
        """Makes the ghost known where it is new and acts here; gives the orders that what it does must wait for."""
        if standing is None and any(action.as_user == ghost for action in actions):
            standing = await people.make_ghost(where.connection, where.endpoint.homeserver, where.person, ghost)
        if standing is None:
            return []
        return [order for order in (standing.named_by, standing.joined_by) if order is not None]

    async def remember(self, where: GhostIn, event: Event, actions: Sequence[Action], orders: Sequence[int]) -> None:
        """Writes down what was just asked for, and by which orders."""
        connection, homeserver, person = where.connection, where.endpoint.homeserver, where.person
        for action, order in zip(actions, orders, strict=True):
            match action:
                case Name(_, name):
                    await people.set_name(connection, homeserver, person, self._hashes.mac_of(name), order)
                case SetAvatar():
                    mac = self._hashes.mac_of(members.picture(event) or "")
                    await people.set_avatar(connection, homeserver, person, mac)
                case Join():
                    await people.set_joined(connection, homeserver, person, where.endpoint.ref, order)
                case SetMember(_, _, "leave" | "ban"):
                    await people.gone(connection, where.endpoint.ref, person)
                case _:
                    pass
