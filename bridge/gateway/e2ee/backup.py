"""The homeserver's key backup (Client-Server API, "Server-side key backups") of every room key that we hold, encrypted
for the recovery key; and what comes back from it into a database that is new.
"""

import logging
from collections.abc import Mapping
from typing import Any

from mautrix.api import Method

from bridge.e2ee import backup
from bridge.e2ee.cross_signing import Identity
from bridge.e2ee.foreign_json import at, mapping
from bridge.e2ee.recovery import RecoveryKey
from bridge.e2ee.unreadable import Unreadable
from bridge.gateway.e2ee.keeping import keep
from bridge.gateway.e2ee.own_devices import Ready
from bridge.gateway.homeserver import Homeserver, Refused, path, said
from bridge.model import storable
from bridge.room_keys import session
from bridge.store import inbound_sessions, our_devices
from bridge.store.database import Pool
from bridge.store.inbound_sessions import InboundSession
from bridge.store.keyring import NO_ROOM, Keyring

log = logging.getLogger(__name__)

AT_ONCE = 100


class Backup:
    """The backup of one account of ours."""

    def __init__(
        self, homeserver: Homeserver, ours: Ready, recovery: RecoveryKey, pool: Pool, keyring: Keyring
    ) -> None:
        self._homeserver = homeserver
        self._ours = ours
        self._recovery = recovery
        self._pool = pool
        self._keyring = keyring
        self._version = ours.device.backup

    async def open(self) -> None:
        """Finds the account's backup or makes it. What is in one that our database does not know is restored.

        Raises:
            Refused, MatrixConnectionError, OSError, TimeoutError: as `Homeserver.call`.
        """
        there = await self._there()
        async with self._pool.acquire() as connection:
            device = self._ours.device
            known = await our_devices.find(connection, self._keyring, device.homeserver, device.user_id)
        if there is None:
            body = backup.version_body(self._recovery, Identity(self._ours.device.user_id, self._recovery))
            there = said(await self._call(Method.POST, "version", body=body), "version")
            async with self._pool.acquire() as connection:
                await inbound_sessions.back_up_again(connection, self._homeserver.name)
        elif known is None or there != known.backup:
            log.info(
                "%d room keys were restored from the backup on %s", await self._restore(there), self._homeserver.name
            )
        self._version = there
        async with self._pool.acquire() as connection:
            await our_devices.set_backup(connection, self._ours.device, there)

    async def add(self) -> None:
        """Backs up what is not yet. Raises as `open`."""
        if self._version is None:
            await self.open()
        public = self._recovery.backup.public
        while True:
            async with self._pool.acquire() as connection:
                some = await inbound_sessions.to_back_up(connection, self._keyring, self._homeserver.name, AT_ONCE)
            if not some:
                return
            rooms: dict[str, dict[str, Any]] = {}
            for one in sorted(some, key=lambda one: -one.first_index):  # what reaches furthest back has the last word
                sessions = rooms.setdefault(one.room_id, {"sessions": {}})["sessions"]
                sessions[one.session_id] = backup.entry(public, session(one), int(one.forwarded))
            try:
                await self._call(Method.PUT, "keys", body={"rooms": rooms}, version=self._version)
            except Refused as refused:
                if refused.errcode in ("M_WRONG_ROOM_KEYS_VERSION", "M_NOT_FOUND"):
                    self._version = None  # somebody made another: it is looked for anew
                raise
            async with self._pool.acquire() as connection:
                await inbound_sessions.backed_up(connection, self._homeserver.name, some)

    async def _there(self) -> str | None:
        """The version of the backup that is encrypted for our recovery key, if the last one is."""
        try:
            answer = await self._call(Method.GET, "version")
        except Refused as refused:
            if refused.status == 404:
                return None
            raise
        ours = at(answer, "auth_data", "public_key") == self._recovery.backup.public
        return said(answer, "version") if ours else None

    async def _restore(self, version: str) -> int:
        answer = await self._call(Method.GET, "keys", version=version)
        entries = [
            (room_id, session_id, mapping(entry))
            for room_id, room in mapping(answer.get("rooms")).items()
            for session_id, entry in mapping(mapping(room).get("sessions")).items()
        ]
        kept = 0
        for n in range(0, len(entries), AT_ONCE):
            found = [one for entry in entries[n : n + AT_ONCE] if (one := self._restored(*entry)) is not None]
            async with self._pool.acquire() as connection:
                kek = await self._keyring.current(connection, NO_ROOM)
                async with connection.transaction():
                    for one in found:
                        kept += await keep(connection, self._keyring, kek, self._homeserver.name, one)
        return kept

    def _restored(self, room_id: str, session_id: str, entry: Mapping[str, Any]) -> InboundSession | None:
        if storable(room_id) is None or storable(session_id) is None:
            return None
        try:
            one = backup.restored(self._recovery.backup, room_id, session_id, entry)
        except Unreadable as failure:
            log.warning("a room key in the backup could not be read (%s)", failure.code)
            return None
        return InboundSession(
            room_id, session_id, one.sender_key, None, True, one.group.first_index, one.group.pickled(),
            one.claimed_ed25519,
        )  # fmt: skip

    async def _call(
        self, method: Method, what: str, *, body: Mapping[str, Any] | None = None, version: str | None = None
    ) -> dict[str, Any]:
        query = {"version": version} if version is not None else None
        return await self._homeserver.call(method, path("v3", "room_keys", what), self._ours.acting, body, query)
