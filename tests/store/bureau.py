"""Linked rooms of two homeservers with the identity bot in them, on a real database: what people do is journalled and
read by the bot, the commands and the mirror, and what would be done is read from the outbox. No homeserver is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bots.identity import work
from bots.identity.account import ACCOUNT
from bots.identity.clock import Clock, refresh
from bots.identity.desk import Desk
from bots.identity.follower import Identity
from bots.identity.heard import Speakers
from bots.identity.known import Known
from bots.identity.lookalikes.index import Lookalikes
from bots.identity.roster.person import Person, Role
from bots.identity.roster.roster import Roster
from bots.identity.settings import IdentitySettings
from bridge.actions import Action, Send
from bridge.commands.circle import Circle
from bridge.commands.follower import Commands
from bridge.commands.house import House, Spokesman
from bridge.customs import Customs
from bridge.mirror.follower import Mirror
from bridge.model import Event, HomeserverName, UserId
from bridge.plugin import Host
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import NO_ROOM, Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.store.chat import ASHA, HALL, OFFICE, Chat
from tests.tongues import tongues as tongues_of
from tests.unit.setus import signer

MEERA = UserId("@meera:mha.lab")
"""Of Home Affairs; nobody knows who she is."""
OFFICER = UserId("@officer:nic.lab")
"""The identity officer of the hub."""
VISITOR = UserId("@visitor:elsewhere.example")
"""Of a homeserver that is not ours."""

CUSTOMS = Customs(
    "setu", frozenset({"setu", "records", "identity"}), "_setu_", "{name} · {designation}, {department}",
    {"mha.lab": "Home Affairs", "nic.lab": "NIC"},
)  # fmt: skip


def person(user_id: str, name: str, designation: str = "", *roles: Role, **more: Any) -> Person:
    """A row of the roster."""
    return Person(UserId(user_id), name, designation, "Ministry of Home Affairs", roles=frozenset(roles), **more)


ROSTER = (
    person(RAVI, "Ravi Kumar", "Director", Role.OFFICIAL),
    person(ASHA, "Asha Verma", "Joint Secretary", Role.ADMIN),
    person(OFFICER, "Farid Khan", "Registrar", Role.IDENTITY_OFFICER),
)


@dataclass
class Bureau(Chat):
    """The rooms, the bot in them, and who reads them."""

    desk: Desk = field(kw_only=True)

    async def journalled(self, homeserver: HomeserverName, *arrivals: Arrival) -> None:
        await self.journal.append(homeserver, arrivals)
        for follower in (self.commands, Identity(self.desk), self.house.mirror):
            await self.read(follower)

    async def gives_power(self, room_id: str, levels: Mapping[str, int] | None = None) -> None:
        """Our bot may do everything in the room, and these people what their level says."""
        bot = f"@setu:{self._seen_by(room_id)}"
        maker = f"@maker:{self._seen_by(room_id)}"
        users = {bot: 100, **(levels or {})}
        await self.happens(self.event(room_id, maker, "m.room.power_levels", "", users=users))

    async def comes(self, room_id: str, user_id: str, **content: Any) -> list[str]:
        """Somebody joins."""
        return await self.happens(self.member(room_id, user_id, "join", **content), self._seen_by(room_id))

    async def goes(self, room_id: str, user_id: str) -> list[str]:
        """Somebody leaves."""
        return await self.happens(self.member(room_id, user_id, "leave"), self._seen_by(room_id))

    def member(self, room_id: str, user_id: str, membership: str, by: str | None = None, **content: Any) -> Event:
        return self.event(room_id, by or user_id, "m.room.member", user_id, membership=membership, **content)

    def _seen_by(self, room_id: str) -> HomeserverName:
        return HomeserverName(room_id.partition(":")[2])

    async def look(self) -> list[Action]:
        """The clock looks, until nothing is due; gives what it orders."""
        before = await self.last_order()
        async with self.pool.acquire() as connection:
            while await Clock(self.desk).look(connection):
                pass
        return [action for _, action in await self.orders(before)]

    async def passes(self, time: timedelta) -> list[Action]:
        """So much time passes on every ladder, then the clock looks."""
        await self.pool.execute("update identity_ladder set since = since - $1::interval, due_at = due_at - $1", time)
        return await self.look()

    async def private(self, user_id: str) -> str:
        """The room of the bot's direct chat with somebody, as the gateway would have made it."""
        row = await self.pool.fetchrow(
            "select e.id, e.homeserver, e.room_id from private_chat p join endpoint e on e.id = p.endpoint"
            " where p.person = $1",
            user_id,
        )
        assert row is not None, f"nobody talks privately with {user_id}"
        if row["room_id"] is not None:
            return str(row["room_id"])
        room_id = f"!private{row['id']}:{row['homeserver']}"
        await self.pool.execute("update endpoint set room_id = $2, state = 'open' where id = $1", row["id"], room_id)
        return room_id

    async def told(self, user_id: str) -> list[str]:
        """All that the bot said to somebody privately."""
        where = await self.private(user_id)
        found = [action for room, action in await self.orders() if room == where and isinstance(action, Send)]
        return [str(action.content["body"]) for action in found]

    async def refreshes(self, user_id: str) -> None:
        """It is looked again who somebody is, as it is when a roster has changed."""
        async with self.pool.acquire() as connection:
            kek = await self.keyring.current(connection, NO_ROOM)
            async with connection.transaction():
                await refresh(self.desk, connection, kek, [UserId(user_id)])

    def knows(self, *people: Person) -> None:
        """The roster is read anew."""
        roster = Roster({one.user_id: one for one in people})
        self.desk.known.roster, self.desk.known.lookalikes = roster, Lookalikes(roster)
        self.desk.known.whole = True
        self.desk.known.read.set()


def bureau(
    pool: Pool, journal: Journal, keyring: Keyring, settings: Mapping[str, Any] | None = None,
    languages: Mapping[str, str] | None = None, roster: Sequence[Person] = ROSTER,
) -> Bureau:  # fmt: skip
    """Ravi administers Home Affairs, Asha the hub; the settings are those of the identity bot."""
    tongues = tongues_of(languages)
    host = Host(pool, journal, keyring, CUSTOMS, tongues, NIC, OFFICE)
    known = Known(IdentitySettings.model_validate(dict(settings or {})), CUSTOMS, lambda: datetime.now(UTC))
    desk = Desk(known, host)
    guest = work.guest_of(desk)
    mirror = Mirror(CUSTOMS, signer(1), keyring, journal, tongues, Speakers(desk))
    admins = Circle((RAVI, ASHA))
    assert guest.roles is not None
    house = House(
        CUSTOMS, journal, keyring, mirror, tongues, NIC, OFFICE, admins, admins, (mirror.name, Commands.name),
        spoken={"!id": Spokesman(ACCOUNT, guest.commands)}, vouchers=[guest.roles],
    )  # fmt: skip
    made = Bureau(pool, journal, keyring, house, desk=desk)
    made.knows(*roster)
    return made


async def linked(made: Bureau) -> Bureau:
    """Ravi's room is linked with the hall, in which Asha is."""
    await made.enter(NIC, OFFICE, [ASHA])
    await made.enter(NIC, HALL, [ASHA])
    await made.enter(MHA, CELL, [RAVI])
    await made.say(CELL, RAVI, f"!setu link cell {HALL}")
    await made.say(OFFICE, ASHA, "!setu accept cell")
    return made
