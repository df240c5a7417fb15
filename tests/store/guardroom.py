"""Linked rooms of two homeservers with the classification bot in them, on a real database: what people write is judged,
obeyed and mirrored, and what would be done is read from the outbox. No homeserver is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from bots.classification import load
from bots.classification.account import ACCOUNT
from bots.classification.engine import Engine
from bots.classification.room import work
from bots.classification.room.border import Border
from bots.classification.room.clock import Clock
from bots.classification.room.desk import Desk
from bots.classification.room.follower import Classification
from bots.classification.settings import ClassificationSettings
from bridge.actions import Action, Redact, Send
from bridge.commands.circle import Circle
from bridge.commands.follower import Commands
from bridge.commands.house import House, Spokesman
from bridge.customs import Customs
from bridge.follower import Follower
from bridge.mirror.follower import Mirror
from bridge.model import HomeserverName, UserId
from bridge.plugin import Host
from bridge.store.database import Connection, Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.keyring import Keyring
from tests.people import CELL, MHA, NIC, RAVI
from tests.store.chat import ASHA, HALL, OFFICE, Chat
from tests.tongues import tongues as tongues_of
from tests.unit.setus import signer

MEERA = UserId("@meera:mha.lab")
"""Of Home Affairs; moderates nothing."""
OFFICER = UserId("@officer:nic.lab")
"""The security officer of the hub."""
SECURITY = "!security:nic.lab"
"""The room of the security officers."""

CUSTOMS = Customs(
    "setu", frozenset({"setu", "records", "identity", "classification"}), "_setu_", "{name} · {department}",
    {"mha.lab": "Home Affairs", "nic.lab": "NIC"},
)  # fmt: skip

SETTINGS: Mapping[str, Any] = {"security_room": SECURITY, "rooms": [{"link": "cell", "ceiling": "RESTRICTED"}]}
SECRET = "SECRET\nThe convoy leaves at five."
CONFIDENTIAL = "CONFIDENTIAL\nThe estimate is enclosed."


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Loaded once: it takes a while."""
    return load.load()


@dataclass
class Guardroom(Chat):
    """The rooms, the bot in them, and who reads them."""

    desk: Desk = field(kw_only=True)
    judges: bool = True
    """Whether the bot reads before the mirror does."""

    async def journalled(self, homeserver: HomeserverName, *arrivals: Arrival) -> None:
        await self.journal.append(homeserver, arrivals)
        await self.read_all()

    async def read_all(self) -> None:
        """Everybody reads on."""
        judges = [Classification(self.desk)] if self.judges else []
        readers: list[Follower] = [*judges, self.commands, self.house.mirror]
        for follower in readers:
            await self.read(follower)

    async def ticks(self) -> list[Action]:
        """The clock looks; gives what it orders."""
        before = await self.last_order()
        async with self.pool.acquire() as connection:
            await Clock(self.desk).look(connection)
        return [action for _, action in await self.orders(before)]

    async def says(self, room: str, sender: str, body: str) -> str:
        """Somebody writes; gives the event's id."""
        said = self.event(room, sender, "m.room.message", msgtype="m.text", body=body)
        await self.happens(said)
        return said.id or ""

    async def replies(self, room: str, sender: str, to: str, body: str) -> list[str]:
        """Somebody replies; gives what Setu says anywhere because of it."""
        said = self.event(room, sender, "m.room.message", **replying(to, body))
        return await self.happens(said)

    async def copies(self, room: str = HALL) -> list[str]:
        """The texts whose copies are ordered into a room, in their order."""
        return [
            str(action.content.get("body"))
            for where, action in await self.orders()
            if where == room and isinstance(action, Send) and action.origin is not None and "body" in action.content
        ]

    async def told(self, room: str) -> list[str]:
        """All that our bots say in a room of themselves."""
        return [
            str(action.content.get("body"))
            for where, action in await self.orders()
            if where == room and isinstance(action, Send) and action.origin is None
        ]

    async def private(self, person: str) -> str:
        """The room of the bot's direct chat with somebody, as the gateway would have made it."""
        row = await self.pool.fetchrow(
            "select e.id, e.homeserver, e.room_id from private_chat p join endpoint e on e.id = p.endpoint"
            " where p.person = $1",
            person,
        )
        assert row is not None, f"nobody talks privately with {person}"
        if row["room_id"] is not None:
            return str(row["room_id"])
        room_id = f"!private{row['id']}:{row['homeserver']}"
        await self.pool.execute("update endpoint set room_id = $2, state = 'open' where id = $1", row["id"], room_id)
        return room_id

    async def letters(self, person: str) -> list[str]:
        """All that the bot told somebody privately."""
        if await self.pool.fetchval("select 1 from private_chat where person = $1", person) is None:
            return []
        return await self.told(await self.private(person))

    async def redactions(self) -> list[tuple[str | None, str]]:
        """What is to be taken back: in which room, and which event of the room where it was said."""
        return [(room, action.event_id) for room, action in await self.orders() if isinstance(action, Redact)]

    async def cases(self) -> list[dict[str, Any]]:
        """Every case, the oldest first."""
        return [dict(row) for row in await self.pool.fetch("select * from classification_case order by number")]

    async def all_done(self) -> None:
        """The gateway has done whatever was ordered."""
        await self.pool.execute(
            "update outbox set state = 'done', outcome = '$done' || id, sealed = null, kek = null, wrapped = null"
            " where state = 'waiting'"
        )


