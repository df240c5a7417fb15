"""Accounts of bots and ghosts: registered under our namespace before they first act, each with a device of its own, so
that a transaction id stays known across a restart of the homeserver (MSC4190; each request names the device).
"""

import hashlib

from mautrix.api import Method

from bridge.gateway.homeserver import Acting, Homeserver, Refused, path
from bridge.model import UserId
from bridge.store import people
from bridge.store.database import Pool


class Accounts:
    """The accounts on one homeserver, each made at most once and remembered."""

    def __init__(self, homeserver: Homeserver, pool: Pool) -> None:
        self._homeserver = homeserver
        self._pool = pool
        self._ready: dict[UserId, Acting] = {}

    async def ready(self, user_id: UserId) -> Acting:
        """The account, ready to act; made where it is new.

        Raises:
            Refused, MatrixConnectionError, OSError, TimeoutError: as `Homeserver.call`.
        """
        if (acting := self._ready.get(user_id)) is None:
            acting = self._ready[user_id] = await self._find_or_make(user_id)
        return acting

    async def _find_or_make(self, user_id: UserId) -> Acting:
        async with self._pool.acquire() as connection:
            device = await people.device(connection, self._homeserver.name, user_id)
        if device is None:
            device = await self._make(user_id)
            async with self._pool.acquire() as connection:
                await people.set_device(connection, self._homeserver.name, user_id, device)
        return Acting(user_id, device)

    async def _make(self, user_id: UserId) -> str:
        await self._register(user_id)
        # The same account gets the same device, also from an installation whose database was lost.
        device = "SETU" + hashlib.sha256(user_id.encode()).hexdigest()[:12].upper()
        await self.make_device(user_id, device)
        return device

    async def make_device(self, user_id: UserId, device: str) -> None:
        """Gives an account a device: by MSC4190; on a homeserver that lacks it, by a login of the application service
        (Matrix 1.2). Raises as `ready`.
        """
        address = path("v3", "devices", device)
        try:
            await self._homeserver.call(Method.PUT, address, Acting(user_id), {"display_name": "Setu"})
        except Refused as refused:
            if refused.status != 404:
                raise
            body = {
                "type": "m.login.application_service",
                "identifier": {"type": "m.id.user", "user": user_id},
                "device_id": device,
                "initial_device_display_name": "Setu",
            }
            await self._homeserver.call(Method.POST, path("v3", "login"), body=body)

    async def _register(self, user_id: UserId) -> None:
        localpart = user_id[1:].partition(":")[0]
        body = {"type": "m.login.application_service", "username": localpart, "inhibit_login": True}
        try:
            await self._homeserver.call(Method.POST, path("v3", "register"), body=body)
        except Refused as refused:
            if refused.errcode != "M_USER_IN_USE":
                raise
