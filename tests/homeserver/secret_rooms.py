"""Rooms that people encrypt, on both homeservers, and the Setu that links them: what the tests of encryption stand on.
The people are of one test alone, at clients that we did not write (matrix-nio, and the SDK inside Element).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.lab.client import Seen as Plain
from bridge.lab.ground import Homeserver
from bridge.lab.nio_client import NioClient
from bridge.lab.nio_seen import NioSeen
from bridge.lab.site import Site
from tests.deadline import PATIENCE_SECONDS, until
from tests.element.client import ElementClient
from tests.element.seat import Element
from tests.element.seen import Seen as ElementSeen
from tests.faults import secret
from tests.homeserver.administrator import ask, change

PASSWORD = "cutting-chai"
IMPATIENT = (*secret.COMMAND, "impatient")
"""A Setu that waits for keys only a moment, and tells a room soon what it cannot read."""

Person = NioClient | ElementClient
Seen = NioSeen | ElementSeen


@dataclass(frozen=True)
class Link:
    """Two rooms to be linked: the department's, and those of the hub who come into the hub's."""

    room: str
    host: Person
    """Who is in the department's room and invites the bot."""
    guests: Sequence[Person]
    more: Mapping[str, object] = field(default_factory=dict)
    """Further settings of the link."""


class Office:
    """Where people sit down at their clients, beside a Setu of their own."""

    def __init__(self, site: Site, element: Element, folder: Path, numbers: Iterator[int]) -> None:
        self.site = site
        self._element = element
        self._folder = folder
        self._numbers = numbers
        self._clients: list[NioClient] = []

    @property
    def department(self) -> Homeserver:
        return self.site.ground.departments[0]

    @property
    def hub(self) -> Homeserver:
        return self.site.ground.hub

    async def account(self, homeserver: Homeserver, name: str) -> str:
        """A new person."""
        return await homeserver.synapse.register(f"{name}{next(self._numbers)}", PASSWORD, name.title())

    async def nio(self, user_id: str, *, shares_keys: bool = False) -> NioClient:
        """A person at a new device, which nobody signs."""
        folder = self._folder / f"nio-{next(self._numbers)}"
        client = NioClient(self._home(user_id).synapse.url, folder, shares_keys=shares_keys)
        self._clients.append(client)
        await client.log_in(user_id, PASSWORD)
        return client

    async def element(self, user_id: str) -> ElementClient:
        """A person at a new device, which they sign where it is their first."""
        return await self._element(self._home(user_id).synapse.url, user_id, PASSWORD)

    async def link(self, *links: Link, **settings: object) -> list[str]:
        """Starts Setu with these links; when they are open, all are in the hub's rooms, whose ids it gives."""
        await self.site.set_up()
        names = [f"link-{next(self._numbers)}" for _ in links]
        told = [self._settings(name, link) for name, link in zip(names, links, strict=True)]
        change(self.site, links=told, **settings)
        for link in links:
            await link.host.invite(link.room, self.department.bot)
        await self.site.setu.start()
        rooms = [await self._enter(name, link) for name, link in zip(names, links, strict=True)]
        for link in links:
            await self._meets_our_bot(link.room)
        return rooms

    async def _meets_our_bot(self, room: str) -> None:
        """In an encrypted room nobody at nio speaks before they know our bot's device: it shares no key meanwhile."""
        bot, published = self.department.bot, "select device_id from our_device where user_id = $1 and published"
        there = [client for client in self._clients if room in client._device.rooms]
        for client in [client for client in there if client._device.rooms[room].encrypted]:

            async def is_published() -> bool:
                return bool(await ask(self.site, published, bot))

            await until(is_published)
            [device] = await ask(self.site, published, bot)
            await client.knows(bot, device, PATIENCE_SECONDS)

    async def notices(self, *devices: Person) -> None:
        """Waits until Setu has heard of these new devices: what is said before that, they may miss."""
        heard_of = (
            "select 1 from their_devices p where user_id = $1 and (outdated or exists (select from their_device d"
            " where (d.homeserver, d.user_id, d.device_id) = (p.homeserver, p.user_id, $2)))"
        )

        async def has_heard() -> bool:
            found = [await ask(self.site, heard_of, device.user_id, device.device_id) for device in devices]
            return all(found)

        await until(has_heard)

    async def close(self) -> None:
        for client in self._clients:
            await client.close()

    async def _enter(self, name: str, link: Link) -> str:
        async def is_open() -> bool:
            open_ends = "select count(*) from link l join endpoint e on e.id in (department, hub)"
            return await ask(self.site, f"{open_ends} where name = $1 and state = 'open'", name) == [2]

        await until(is_open)
        [room] = await ask(self.site, "select room_id from link join endpoint e on e.id = hub where name = $1", name)
        if "hub_room" not in link.more:
            for guest in link.guests:
                await guest.join(room)
        return str(room)

    def _settings(self, name: str, link: Link) -> Mapping[str, object]:
        made = {} if "hub_room" in link.more else {"invite": [guest.user_id for guest in link.guests]}
        return {"name": name, "department": self.department.name, "room": link.room, **made, **link.more}

    def _home(self, user_id: str) -> Homeserver:
        return self.hub if user_id.endswith(f":{self.hub.name}") else self.department


NewOffice = Callable[[Sequence[str]], Office]
"""Makes an office whose Setu is run by this command."""


async def sees(person: Person, room: str, wanted: Callable[[Plain], bool], what: str) -> Seen:
    """The first event that is wanted."""
    return await person.wait_for(room, wanted, PATIENCE_SECONDS, what)


async def hears(person: Person, room: str, text: str) -> Seen:
    """A message with these words and no others."""
    return await sees(person, room, lambda seen: seen.body == text, f"message {text!r}")


async def hears_secretly(person: Person, room: str, text: str) -> Seen:
    """The same, and that it came encrypted."""
    heard = await hears(person, room, text)
    assert heard.was_encrypted, f"{text!r} came in clear"
    return heard


async def opens(person: Person, shown: Seen) -> bytes:
    """The picture of a message, decrypted."""
    if isinstance(person, NioClient):
        assert isinstance(shown, NioSeen)
        return await person.read_image(shown)
    assert isinstance(shown, ElementSeen)
    return await person.read_image(shown)


def said_in(person: Person, room: str) -> list[str]:
    """What people wrote, in the order in which this person sees it now; what cannot be read is left out."""
    events = [seen for seen in person.seen_in(room) if seen.body is not None]
    return [str(seen.body) for seen in events if seen.content.get("msgtype") != "m.notice"]


def notices_in(person: Person, room: str, words: str) -> list[str]:
    """The notices that hold these words."""
    events = [seen for seen in person.seen_in(room) if seen.content.get("msgtype") == "m.notice"]
    return [str(seen.body) for seen in events if words in str(seen.body)]


def ghost_of(person: Person, homeserver: Homeserver) -> str:
    """Who stands in for a person on the other homeserver."""
    localpart, server = person.user_id[1:].split(":")
    return f"@_setu_{server}_{localpart}:{homeserver.name}"


def relation(seen: Plain) -> Mapping[str, Any]:
    """What an event says that it is about."""
    found: Mapping[str, Any] = seen.content.get("m.relates_to", {})
    return found
