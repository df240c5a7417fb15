"""What our accounts write into encrypted rooms: each account with a room key of its own, which every device that may
have it has been given before the first message that needs it. Lanes keep a room's messages one behind the other.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mautrix.api import Method

from bridge.e2ee import megolm
from bridge.e2ee.algorithms import MEGOLM
from bridge.e2ee.devices import Device
from bridge.e2ee.foreign_json import at
from bridge.e2ee.libolm import InboundGroup, OutboundGroup
from bridge.gateway.e2ee.directory import Directory
from bridge.gateway.e2ee.olm import Olm
from bridge.gateway.e2ee.own_devices import OwnDevices, Ready
from bridge.gateway.homeserver import Homeserver, Refused, path
from bridge.model import ENCRYPTED, RoomRef, UserId, user_id
from bridge.store import inbound_sessions, outbound_sessions
from bridge.store.database import Pool
from bridge.store.encrypted_rooms import Encrypted
from bridge.store.inbound_sessions import InboundSession
from bridge.store.keyring import NO_ROOM, Keyring
from bridge.store.outbound_sessions import Outbound, Seen, Stand

IN_CLEAR = frozenset({"m.reaction"})
"""Types that clients never encrypt, since homeservers gather what relates (Client-Server API, "Aggregations")."""

RESERVED = 10
"""Places of a ratchet that are reserved at once, so that not every message waits for the disk. What a crash leaves
unused is skipped: readers expect that.
"""

ROOMS_KNOWN = 200
"""Rooms whose members are remembered: each ghost that begins to write in a large room would ask for all of them."""

MAY_READ = frozenset({"join", "invite"})

REFUSED, UNREACHED, BEGUN = "!", "?", "~"
"""Before a device that was told that it may not have a key; that could not be given it for want of a one-time key; that
is being given it, and has it or not if this fails.
"""

NEVER = Seen(-1, -1)
"""A session that was not shared with everybody yet: the journal may not know them all."""


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


def holder(device: Device) -> str:
    """The same with its key: another one that comes under the same name later is not the one that has a room key."""
    return f"{name(device)} {device.ed25519}"


@dataclass
class Reserve:
    """A session of ours with so many places of its ratchet that are this process's own."""

    session_id: str
    group: OutboundGroup
    left: int
    reserved: int
    """How many places of the session were reserved with these: when there are more, another process goes on, and these
    are left unused, since who was given the key meanwhile could not read them.
    """

    def serves(self, stand: Stand) -> bool:
        """Whether the next message may have the next of these places."""
        within = stand.reserved <= stand.room.most_messages  # the room may allow fewer by now
        return within and self.left > 0 and (self.session_id, self.reserved) == (stand.session_id, stand.reserved)


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
        self._known_readers: dict[str, tuple[int | None, frozenset[UserId]]] = {}
        self._reserves: dict[tuple[int, RoomRef], Reserve] = {}

    async def sealed(
        self, user: UserId, room_id: str, type: str, content: Mapping[str, Any]
    ) -> tuple[str, Mapping[str, Any]]:
        """The type and content to send: as they are, or encrypted where the room is.

        Raises:
            Refused, MatrixConnectionError, OSError, TimeoutError: as `Homeserver.call`.
        """
        async with self._pool.acquire() as connection:
            stand = await outbound_sessions.stand(connection, self._homeserver.name, room_id, user)
        if stand is None or type in IN_CLEAR:
            return type, content
        ours = await self.own.ready(user)
        reserve = self._reserves.get((ours.device.ref, stand.room.room))
        if reserve is None or not reserve.serves(stand) or stand.seen != stand.now:
            reserve = await self._shared(ours, stand, room_id, reserve)
        reserve.left -= 1
        group = reserve.group
        body = megolm.encrypt(group, ours.curve25519, ours.device.device_id, room_id, type, content)
        return ENCRYPTED, body

    async def _shared(self, ours: Ready, stand: Stand, room_id: str, reserve: Reserve | None) -> Reserve:
        """Places of a session that every device has which may: those that there are, where they still serve."""
        kept = reserve if reserve is not None and reserve.serves(stand) else None
        if kept is None and stand.spent:
            stand = replace(stand, session_id=None)
        if stand.session_id is None or stand.seen != stand.now:
            session_id = await self._share(ours, stand, room_id, kept)
            if kept is not None and kept.session_id == session_id:
                return kept
        made = await self._reserve(ours, stand.room)
        self._reserves[ours.device.ref, stand.room.room] = made
        return made

    async def _reserve(self, ours: Ready, room: Encrypted) -> Reserve:
        async with self._pool.acquire() as connection:
            kek = await self._keyring.current(connection, NO_ROOM)
            async with connection.transaction():
                out = await outbound_sessions.find(connection, self._keyring, ours.device, room.room, take=True)
                assert out is not None, "its key was just shared"
                places = max(1, min(RESERVED, room.most_messages - out.reserved))
                behind = OutboundGroup.opened(out.pickled)
                for _ in range(places):  # libolm turns a ratchet by encrypting only
                    behind.encrypt("")
                reserved = await outbound_sessions.reserve(
                    connection, kek, ours.device, room.room, out.session_id, behind.pickled(), places
                )
        return Reserve(out.session_id, OutboundGroup.opened(out.pickled), places, reserved)

    async def _share(self, ours: Ready, stand: Stand, room_id: str, reserve: Reserve | None) -> str:
        """Returns, with the session's id, when every device that may have it has the key of its next message."""
        room, now = stand.room.room, stand.now
        async with self._pool.acquire() as connection:
            out = await outbound_sessions.find(connection, self._keyring, ours.device, room)
            if stand.session_id is not None and stand.seen not in (None, NEVER):
                touched = await outbound_sessions.touched(connection, ours.device, room, stand.seen)
                if all(user is not None and self._policy.ours(user) for user in touched):
                    await outbound_sessions.looked(connection, ours.device, room, stand.session_id, now)
                    return stand.session_id
        readers = await self._readers(ours, room_id, now.members)
        devices, change = await self.directory.devices(ours.acting, readers)
        allowed = {holder(device) for device in devices if self._policy.refusal(device) is None}
        shared = out.shared if out is not None else frozenset()
        holders = {one.removeprefix(BEGUN) for one in shared if one[0] not in (REFUSED, UNREACHED)}
        if out is None or stand.session_id is None or holders - allowed:  # whoever left reads no further
            out, reserve = await self._make(ours, room, room_id), None
        key = reserve.group.key if reserve is not None else OutboundGroup.opened(out.pickled).key
        await self._give(ours, room, room_id, out, key, devices)
        async with self._pool.acquire() as connection:
            await outbound_sessions.looked(connection, ours.device, room, out.session_id, Seen(now.members, change))
        return out.session_id

    async def _readers(self, ours: Ready, room_id: str, change: int) -> Collection[UserId]:
        """Who is in the room or invited, but for our own accounts: all of them, as the homeserver has it now, or had it
        after the last change that we know of.
        """
        known, readers = self._known_readers.get(room_id, (None, frozenset()))
        if known != change:
            readers = await self._ask_for_readers(ours, room_id)
            self._known_readers.pop(room_id, None)
            self._known_readers[room_id] = (change, readers)
            while len(self._known_readers) > ROOMS_KNOWN:
                del self._known_readers[next(iter(self._known_readers))]
        return readers

    async def _ask_for_readers(self, ours: Ready, room_id: str) -> frozenset[UserId]:
        address = path("v3", "rooms", room_id, "members")
        answer = await self._homeserver.call(Method.GET, address, ours.acting, query={"not_membership": "leave"})
        chunk = answer.get("chunk")
        if not isinstance(chunk, list):
            raise Refused(502, None, None)
        readers = [user_id(at(event, "state_key")) for event in chunk if at(event, "content", "membership") in MAY_READ]
        return frozenset(user for user in readers if user is not None and not self._policy.ours(user))

    async def _make(self, ours: Ready, room: RoomRef, room_id: str) -> Outbound:
        """A new session; that it reads what it wrote, we keep as we keep everybody's."""
        group = OutboundGroup.new()
        reads = InboundGroup.of_key(group.key)
        async with self._pool.acquire() as connection:
            kek = await self._keyring.current(connection, NO_ROOM)
            async with connection.transaction():
                await outbound_sessions.put(connection, kek, ours.device, room, group.id, group.pickled(), NEVER)
                own = InboundSession(
                    room_id, group.id, ours.curve25519, ours.device.user_id, False, reads.first_index, reads.pickled(),
                    ours.ed25519,
                )  # fmt: skip
                await inbound_sessions.put(connection, kek, self._homeserver.name, own)
            made = await outbound_sessions.find(connection, self._keyring, ours.device, room)
        assert made is not None, "a session that was just made is there"
        return made

    async def _give(
        self, ours: Ready, room: RoomRef, room_id: str, out: Outbound, key: str, devices: Sequence[Device]
    ) -> None:
        allowed = [one for one in devices if self._policy.refusal(one) is None and holder(one) not in out.shared]
        refused = [one for one in devices if self._policy.refusal(one) and REFUSED + holder(one) not in out.shared]
        content = {
            "algorithm": MEGOLM,
            "room_id": room_id,
            "session_id": out.session_id,
            "session_key": key,
        }
        untold: Sequence[Device] = []
        if allowed:
            await self._note(ours, room, out, [BEGUN + holder(one) for one in allowed])
            untold = await self.olm.tell(ours, allowed, "m.room_key", content, uuid.uuid4().hex)
        anew = [(one, "m.no_olm") for one in untold if UNREACHED + holder(one) not in out.shared]
        await self._withhold(ours, room_id, out, anew)
        await self._withhold(ours, room_id, out, [(one, self._policy.refusal(one) or "") for one in refused])
        if allowed or refused:
            told = [*((UNREACHED if one in untold else "") + holder(one) for one in allowed),
                    *(REFUSED + holder(one) for one in refused)]  # fmt: skip
            await self._note(ours, room, out, told)

    async def _note(self, ours: Ready, room: RoomRef, out: Outbound, told: Sequence[str]) -> None:
        async with self._pool.acquire() as connection:
            await outbound_sessions.shared(connection, ours.device, room, out.session_id, told)

    async def _withhold(self, ours: Ready, room_id: str, out: Outbound, devices: Sequence[tuple[Device, str]]) -> None:
        """Tells devices that they get no key, and why."""
        messages: dict[str, dict[str, Mapping[str, Any]]] = defaultdict(dict)
        for device, code in devices:
            about = {} if code == "m.no_olm" else {"room_id": room_id, "session_id": out.session_id}
            said = {"algorithm": MEGOLM, "code": code, "sender_key": ours.curve25519, **about}
            messages[device.user_id][device.device_id] = said
        await self.olm.send(ours, "m.room_key.withheld", messages, uuid.uuid4().hex)
