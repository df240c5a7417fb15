"""Other people's devices, kept up to date: asked for when somebody is met first, and when their homeserver says that
they changed.
"""

from collections.abc import Collection, Sequence
from typing import Any

from mautrix.api import Method

from bridge.e2ee import devices
from bridge.e2ee.devices import Device
from bridge.gateway.homeserver import Acting, Homeserver, path
from bridge.model import UserId
from bridge.store import their_devices
from bridge.store.database import Pool

AT_ONCE = 200
"""People whose devices are asked for in one request."""


class Directory:
    """The devices of the people that one homeserver knows."""

    def __init__(self, homeserver: Homeserver, pool: Pool) -> None:
        self._homeserver = homeserver
        self._pool = pool

    async def devices(self, acting: Acting, users: Collection[UserId]) -> tuple[Sequence[Device], int]:
        """The present devices of these people, and the last change that is in them. Raises as `Homeserver.call`."""
        async with self._pool.acquire() as connection:
            outdated = await their_devices.outdated(connection, self._homeserver.name, users)
        unheard: set[UserId] = set()
        for n in range(0, len(outdated), AT_ONCE):
            unheard |= await self._ask(acting, outdated[n : n + AT_ONCE])
        heard = set(users) - unheard  # the others are not asked for again with each message
        async with self._pool.acquire() as connection:
            change = await their_devices.last_change(connection, self._homeserver.name, heard)  # none is passed by
            return await their_devices.of(connection, self._homeserver.name, users), change

    async def _ask(self, acting: Acting, users: Sequence[UserId]) -> set[UserId]:
        """Gives those whose homeserver cannot be heard."""
        async with self._pool.acquire() as connection:
            asked_at = await their_devices.follow(connection, self._homeserver.name, users)
        body: dict[str, Any] = {"device_keys": {user: [] for user in users}}
        answer = await self._homeserver.call(Method.POST, path("v3", "keys", "query"), acting, body)
        failed = answer.get("failures")
        unheard = tuple(f":{server}" for server in failed) if isinstance(failed, dict) else ()
        lost = {user for user in users if unheard and user.endswith(unheard)}
        lists = [devices.read(answer, user) for user in users if user not in lost]
        async with self._pool.acquire() as connection, connection.transaction():
            await their_devices.put(connection, self._homeserver.name, lists, asked_at)
        return lost
