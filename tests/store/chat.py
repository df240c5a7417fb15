"""Rooms of two homeservers in which people write to Setu, on a real database: what they write is journalled and read by
the mirror and by the commands, and what Setu would say and do is read from the outbox. No homeserver is there.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bridge.actions import Action, Send
from bridge.commands.circle import Circle
from bridge.commands.follower import Commands
from bridge.commands.house import House
from bridge.follower import Follower
from bridge.mirror.follower import Mirror
from bridge.model import Event, HomeserverName, RoomRef
from bridge.reading import Reader
from bridge.store import bookmarks, links, outbox
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI, event
from tests.tongues import tongues as tongues_of
from tests.unit.setus import customs, signer

OFFICE = "!office:nic.lab"
"""The admin room."""
HALL = "!hall:nic.lab"
"""A room of the hub."""
ASHA = "@asha:nic.lab"
"""An administrator of the hub, as Ravi is of Home Affairs."""
MEERA = "@meera:mha.lab"
"""No administrator."""
BOTS = {MHA: "@setu:mha.lab", NIC: "@setu:nic.lab"}


@dataclass
class Chat:
    """The rooms, and who reads them."""

    pool: Pool
    journal: Journal
    keyring: Keyring
    house: House
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def commands(self) -> Commands:
        return Commands(self.house)

    def with_house(self, **changes: Any) -> "Chat":
        """The same rooms after a start with another configuration."""
        return replace(self, house=replace(self.house, **changes))

    async def enter(self, homeserver: HomeserverName, room_id: str, moderators: Sequence[str] = ()) -> None:
        """The bot is in the room, and has read its state."""
        async with self.pool.acquire() as connection:
            end = await links.declare_endpoint(connection, homeserver, room_id)
            await links.set_state(connection, end.ref, "open")
        maker = f"@maker:{homeserver}"
        state = [
            self.event(room_id, maker, "m.room.create", "", room_version="12"),
            self.event(room_id, maker, "m.room.power_levels", "", users={**dict.fromkeys(moderators, 50)}),
            self.event(room_id, BOTS[homeserver], "m.room.member", BOTS[homeserver], membership="join"),
            *(self.event(room_id, person, "m.room.member", person, membership="join") for person in moderators),
        ]
        await self.journalled(homeserver, *(Arrival(found, "state") for found in state))

    def event(self, room_id: str, sender: str, kind: str, state_key: str | None = None, **content: Any) -> Event:
        key = {} if state_key is None else {"state_key": state_key}
        return event(f"${next(self.numbers)}", room_id, sender, type=kind, content=content, **key)

    async def say(self, room_id: str, sender: str, body: str, through: HomeserverName | None = None) -> list[str]:
        """Somebody writes; gives what Setu says anywhere because of it."""
        said = self.event(room_id, sender, "m.room.message", msgtype="m.text", body=body)
        return await self.happens(said, through)

    async def happens(self, what: Event, through: HomeserverName | None = None) -> list[str]:
        """Something happens in a room; gives what Setu says anywhere because of it."""
        before = await self.last_order()
        room_id = what.room_id or ""
        await self.journalled(through or HomeserverName(room_id.partition(":")[2]), Arrival(what, "push"))
        orders = await self.orders(before)
        return [_body(action) for _, action in orders if isinstance(action, Send) and action.origin is None]

    async def journalled(self, homeserver: HomeserverName, *arrivals: Arrival) -> None:
        await self.journal.append(homeserver, arrivals)
        for follower in (self.house.mirror, self.commands):
            await self.read(follower)

    async def read(self, follower: Follower) -> None:
        """The follower reads on in every room."""
        async with self.pool.acquire() as connection:
            for room in await bookmarks.waiting(connection, follower.name, ()):
                async with connection.transaction():
                    claim = await bookmarks.claim(connection, follower.name, (), RoomRef(room))
                    assert claim is not None
                    reader = Reader(self.journal, self.keyring)
                    reading = await reader.read(connection, claim.room, claim.pos, claim.up_to)
                    await follower.step(connection, claim.room, reading.entries)
                    await bookmarks.advance(connection, follower.name, RoomRef(room), reading.up_to)

    async def last_order(self) -> int:
        return int(await self.pool.fetchval("select coalesce(max(id), 0) from outbox"))

    async def orders(self, after: int = 0) -> list[tuple[str | None, Action]]:
        """Each order with the room that it is for."""
        async with self.pool.acquire() as connection:
            rows = await connection.fetch(
                "select o.*, e.room_id from outbox o join endpoint e on e.id = o.lane where o.id > $1 order by o.id",
                after,
            )
            await self.keyring.load(connection, (row["kek"] for row in rows))
        return [(row["room_id"], outbox._action(self.keyring, row)) for row in rows]

    async def links(self) -> dict[str, tuple[bool, str]]:
        """Whether each link is at work, and who made it."""
        return {row["name"]: (row["active"], row["source"]) for row in await self.pool.fetch("select * from link")}

    async def copies_of(self, body: str) -> int:
        """How many copies of a message are ordered."""
        return sum(isinstance(action, Send) and _body(action) == body and action.origin is not None
                   for _, action in await self.orders())  # fmt: skip


def _body(action: Send) -> str:
    return str(action.content.get("body"))


def chat(pool: Pool, journal: Journal, keyring: Keyring, languages: Mapping[str, str] | None = None) -> Chat:
    """Ravi administers Home Affairs, Asha the hub. `languages` are those of organisations that do not read English."""
    tongues = tongues_of(languages)
    mirror = Mirror(customs(), signer(1), keyring, journal, tongues)
    admins = Circle((RAVI, ASHA))
    house = House(
        customs(), journal, keyring, mirror, tongues, NIC, OFFICE, admins, admins, (mirror.name, Commands.name)
    )
    return Chat(pool, journal, keyring, house)


async def linked(pool: Pool, journal: Journal, keyring: Keyring, languages: Mapping[str, str] | None = None) -> Chat:
    """The same, and Ravi's room is linked with the hall."""
    made = chat(pool, journal, keyring, languages)
    await made.enter(NIC, OFFICE, [ASHA])
    await made.enter(NIC, HALL, [ASHA])
    await made.enter(MHA, CELL, [RAVI])
    await made.say(CELL, RAVI, f"!setu link cell {HALL}")
    await made.say(OFFICE, ASHA, "!setu accept cell")
    return made
