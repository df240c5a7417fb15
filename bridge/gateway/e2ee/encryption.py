"""What our accounts write into encrypted rooms: each account with a room key of its own, which every device that may
have it has been given before the first message that needs it. Lanes keep a room's messages one behind the other.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mautrix.api import Method

from bridge.e2ee import megolm
from bridge.e2ee.algorithms import MEGOLM
from bridge.e2ee.devices import Device
from bridge.e2ee.libolm import InboundGroup, OutboundGroup
from bridge.gateway.e2ee.directory import Directory
from bridge.gateway.e2ee.olm import Olm
from bridge.gateway.e2ee.own_devices import OwnDevices, Ready
from bridge.gateway.homeserver import Homeserver, Refused, path
from bridge.model import ENCRYPTED, UserId, user_id
from bridge.store import encrypted_rooms, inbound_sessions, outbound_sessions
from bridge.store.database import Pool
from bridge.store.encrypted_rooms import Encrypted
from bridge.store.inbound_sessions import InboundSession
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.store.outbound_sessions import Outbound, Seen

IN_CLEAR = frozenset({"m.reaction"})
"""Types that clients never encrypt, since homeservers gather what relates (Client-Server API, "Aggregations")."""

MAY_READ = frozenset({"join", "invite"})


@dataclass(frozen=True)
class Policy:
    """Which devices of others may have room keys of ours."""

    ours: Callable[[UserId], bool]
    """Whether an account is one of ours: those read the journal, and need no keys."""
    cross_signed_only: bool = False
    blocked: frozenset[str] = frozenset()
    """Devices, each as its user and itself."""

    def refusal(self, device: Device) -> str | None:
        """The code under which a device is refused a key (Client-Server API, "m.room_key.withheld")."""
        if name(device) in self.blocked:
            return "m.blacklisted"
        return "m.unverified" if self.cross_signed_only and not device.cross_signed else None


def name(device: Device) -> str:
    """A device as who it belongs to and itself."""
    return f"{device.user_id} {device.device_id}"


class Encryption:
    """Encrypts on one homeserver."""

    def __init__(
        self, homeserver: Homeserver, own: OwnDevices, olm: Olm, directory: Directory, pool: Pool, keyring: Keyring,
        policy: Policy,
    ) -> None:  # fmt: skip
        self._homeserver = homeserver
        self.own = own
        self.olm = olm
        self.directory = directory
        self._pool = pool
        self._keyring = keyring
        self._policy = policy

    async def sealed(
        self, user: UserId, room_id: str, type: str, content: Mapping[str, Any]
    ) -> tuple[str, Mapping[str, Any]]:
        """The type and content to send: as they are, or encrypted where the room is.

        Raises:
            Refused, MatrixConnectionError, OSError, TimeoutError: as `Homeserver.call`.
        """
        async with self._pool.acquire() as connection:
            room = await encrypted_rooms.of(connection, self._homeserver.name, room_id)
        if room is None or type in IN_CLEAR:
            return type, content
        ours = await self.own.ready(user)
        await self._share(ours, room, room_id)
        return ENCRYPTED, await self._encrypt(ours, room, room_id, type, content)

    async def _encrypt(
        self, ours: Ready, room: Encrypted, room_id: str, type: str, content: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        async with self._pool.acquire() as connection:
            kek = await self._keyring.current(connection, NO_ROOM)
            async with connection.transaction():
                out = await outbound_sessions.find(connection, self._keyring, ours.device, room.room, take=True)
                assert out is not None, "its key was just shared"
                group = OutboundGroup.opened(out.pickled)
                device = ours.device
                body = megolm.encrypt(group, ours.curve25519, device.device_id, room_id, type, content)
                await outbound_sessions.used(connection, kek, device, room.room, out.session_id, group.pickled())
        return body

    async def _share(self, ours: Ready, room: Encrypted, room_id: str) -> None:
        """Returns when every device that may have it has the key of the account's next message."""
        name_here = self._homeserver.name
        async with self._pool.acquire() as connection:
            out = await outbound_sessions.find(connection, self._keyring, ours.device, room.room)
            now = await outbound_sessions.seen_now(connection, name_here, room.room)
            fresh = out is not None and out.age < room.longest and out.messages < room.most_messages
            if out is not None and fresh:
                if out.seen == now:
                    return
                touched = await outbound_sessions.touched(connection, name_here, room.room, out.seen)
                if all(self._policy.ours(user) for user in touched):
                    await outbound_sessions.looked(connection, ours.device, room.room, out.session_id, now)
                    return
        devices, change = await self.directory.devices(ours.acting, await self._readers(ours, room_id))
        allowed = [device for device in devices if self._policy.refusal(device) is None]
        holders = {one for one in out.shared if not one.startswith("!")} if out is not None else set()
        if out is None or not fresh or holders - {name(device) for device in allowed}:  # whoever left reads no further
            out = await self._make(ours, room, room_id)
        await self._give(ours, room, room_id, out, devices)
        async with self._pool.acquire() as connection:
            seen = Seen(now.members, change)
            await outbound_sessions.looked(connection, ours.device, room.room, out.session_id, seen)

    async def _readers(self, ours: Ready, room_id: str) -> Collection[UserId]:
        """Who is in the room or invited, but for our own accounts: all of them, as the homeserver has it now."""
        address = path("v3", "rooms", room_id, "members")
        answer = await self._homeserver.call(Method.GET, address, ours.acting, query={"not_membership": "leave"})
        chunk = answer.get("chunk")
        if not isinstance(chunk, list):
            raise Refused(502, None, None)
        readers: set[UserId] = set()
        for event in chunk:
            user = user_id(event.get("state_key"))
            if user is not None and event.get("content", {}).get("membership") in MAY_READ:
                readers.add(user)
        return {user for user in readers if not self._policy.ours(user)}

    async def _make(self, ours: Ready, room: Encrypted, room_id: str) -> Outbound:
        """A new session; that it reads what it wrote, we keep as we keep everybody's."""
        group = OutboundGroup.new()
        reads = InboundGroup.of_key(group.key)
        async with self._pool.acquire() as connection:
            kek = await self._keyring.current(connection, NO_ROOM)
            async with connection.transaction():
                await outbound_sessions.put(
                    connection, kek, ours.device, room.room, group.id, group.pickled(), Seen(-1, -1)
                )
                own = InboundSession(
                    room_id, group.id, ours.curve25519, ours.device.user_id, False, reads.first_index, reads.pickled(),
                    ours.ed25519,
                )  # fmt: skip
                await inbound_sessions.put(connection, kek, self._homeserver.name, own)
            made = await outbound_sessions.find(connection, self._keyring, ours.device, room.room)
        assert made is not None, "a session that was just made is there"
        return made

    async def _give(self, ours: Ready, room: Encrypted, room_id: str, out: Outbound, devices: Sequence[Device]) -> None:
        allowed = [one for one in devices if self._policy.refusal(one) is None and name(one) not in out.shared]
        refused = [one for one in devices if self._policy.refusal(one) and f"!{name(one)}" not in out.shared]
        key = {
            "algorithm": MEGOLM,
            "room_id": room_id,
            "session_id": out.session_id,
            "session_key": OutboundGroup.opened(out.pickled).key,
        }
        untold = await self.olm.tell(ours, allowed, "m.room_key", key, uuid.uuid4().hex) if allowed else []
        await self._withhold(ours, room_id, out, [(one, "m.no_olm") for one in untold])
        await self._withhold(ours, room_id, out, [(one, self._policy.refusal(one) or "") for one in refused])
        if allowed or refused:
            told = [*(name(one) for one in allowed), *(f"!{name(one)}" for one in refused)]
            async with self._pool.acquire() as connection:
                await outbound_sessions.shared(connection, ours.device, room.room, out.session_id, told)

    async def _withhold(self, ours: Ready, room_id: str, out: Outbound, devices: Sequence[tuple[Device, str]]) -> None:
        """Tells devices that they get no key, and why."""
        messages: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        for device, code in devices:
            about = {} if code == "m.no_olm" else {"room_id": room_id, "session_id": out.session_id}
            said = {"algorithm": MEGOLM, "code": code, "sender_key": ours.curve25519, **about}
            messages[device.user_id][device.device_id] = said
        await self.olm.send(ours, "m.room_key.withheld", messages, uuid.uuid4().hex)
