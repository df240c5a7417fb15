"""An encrypted room into which ghosts of ours write, on a real database: people and their devices, the gateways that
serve it, and what the journal knows of its members. Its homeserver is played.
"""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bridge.e2ee.devices import Device
from bridge.e2ee.recovery import RecoveryKey
from bridge.gateway.accounts import Accounts
from bridge.gateway.e2ee.directory import Directory
from bridge.gateway.e2ee.encryption import Encryption, Policy
from bridge.gateway.e2ee.mail import Mail, Taken
from bridge.gateway.e2ee.olm import Olm
from bridge.gateway.e2ee.own_devices import OwnDevices, Ready
from bridge.model import ENCRYPTED, Room, UserId
from bridge.seal import MasterKey
from bridge.store import encrypted_rooms
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.keyrings import keyring_of
from tests.people import CELL, MHA, event
from tests.store.handset import Handset, ToDevice
from tests.store.key_server import KeyServer

BOT = UserId("@setu:mha.lab")
GHOST = UserId("@_setu_nic.lab_asha:mha.lab")
OTHER_GHOST = UserId("@_setu_nic.lab_farid:mha.lab")
RECOVERY = RecoveryKey(bytes(range(32)))


def ours(user: UserId) -> bool:
    return user == BOT or user.startswith("@_setu_")


def device(bot: Ready) -> Device:
    """Our device as others see it."""
    return Device(bot.device.user_id, bot.device.device_id, bot.curve25519, bot.ed25519, True)


@dataclass(frozen=True)
class Written:
    """A message of ours as it went to the homeserver."""

    by: UserId
    content: Mapping[str, Any]

    @property
    def session(self) -> str:
        return str(self.content["session_id"])


@dataclass
class Cell:
    """The room."""

    pool: Pool
    journal: Journal
    keyring: Keyring
    master: MasterKey
    room: Room
    server: KeyServer = field(default_factory=KeyServer)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @classmethod
    async def of(cls, pool: Pool, journal: Journal, keyring: Keyring, master: MasterKey) -> "Cell":
        async with pool.acquire() as connection:
            ref = (await journal.rooms(connection, MHA, [CELL]))[CELL]
            await encrypted_rooms.set_encrypted(connection, ref)
        return cls(pool, journal, keyring, master, Room(ref, MHA, CELL))

    async def rotates(self, messages: int) -> None:
        """A room key of ours serves for so many messages."""
        async with self.pool.acquire() as connection:
            await encrypted_rooms.set_encrypted(connection, self.room.ref, messages=messages)

    def gateway(self, **policy: Any) -> Encryption:
        """What a gateway that has just been started encrypts with: nothing is remembered."""
        server, pool, keyring = self.server, self.pool, keyring_of(self.master)
        own = OwnDevices(server, Accounts(server, pool), pool, keyring, RECOVERY)
        return Encryption(
            server, own, Olm(server, pool, keyring), Directory(server, pool), pool, keyring,
            Policy(**{"ours": ours, **policy}),
        )  # fmt: skip

    async def joins(self, *people: Handset | str, how: str = "join", journalled: bool = True) -> None:
        """They are in the room; where it is not yet journalled, only their homeserver knows."""
        for person in people:
            user = person if isinstance(person, str) else person.user_id
            if isinstance(person, Handset):
                self.server.has(person)
            self.server.members[self.room.room_id][user] = how
            if journalled:
                await self.is_journalled(user, how)

    async def leaves(self, person: Handset) -> None:
        await self.joins(person.user_id, how="leave")

    async def is_journalled(self, user: str, how: str = "join", followed: bool = True) -> None:
        """The journal has it, and its followers have read it too. Who is invited or banned is so by our bot."""
        sender = BOT if how in ("invite", "ban") else user
        content = {"membership": how}
        came = event(
            f"$member{next(self.numbers)}", self.room.room_id, sender, type="m.room.member", state_key=user,
            content=content,
        )  # fmt: skip
        await self.journal.append(MHA, [Arrival(came, "push")])
        if not followed:
            return
        await self.pool.execute(
            "insert into member (room, user_id, membership, pos) select id, $2, $3, head from room where id = $1"
            " on conflict (room, user_id) do update set membership = $3, pos = excluded.pos",
            self.room.ref, user, how,
        )  # fmt: skip

    async def says(self, gateway: Encryption, body: str, ghost: UserId = GHOST) -> Written:
        """A ghost writes."""
        content = {"msgtype": "m.text", "body": body}
        type, sealed = await gateway.sealed(ghost, self.room.room_id, "m.room.message", content)
        assert type == ENCRYPTED
        return Written(ghost, sealed)

    async def changed(self, *handsets: Handset) -> None:
        """The bot's device hears that these people have other devices now."""
        await self.hears(device_lists={"changed": [one.user_id for one in handsets], "left": []})

    async def hears(self, *messages: ToDevice, gateway: Encryption | None = None, **answer: Any) -> Taken:
        """The bot's device takes an answer of /sync."""
        ready = await self.bot(gateway)
        mail = Mail(ready, self.pool, keyring_of(self.master))
        token = {"next_batch": f"s{next(self.numbers)}"}
        return await mail.take({**token, "to_device": {"events": [*messages]}, **answer})

    async def bot(self, gateway: Encryption | None = None) -> Ready:
        """The bot's device."""
        return await (gateway or self.gateway()).own.ready(BOT, receives=True)

    def one_time_key(self, bot: Ready) -> str:
        """A key of the bot's device, as somebody claims it who writes to it first."""
        return self.server.one_time_key(bot.device.user_id, bot.device.device_id)

    def read_by(self, handset: Handset, *written: Written) -> list[str | None]:
        """What a device makes of them."""
        return [handset.reads(self.room.room_id, one.by, one.content) for one in written]
