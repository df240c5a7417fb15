"""Linked rooms with the retention bot in them, on a real database: what people do is journalled and recorded, and what
an officer finds is read as they would see it. No homeserver is there.
"""

from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bots.retention import work
from bots.retention.account import ACCOUNT
from bots.retention.search.finding import Finding
from bots.retention.search.hit import Hit
from bots.retention.search.month_key import MonthKeys
from bots.retention.search.query import read
from bots.retention.settings import RetentionSettings
from bridge.actions import Send, SetState
from bridge.commands.circle import Circle
from bridge.commands.follower import Commands
from bridge.commands.house import House, Spokesman
from bridge.follower import Follower
from bridge.media_folder import MediaFolder
from bridge.mirror.follower import Mirror
from bridge.model import Event, HomeserverName, UserId
from bridge.plugin import Host
from bridge.store.database import Connection, Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.store.bureau import CUSTOMS
from tests.store.chat import ASHA, HALL, OFFICE, Chat
from tests.tongues import tongues as tongues_of
from tests.unit.setus import signer

OFFICER = UserId("@officer:nic.lab")
"""The records officer of the hub."""
CLERK = UserId("@clerk:mha.lab")
"""The records officer of Home Affairs."""
OTHER = "!other:mha.lab"
"""Another room of Home Affairs, which the settings name."""
IST = ZoneInfo("Asia/Kolkata")


@dataclass
class Archive(Chat):
    """The rooms, and who reads them."""

    retention: Follower = field(kw_only=True)

    async def journalled(self, homeserver: HomeserverName, *arrivals: Arrival) -> None:
        await self.journal.append(homeserver, arrivals)
        for follower in (self.house.mirror, self.commands, self.retention):
            await self.read(follower)

    async def write(
        self, room_id: str, body: str, sender: str = RAVI, at: datetime | None = None, **content: Any
    ) -> Event:
        """Somebody writes a message."""
        said = self.event(room_id, sender, "m.room.message", **{"msgtype": "m.text", "body": body, **content})
        if at is not None:
            said = Event.read(said.raw.replace(b"1764000000000", str(int(at.timestamp() * 1000)).encode()))
        await self.happens(said)
        return said

    async def hits(self, asked: str, homeserver: str | None = None, most: int = 1_000) -> list[Hit]:
        """What is found, in its order."""
        finding = Finding(self.journal, MonthKeys(self.keyring), read(asked, IST), homeserver)
        async with self.pool.acquire() as connection, aclosing(finding.hits(connection)) as hits:
            found: list[Hit] = []
            async for hit in hits:
                found.append(hit)
                if len(found) == most:
                    break
            return found

    async def find(self, asked: str, homeserver: str | None = None) -> list[str]:
        """The texts of what is found."""
        return [str(hit.entry.event.text("body")) for hit in await self.hits(asked, homeserver)]

    async def private(self, person: str) -> str | None:
        """The room of the bot's direct chat with somebody, as the gateway would have made it; None without one."""
        row = await self.pool.fetchrow(
            "select e.id, e.homeserver, e.room_id from private_chat p join endpoint e on e.id = p.endpoint"
            " where p.person = $1",
            person,
        )
        if row is None or row["room_id"] is not None:
            return row["room_id"] if row is not None else None
        room_id = f"!private{row['id']}:{row['homeserver']}"
        await self.pool.execute("update endpoint set room_id = $2, state = 'open' where id = $1", row["id"], room_id)
        return room_id

    async def told(self, room: str | None) -> list[str]:
        """All that our bots say in a room of themselves."""
        return [str(action.content.get("body")) for action in await self.sent(room)] if room is not None else []

    async def sent(self, room: str) -> list[Send]:
        """The same, with whom it mentions."""
        orders = await self.orders()
        return [one for where, one in orders if where == room and isinstance(one, Send) and one.origin is None]

    async def set_back(self, room: str = CELL) -> list[SetState]:
        """The state that is to be set in a room."""
        orders = await self.orders()
        return [one for where, one in orders if where == room and isinstance(one, SetState) and one.origin is None]

    async def recorded(self, room_id: str) -> int:
        """How many entries of a room are on record."""
        found = "select room_seq from record_head h join room r on r.id = h.room where r.room_id = $1"
        return int(await self.pool.fetchval(found, room_id) or 0)


async def roles(_: Connection, user_id: UserId) -> frozenset[str]:
    """As a roster vouches for them."""
    return frozenset({"records_officer"}) if user_id in (OFFICER, CLERK, "@far:elsewhere.example") else frozenset()


SETTINGS: Mapping[str, Any] = {"rooms": [OTHER]}


async def archive(
    pool: Pool, journal: Journal, keyring: Keyring, languages: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] = SETTINGS, media: MediaFolder | None = None,
) -> Archive:  # fmt: skip
    """Ravi's room is linked with the hall, in which Asha is."""
    tongues = tongues_of(languages)
    host = Host(pool, journal, keyring, CUSTOMS, tongues, NIC, OFFICE, media)
    guest = work.guest(RetentionSettings.model_validate(dict(settings)), host)
    mirror = Mirror(CUSTOMS, signer(1), keyring, journal, tongues)
    admins = Circle((RAVI, ASHA))
    house = House(
        CUSTOMS, journal, keyring, mirror, tongues, NIC, OFFICE, admins, admins, (mirror.name, Commands.name),
        spoken={"!records": Spokesman(ACCOUNT, guest.commands)}, vouchers=[roles],
    )  # fmt: skip
    made = Archive(pool, journal, keyring, house, retention=guest.followers[0])
    for homeserver, room, moderators in ((NIC, OFFICE, [ASHA]), (NIC, HALL, [ASHA, OFFICER]), (MHA, CELL, [RAVI])):
        await made.enter(homeserver, room, moderators)
    await made.say(CELL, RAVI, f"!setu link cell {HALL}")
    await made.say(OFFICE, ASHA, "!setu accept cell")
    await made.enter(MHA, OTHER, [RAVI])
    return made