def replying(to: str, body: str) -> dict[str, Any]:
    """The content of a reply."""
    return {"msgtype": "m.text", "body": body, "m.relates_to": {"m.in_reply_to": {"event_id": to}}}


def editing(event_id: str, body: str) -> dict[str, Any]:
    """The content of an edit."""
    new = {"msgtype": "m.text", "body": body}
    relation = {"rel_type": "m.replace", "event_id": event_id}
    return {"msgtype": "m.text", "body": "* edited", "m.new_content": new, "m.relates_to": relation}


def reacting(event_id: str, key: str) -> dict[str, Any]:
    """The content of a reaction."""
    return {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": key}}


def guardroom(
    pool: Pool, journal: Journal, keyring: Keyring, settings: Mapping[str, Any] | None = None,
    languages: Mapping[str, str] | None = None, later: timedelta = timedelta(),
) -> Guardroom:  # fmt: skip
    """Ravi administers Home Affairs, Asha the hub; the settings are those of the classification bot."""
    tongues = tongues_of(languages)
    host = Host(pool, journal, keyring, CUSTOMS, tongues, NIC, OFFICE)
    given = ClassificationSettings.model_validate(dict(SETTINGS if settings is None else settings))
    desk = Desk(given, engine(), host, lambda: datetime.now(UTC) + later)
    guest = work.guest_of(desk)
    mirror = Mirror(CUSTOMS, signer(1), keyring, journal, tongues, border=Border(desk))
    admins = Circle((RAVI, ASHA))

    async def roles(_: Connection, person: UserId) -> frozenset[str]:
        return frozenset({"security_officer"}) if person == OFFICER else frozenset()

    house = House(
        CUSTOMS, journal, keyring, mirror, tongues, NIC, OFFICE, admins, admins, (mirror.name, Commands.name),
        spoken={"!mark": Spokesman(ACCOUNT, guest.commands)}, vouchers=[roles],
    )  # fmt: skip
    return Guardroom(pool, journal, keyring, house, desk=desk)


async def linked(made: Guardroom, moderators: Sequence[str] = (RAVI,)) -> Guardroom:
    """Ravi's room is linked with the hall, in which Asha is; the security officers have a room."""
    await made.enter(NIC, OFFICE, [ASHA])
    await made.enter(NIC, SECURITY, [OFFICER])
    await made.enter(NIC, HALL, [ASHA])
    await made.enter(MHA, CELL, moderators)
    await made.say(CELL, RAVI, f"!setu link cell {HALL}")
    await made.say(OFFICE, ASHA, "!setu accept cell")
    return made
