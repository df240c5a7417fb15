"""Where the scenario `record` is played: a linked room that its people encrypt, at clients that are not ours."""

import secrets
from contextlib import AsyncExitStack
from dataclasses import dataclass

from bridge.lab.fresh import Words
from bridge.lab.nio_client import NioClient
from bridge.lab.nio_seen import NioSeen
from bridge.lab.site import LinkedRoom, Side, Site
from bridge.lab.steps.step import answered

CROSSES_SECONDS = 20.0
"""Within which anything does, however impatient people are."""


def bots(server: str) -> tuple[str, str]:
    """Who speaks of the record there."""
    return f"@records:{server}", f"@setu:{server}"


@dataclass(frozen=True)
class Cell:
    """The rooms, and who is in them."""

    site: Site
    link: LinkedRoom
    words: Words
    ravi: NioClient
    """Of the department; he moderates its room."""
    meera: NioClient
    """Of the department."""
    asha: NioClient
    """On the hub."""
    farid: NioClient
    """The records officer, on the hub."""
    neha: NioClient
    """Of the department; she comes later, as does"""
    kiran: NioClient
    """on the hub."""

    @property
    def here(self) -> Side:
        return self.link.department

    @property
    def there(self) -> Side:
        return self.link.hub

    @property
    def patience_seconds(self) -> float:
        return self.site.patience_seconds

    async def letter(self, person: NioClient, side: Side) -> tuple[NioSeen, ...]:
        """What the records bot has told somebody of a side in private, once it has; they follow its invitation."""
        bot = bots(side.homeserver.name)[0]
        chat = await person.invited_to(None, bot, self.patience_seconds)
        await person.join(chat)

        def wanted(seen: NioSeen) -> bool:
            return seen.sender == bot and seen.body is not None

        await person.wait_for(chat, wanted, self.patience_seconds, f"word of {bot}")
        return tuple(filter(wanted, person.seen_in(chat)))

    async def crosses(self, text: str) -> None:
        """Waits until Asha reads on the hub what was said in the department. Raises LabError."""
        await self.asha.wait_for(
            self.there.room, lambda seen: text in (seen.body or ""), CROSSES_SECONDS, f"copy of {text}"
        )

    async def asks(self, person: NioClient, side: Side, command: str) -> NioSeen:
        """What is answered to somebody in the room of a side. Raises LabError."""
        asked = await person.say(side.room, command)
        return await person.wait_for(
            side.room, lambda seen: answered(seen.event) == asked, self.patience_seconds, f"answer to {command}"
        )


async def entered(site: Site, stack: AsyncExitStack) -> Cell:
    """Everybody at a device of their own; all but two are in the room, which Ravi encrypts."""
    link = next(iter(site.links.values()))
    (ravi, meera), (asha, farid) = [
        [await _seat(side, n, site, stack) for n in range(len(side.people))] for side in link.sides
    ]
    neha = await _newcomer(link.department, "neha.baruah", "Neha Baruah", site, stack)
    kiran = await _newcomer(link.hub, "kiran.das", "Kiran Das", site, stack)
    await ravi.encrypt(link.department.room)
    return Cell(site, link, Words(), ravi, meera, asha, farid, neha, kiran)


async def _seat(side: Side, person: int, site: Site, stack: AsyncExitStack) -> NioClient:
    password = side.homeserver.organisation.people[person].password
    return await _logged_in(side, side.people[person].user_id, password, site, stack)


async def _newcomer(side: Side, localpart: str, name: str, site: Site, stack: AsyncExitStack) -> NioClient:
    password = secrets.token_urlsafe(9)
    user_id = await side.homeserver.synapse.register(localpart, password, name)
    return await _logged_in(side, user_id, password, site, stack)


async def _logged_in(side: Side, user_id: str, password: str, site: Site, stack: AsyncExitStack) -> NioClient:
    client = NioClient(side.homeserver.synapse.url, site.setu.folder / "clients" / secrets.token_hex(4))
    stack.push_async_callback(client.close)
    await client.log_in(user_id, password)
    return client
