"""Spaces on the hub: the rooms that Setu makes there for a department stand in a space with the department's name, so
that an official finds them together. Declaring the same again changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bridge.actions import Action, CreateRoom, Name, Nest, SetMember
from bridge.customs import Customs
from bridge.mirror.declare import BOT_NAME
from bridge.model import HomeserverName, UserId
from bridge.seal import Kek
from bridge.store import links, outbox, spaces
from bridge.store.database import Connection
from bridge.store.spaces import Child, Space


@dataclass(frozen=True)
class Spaces:
    """Lays the orders that make spaces and put rooms into them. Use it in a transaction."""

    connection: Connection
    kek: Kek
    customs: Customs
    hub: HomeserverName

    async def declare(self, invite: Mapping[str, Sequence[str]]) -> None:
        """Every room that Setu made for a link stands in its department's space; who is invited into the room is
        invited there too. `invite` says who, by the link's name.
        """
        for child in await spaces.children(self.connection, self.hub):
            space = await self._space(child.department)
            await self._nest(child, space, child.department)
            await self._invite(space, map(UserId, invite.get(child.link, ())))

    async def _space(self, department: HomeserverName) -> Space:
        if (known := await spaces.of(self.connection, department, self.hub)) is not None:
            return known
        end = await links.new_endpoint(self.connection, self.hub)
        bot = self.customs.bot_on(self.hub)
        alias = f"{self.customs.prefix}space.{department.replace(':', '_')}"
        made: list[Action] = [
            Name(bot, BOT_NAME),
            CreateRoom(bot, alias, self.customs.called(department), kind="space"),
        ]
        orders = await outbox.put(self.connection, self.kek, end.lane, _cause(self.hub, department), made)
        space = Space(end.lane, orders[-1])
        await spaces.add(self.connection, department, space)
        return space

    async def _nest(self, child: Child, space: Space, department: HomeserverName) -> None:
        made = f"{_cause(self.hub, department)}#1"
        nested: list[Action] = [Nest(self.customs.bot_on(self.hub), made)]
        cause = f"nest:{space.lane.endpoint}:{child.lane.endpoint}"
        await outbox.put(self.connection, self.kek, child.lane, cause, nested, [space.made_by])

    async def _invite(self, space: Space, users: Iterable[UserId]) -> None:
        for user in users:
            invited: list[Action] = [SetMember(self.customs.bot_on(self.hub), user, "invite")]
            cause = f"space-invite:{space.lane.endpoint}:{user}"
            await outbox.put(self.connection, self.kek, space.lane, cause, invited, [space.made_by])


def _cause(hub: HomeserverName, department: HomeserverName) -> str:
    return f"space:{hub}:{department}"
