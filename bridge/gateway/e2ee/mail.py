"""One answer of /sync as a device of ours takes it: room keys from other devices, and whose devices have changed. All
of it is on disk together with the token from which the next answer goes on, or none of it: a key is never lost between.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bridge.e2ee import megolm, to_device
from bridge.e2ee.algorithms import OLM
from bridge.e2ee.foreign_json import at, mapping
from bridge.e2ee.libolm import PRE_KEY, Account, OlmSession
from bridge.e2ee.to_device import Opened, RoomKey
from bridge.e2ee.unreadable import Unreadable, Why
from bridge.gateway.e2ee.keeping import keep
from bridge.gateway.e2ee.own_devices import Ready
from bridge.model import ENCRYPTED, UserId, storable, user_id
from bridge.store import key_requests, notify, our_devices, their_devices
from bridge.store.database import Connection, Pool
from bridge.store.inbound_sessions import InboundSession
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.store.our_devices import StoredSession

log = logging.getLogger(__name__)


@dataclass
class Taken:
    """What one answer held."""

    keys: int = 0
    unread: list[tuple[UserId, str]] = field(default_factory=list)
    """Devices whose message could not be read, by user and Curve25519 key: the session with them is broken."""


class Mail:
    """Takes what comes for one device."""

    def __init__(self, ours: Ready, pool: Pool, keyring: Keyring) -> None:
        self._ours = ours
        self._pool = pool
        self._keyring = keyring

    async def take(self, answer: Mapping[str, Any]) -> Taken:
        """Commits it all. Raises what `bridge.store.database.GROUND` names; hostile contents raise nothing."""
        device, taken = self._ours.device, Taken()
        events = at(answer, "to_device", "events")
        changed = [*_users(at(answer, "device_lists", "changed")), *_users(at(answer, "device_lists", "left"))]
        async with self._pool.acquire() as connection:
            await self._keyring.current(connection, NO_ROOM)  # made before the transaction that seals with it
            async with connection.transaction():
                if not events and not changed:  # were such a token lost, the one before it gives the same nothing
                    await connection.execute("set local synchronous_commit to off")
                now = await our_devices.find(connection, self._keyring, device.homeserver, device.user_id, take=True)
                assert now is not None, "a device of ours is never deleted"
                account = Account.opened(now.pickled)
                for event in events if isinstance(events, list) else []:
                    await self._event(connection, account, mapping(event), taken)
                if now.since is None:  # what changed before the first answer is in none
                    await their_devices.all_changed(connection, device.homeserver)
                await their_devices.changed(connection, device.homeserver, changed)  # last: others wait for their turn
                await our_devices.set_since(connection, device, str(answer["next_batch"]), drained=not events)
        return taken

    async def _event(self, connection: Connection, account: Account, event: Mapping[str, Any], taken: Taken) -> None:
        sender, content = user_id(event.get("sender")), mapping(event.get("content"))
        if sender is None or event.get("type") != ENCRYPTED or content.get("algorithm") != OLM:
            return
        their_key, own = storable(content.get("sender_key")), at(content, "ciphertext", self._ours.curve25519)
        kind, body = mapping(own).get("type"), mapping(own).get("body")
        if their_key is None or type(kind) is not int or not isinstance(body, str):
            return
        try:
            text = await self._decrypt(connection, account, their_key, kind, body)
        except Unreadable as failure:
            log.warning("a message of a device of %s to ours could not be read (%s)", sender, failure.code)
            taken.unread.append((sender, their_key))
            return
        try:
            opened = to_device.read(text, sender, their_key, self._ours.device.user_id, self._ours.ed25519)
            if (key := to_device.room_key(opened)) is not None:
                taken.keys += await self._keep(connection, opened, key)
        except Unreadable as failure:
            log.warning("what a device of %s told ours is not taken (%s)", sender, failure.code)

    async def _decrypt(self, connection: Connection, account: Account, their_key: str, kind: int, body: str) -> str:
        """Tries the sessions that there are with this device, then makes one from what it says."""
        device = self._ours.device
        kek = await self._keyring.current(connection, NO_ROOM)
        for stored in await our_devices.sessions(connection, self._keyring, device, [their_key]):
            session = OlmSession.opened(stored.pickled)
            if kind == PRE_KEY and not session.matches(their_key, body):
                continue
            try:
                text = session.decrypt(kind, body)
            except Unreadable:
                if kind == PRE_KEY:
                    raise  # it is this session's, and it was read before or is damaged
                continue
            await our_devices.put_sessions(connection, kek, device, [_stored(their_key, session)])
            return text
        if kind != PRE_KEY:
            raise Unreadable(Why.NO_KEY)
        session = account.receive(their_key, body)
        text = session.decrypt(kind, body)
        await our_devices.put_sessions(connection, kek, device, [_stored(their_key, session)])
        await our_devices.set_account(connection, kek, device, account.pickled())
        return text

    async def _keep(self, connection: Connection, opened: Opened, key: RoomKey) -> bool:
        """Keeps a room key; those who wait for it are told. One that was passed on is taken from whom we asked."""
        homeserver = self._ours.device.homeserver
        sender = opened.sender
        if key.forwarded and not await key_requests.was_asked(
            connection, homeserver, key.room_id, key.session_id, sender
        ):
            return False
        session = megolm.opened(key)
        kek = await self._keyring.current(connection, NO_ROOM)
        kept = await keep(
            connection, self._keyring, kek, homeserver,
            InboundSession(
                key.room_id, key.session_id, key.sender_key, UserId(sender), key.forwarded, session.group.first_index,
                session.group.pickled(), key.claimed_ed25519,
            ),
        )  # fmt: skip
        await notify.room(connection, homeserver, key.room_id)
        return kept


def _stored(their_key: str, session: OlmSession) -> StoredSession:
    return StoredSession(their_key, session.id, session.pickled())


def _users(value: object) -> Sequence[UserId]:
    users = [user_id(one) for one in (value if isinstance(value, list) else [])]
    return [user for user in users if user is not None]
