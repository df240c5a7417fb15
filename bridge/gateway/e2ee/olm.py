"""What a device of ours tells other people's devices, each in a message of its own that only that device can read
(Client-Server API, "m.olm.v1.curve25519-aes-sha2"). Sessions are made where there are none; a ratchet that was turned
is on disk before anything is sent.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from mautrix.api import Method

from bridge.e2ee import devices, to_device
from bridge.e2ee.devices import Device
from bridge.e2ee.libolm import Account, OlmSession
from bridge.e2ee.unreadable import Unreadable
from bridge.gateway.e2ee.own_devices import Ready
from bridge.gateway.homeserver import Homeserver, path
from bridge.model import ENCRYPTED
from bridge.store import our_devices
from bridge.store.database import Pool
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.store.our_devices import StoredSession

AT_ONCE = 100
"""Devices that are written to in one request."""


class Olm:
    """Writes to other people's devices."""

    def __init__(self, homeserver: Homeserver, pool: Pool, keyring: Keyring) -> None:
        self._homeserver = homeserver
        self._pool = pool
        self._keyring = keyring

    async def tell(
        self,
        ours: Ready,
        theirs: Sequence[Device],
        type: str,
        content: Mapping[str, Any],
        txn_id: str,
        anew: bool = False,
    ) -> Sequence[Device]:
        """Tells these devices the same, and gives those that could not be told, since they have no one-time key left.
        With `anew`, each in a new session: the one that there is has broken.

        Raises:
            Refused, MatrixConnectionError, OSError, TimeoutError: as `Homeserver.call`; then some may have been told.
        """
        untold: list[Device] = []
        for n in range(0, len(theirs), AT_ONCE):
            some = theirs[n : n + AT_ONCE]
            sealed = await self._sealed(ours, some, type, content, anew)
            await self.send(ours, ENCRYPTED, sealed, f"{txn_id}.{n}")
            untold += [one for one in some if one.device_id not in sealed.get(one.user_id, {})]
        return untold

    async def send(
        self, ours: Ready, type: str, messages: Mapping[str, Mapping[str, Mapping[str, Any]]], txn_id: str
    ) -> None:
        """Sends to-device messages, by user and device. Raises as `Homeserver.call`."""
        if messages:
            address = path("v3", "sendToDevice", type, txn_id)
            await self._homeserver.call(Method.PUT, address, ours.acting, {"messages": messages})

    async def _sealed(
        self, ours: Ready, theirs: Sequence[Device], type: str, content: Mapping[str, Any], anew: bool
    ) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
        claimed = await self._claim(ours, theirs if anew else await self._strangers(ours, theirs))
        async with self._pool.acquire() as connection:
            kek = await self._keyring.current(connection, NO_ROOM)
            async with connection.transaction():
                device = ours.device
                taken = await our_devices.find(connection, self._keyring, device.homeserver, device.user_id, take=True)
                assert taken is not None, "a device of ours is never deleted"
                account = Account.opened(taken.pickled)
                stored = await our_devices.sessions(
                    connection, self._keyring, device, [one.curve25519 for one in theirs]
                )
                known = {} if anew else _latest(stored)
                messages, changed = _seal(ours, account, theirs, known, claimed, type, content)
                await our_devices.put_sessions(connection, kek, device, changed)
        return messages

    async def _strangers(self, ours: Ready, theirs: Sequence[Device]) -> Sequence[Device]:
        """Those with whom there is no session yet."""
        async with self._pool.acquire() as connection:
            keys = [one.curve25519 for one in theirs]
            known = await our_devices.sessions(connection, self._keyring, ours.device, keys)
        with_session = {one.their_key for one in known}
        return [one for one in theirs if one.curve25519 not in with_session]

    async def _claim(self, ours: Ready, theirs: Sequence[Device]) -> Mapping[str, str]:
        """One-time keys by the devices' own keys; none of those that have no more."""
        if not theirs:
            return {}
        wanted: dict[str, dict[str, str]] = defaultdict(dict)
        for one in theirs:
            wanted[one.user_id][one.device_id] = "signed_curve25519"
        body = {"one_time_keys": wanted, "timeout": 10_000}
        answer = await self._homeserver.call(Method.POST, path("v3", "keys", "claim"), ours.acting, body)
        claimed = {one.curve25519: devices.claimed(answer, one) for one in theirs}
        return {their_key: key for their_key, key in claimed.items() if key is not None}


def _latest(stored: Sequence[StoredSession]) -> dict[str, OlmSession]:
    """The session used last with each device."""
    return {one.their_key: OlmSession.opened(one.pickled) for one in reversed(stored)}


def _seal(
    ours: Ready,
    account: Account,
    theirs: Sequence[Device],
    sessions: dict[str, OlmSession],
    claimed: Mapping[str, str],
    type: str,
    content: Mapping[str, Any],
) -> tuple[Mapping[str, Mapping[str, Mapping[str, Any]]], Sequence[StoredSession]]:
    messages: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
    changed: list[StoredSession] = []
    for one in theirs:
        session = sessions.get(one.curve25519)
        if session is None and one.curve25519 in claimed:
            try:
                session = account.reach(one.curve25519, claimed[one.curve25519])
            except Unreadable:  # keys that are none
                continue
        if session is not None:
            device = ours.device
            messages[one.user_id][one.device_id] = to_device.seal(
                session, account, device.user_id, device.device_id, one, type, content, ours.keys
            )
            changed.append(StoredSession(one.curve25519, session.id, session.pickled()))
    return messages, changed
