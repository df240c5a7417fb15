"""The devices of our own accounts: made when an account first writes or reads encrypted, its keys published and signed
by the account's own cross-signing identity (MSC4153), which comes from the recovery key and outlives the database.
"""

import secrets
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any

from mautrix.api import Method

from bridge.e2ee.cross_signing import Identity
from bridge.e2ee.device_keys import device_keys, fallback_keys, one_time_keys
from bridge.e2ee.foreign_json import at, mapping
from bridge.e2ee.libolm import Account
from bridge.e2ee.recovery import RecoveryKey
from bridge.gateway.accounts import Accounts
from bridge.gateway.homeserver import Acting, Homeserver, Refused, path
from bridge.model import UserId
from bridge.store import our_devices
from bridge.store.database import Connection, Pool
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.store.our_devices import OurDevice

FULL = 50
"""One-time keys that a device which is written to keeps on its homeserver."""


@dataclass(frozen=True)
class Ready:
    """A device of ours whose keys are on its homeserver."""

    device: OurDevice
    curve25519: str
    ed25519: str
    keys: Mapping[str, Any] = field(repr=False)
    """Its signed device keys."""

    @property
    def acting(self) -> Acting:
        return Acting(self.device.user_id, self.device.device_id)


class OwnDevices:
    """Our devices on one homeserver."""

    def __init__(
        self, homeserver: Homeserver, accounts: Accounts, pool: Pool, keyring: Keyring, recovery: RecoveryKey
    ) -> None:
        self._homeserver = homeserver
        self._accounts = accounts
        self._pool = pool
        self._keyring = keyring
        self._recovery = recovery
        self._ready: dict[UserId, Ready] = {}

    def identity(self, user_id: UserId) -> Identity:
        """The cross-signing identity of an account of ours."""
        return Identity(user_id, self._recovery)

    async def ready(self, user_id: UserId, receives: bool = False) -> Ready:
        """The account's device, made and published where it is not. One that `receives` can be written to.

        Raises:
            Refused, MatrixConnectionError, OSError, TimeoutError: as `Homeserver.call`.
        """
        if (ready := self._ready.get(user_id)) is None:
            device = await self._find_or_make(user_id)
            account = Account.opened(device.pickled)
            keys = self.identity(user_id).sign_device(device_keys(account, user_id, device.device_id))
            ready = Ready(device, account.curve25519, account.ed25519, keys)
            if not device.published:
                await self._publish(ready, receives)
            self._ready[user_id] = ready
        return ready

    async def replenish(self, ready: Ready, left: int, fallback_used: bool) -> None:
        """Keeps enough one-time keys on the homeserver; `left` is how many it has. Raises as `ready`."""
        if left >= FULL // 2 and not fallback_used:
            return
        async with self._pool.acquire() as connection, connection.transaction():
            account = await self._taken(connection, ready)
            if not account.unpublished():
                account.make_one_time_keys(max(FULL - left, 0))
            if fallback_used and not account.unpublished_fallback():  # the one before the last is forgotten
                account.make_fallback_key()
            await self._keep(connection, ready, account)
        user_id, device_id = ready.device.user_id, ready.device.device_id
        body = {
            "one_time_keys": one_time_keys(account, user_id, device_id),
            "fallback_keys": fallback_keys(account, user_id, device_id),
        }
        await self._homeserver.call(Method.POST, path("v3", "keys", "upload"), ready.acting, body)
        async with self._pool.acquire() as connection, connection.transaction():
            account = await self._taken(connection, ready)
            account.mark_published()
            await self._keep(connection, ready, account)

    async def _taken(self, connection: Connection, ready: Ready) -> Account:
        device = ready.device
        taken = await our_devices.find(connection, self._keyring, device.homeserver, device.user_id, take=True)
        assert taken is not None, "a device of ours is never deleted"
        return Account.opened(taken.pickled)

    async def _keep(self, connection: Connection, ready: Ready, account: Account) -> None:
        kek = await self._keyring.current(connection, NO_ROOM)
        await our_devices.set_account(connection, kek, ready.device, account.pickled())

    async def _find_or_make(self, user_id: UserId) -> OurDevice:
        """A device beside the one under which the account acts: that one outlives our database and its transaction ids
        too, while a device whose keys are lost must go, and its name never come back with other keys.
        """
        if (found := await self._find(user_id)) is not None:
            return found
        await self._accounts.ready(user_id)
        device_id = "SETU" + secrets.token_hex(6).upper()
        await self._accounts.make_device(user_id, device_id)
        async with self._pool.acquire() as connection:
            kek = await self._keyring.current(connection, NO_ROOM)
            pickled = Account.new().pickled()
            await our_devices.make(connection, kek, self._homeserver.name, user_id, device_id, pickled)
        made = await self._find(user_id)
        assert made is not None, "a device that was just made is there"
        return made

    async def _find(self, user_id: UserId) -> OurDevice | None:
        async with self._pool.acquire() as connection:
            return await our_devices.find(connection, self._keyring, self._homeserver.name, user_id)

    async def _put_away(self, acting: Acting, others: Set[str]) -> None:
        """Takes away the devices whose keys were lost with earlier databases: nobody is to write to them any more."""
        account = await self._accounts.ready(acting.user_id)
        for device_id in others - {acting.device_id, account.device_id}:
            try:
                await self._homeserver.call(Method.DELETE, path("v3", "devices", device_id), acting)
            except Refused as refused:
                if refused.status != 401:  # without MSC4190 it takes a password, which none of our accounts has
                    raise

    async def _query(self, acting: Acting) -> dict[str, Any]:
        body: dict[str, Any] = {"device_keys": {acting.user_id: []}}
        return await self._homeserver.call(Method.POST, path("v3", "keys", "query"), acting, body)

    async def _publish(self, ready: Ready, receives: bool) -> None:
        """Each step may be repeated: the same keys again change nothing."""
        user_id, acting = ready.device.user_id, ready.acting
        upload, there = self.identity(user_id).upload(), await self._query(acting)
        if at(there, "master_keys", user_id, "keys") != upload["master_key"]["keys"]:
            await self._homeserver.call(Method.POST, path("v3", "keys", "device_signing", "upload"), acting, upload)
        answer = await self._homeserver.call(
            Method.POST, path("v3", "keys", "upload"), acting, {"device_keys": dict(ready.keys)}
        )
        if receives:
            left = at(answer, "one_time_key_counts", "signed_curve25519")
            await self.replenish(ready, left if isinstance(left, int) else 0, fallback_used=True)
        await self._put_away(acting, mapping(at(there, "device_keys", user_id)).keys())
        async with self._pool.acquire() as connection:
            await our_devices.set_published(connection, ready.device)
