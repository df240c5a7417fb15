"""Where the scenario `identity` is played: the linked rooms, who is in them, and how its people find out what they are
told and what they may. What must be so is asked for until it is, or patience ends.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from mautrix.errors import MForbidden

from bridge.lab.child import until
from bridge.lab.client import Client, Seen
from bridge.lab.site import LinkedRoom, Side, Site
from bridge.lab.steps.step import Wrong

TAG = "in.setu.identity"
"""The type of the state, and the field of the profile, that tells who somebody is."""


@dataclass(frozen=True)
class Office:
    """The rooms and the officials; `mark` is a word that nobody else ever wrote."""

    site: Site
    link: LinkedRoom
    stack: AsyncExitStack
    mark: str

    @property
    def here(self) -> Side:
        """The department's side."""
        return self.link.department

    @property
    def there(self) -> Side:
        """The hub's."""
        return self.link.hub

    @property
    def ravi(self) -> Client:
        """An official of the department, who may speak for it."""
        return self.here.people[0]

    @property
    def asha(self) -> Client:
        """The administrator, on the hub."""
        return self.there.people[0]

    @property
    def farid(self) -> Client:
        """The identity officer, on the hub."""
        return self.there.people[1]

    @property
    def patience_seconds(self) -> float:
        return self.site.patience_seconds

    def ghost(self, person: Client) -> str:
        """Of somebody of the department, or of farther off, on the hub."""
        localpart, _, server = person.user_id[1:].partition(":")
        return f"@_setu_{server.replace(':', '=3a')}_{localpart}:{self.there.homeserver.name}"

    async def comes(self, person: Client) -> None:
        """Ravi invites somebody into the department's room, and they come."""
        await self.ravi.invite(self.here.room, person.user_id)
        await person.join(self.here.room)

    async def chat(self, person: Client, server: str, more: float = 0.0) -> str:
        """The direct chat into which the identity bot calls somebody, with so many seconds more than usual.

        Raises LabError or Wrong where it does not.
        """
        room = await person.invited_to(None, bot(server), self.patience_seconds + more)

        async def joined() -> bool:
            try:
                await person.join(room)
            except MForbidden:  # another homeserver is told of an invitation a moment before it holds
                return False
            return True

        await self.becomes(joined, lambda: f"{person.user_id} may not follow the invitation of {bot(server)}")
        return room

    async def hears(
        self, person: Client, room: str, server: str, *words: str, after: int = 0, more: float = 0.0
    ) -> Seen:
        """What one of Setu's bots says in a room with all these words in it, leaving out its first messages.

        Raises LabError where it does not within the usual patience and so many seconds more.
        """
        spoken = (bot(server), f"@setu:{server}")

        def said() -> list[Seen]:
            return [seen for seen in person.seen_in(room) if seen.sender in spoken and seen.body is not None]

        def wanted(seen: Seen) -> bool:
            return seen in said()[after:] and all(word in (seen.body or "") for word in words)

        return await person.wait_for(room, wanted, self.patience_seconds + more, f"word of {' or '.join(spoken)}")

    async def shows(self, side: Side, account: str, status: str) -> Mapping[str, Any]:
        """What a room shows of the person who stands there by this account, once it calls it so."""
        shown: dict[str, Any] = {}

        async def so() -> bool:
            shown.clear()
            shown.update(await side.people[0].state(side.room, TAG, account.removeprefix("@")))
            return shown.get("status") == status

        await self.becomes(
            so, lambda: f"{side.homeserver.name} shows {account} as {shown or 'nobody'}, not as {status}"
        )
        return shown

    async def becomes(self, so: Callable[[], Awaitable[bool]], otherwise: Callable[[], str], more: float = 0.0) -> None:
        """Raises Wrong, with what is so otherwise, where it does not become so in time."""
        if not await until(so, self.patience_seconds + more):
            raise Wrong(otherwise())


def bot(server: str) -> str:
    """The identity bot on a homeserver."""
    return f"@identity:{server}"


async def may_write(reader: Client, room: str, account: str) -> bool:
    """Whether the power levels of a room let an account write there, as a member sees them."""
    levels = await reader.state(room, "m.room.power_levels")
    own = levels.get("users", {}).get(account, levels.get("users_default", 0))
    needed = levels.get("events", {}).get("m.room.message", levels.get("events_default", 0))
    return bool(own >= needed)
