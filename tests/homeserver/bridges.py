"""Several Setus on the shared homeservers: the first one's registration is the ground's; a second one gets one of its
own, with tokens, a port, a bot and ghosts of its own, as another organisation runs one. They link rooms that people
made, into which their bots were invited.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
from ruamel.yaml import YAML

from bridge import keys, origin
from bridge.lab.client import Client
from bridge.lab.ground import Ground, Homeserver
from bridge.lab.ports import free_ports
from bridge.lab.setu import Setu
from bridge.lab.together import together
from tests.deadline import until
from tests.homeserver.administrator import reconfigure, registrations
from tests.homeserver.sites import SETU


@dataclass(frozen=True)
class Place:
    """A room, the homeserver that it is on, and the person there who made it."""

    homeserver: Homeserver
    room: str
    person: Client


@dataclass(frozen=True)
class Identity:
    """How a Setu is known to the homeservers."""

    bot: str
    port: int
    tokens: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, ground: Ground, folder: Path) -> dict[str, Any]:
        """The settings of a Setu in this folder, without database and links."""
        settings: dict[str, Any] = ground.settings(folder, {}, ())
        settings["listen"]["port"] = self.port
        settings["mirror"] = {"bot": self.bot, "ghost_prefix": f"_{self.bot}_"}
        for homeserver in (settings["hub"], *settings["departments"]):
            for kind in ("as", "hs"):
                homeserver[f"{kind}_token_file"] = str(self.tokens / f"{homeserver['server_name']}.{kind}")
        return settings


def first(ground: Ground) -> Identity:
    """The one that the ground's homeservers know from the beginning."""
    return Identity("setu", ground.port, ground.folder / "tokens")


@asynccontextmanager
async def registered(ground: Ground, bot: str, folder: Path) -> AsyncIterator[Identity]:
    """Registers another one with every homeserver, which is restarted for it, and again at the end: the bots of both
    have the same accounts, in which a homeserver lets neither of them act meanwhile.
    """
    identity = Identity(bot, free_ports(1)[0], folder / "tokens")
    setu = Setu(folder, identity.address, SETU)
    setu.write({**identity.settings(ground, folder), "database": {"embedded": "nowhere"}})
    known = {homeserver: registrations(homeserver.synapse) for homeserver in ground.homeservers}
    await together(*(_register(homeserver, setu) for homeserver in ground.homeservers))
    yield identity
    await together(*(reconfigure(one.synapse, app_service_config_files=before) for one, before in known.items()))


async def _register(homeserver: Homeserver, setu: Setu) -> None:
    file = setu.folder / f"{homeserver.name}.yaml"
    await setu.registration(homeserver.name, file)
    known = registrations(homeserver.synapse)
    await reconfigure(homeserver.synapse, app_service_config_files=[*known, str(file)])


@dataclass
class Bridge:
    """One Setu, and the pairs of rooms that it links: a department's and the hub's."""

    ground: Ground
    identity: Identity
    setu: Setu
    pairs: Sequence[tuple[Place, Place]]
    trusted: dict[str, str] = field(default_factory=dict)

    @property
    def public_key(self) -> str:
        """By which others know its marks."""
        return origin.public_text(keys.signing_key(self.setu.folder / "keys" / "signing.key").public_key())

    async def start(self, template: str) -> None:
        """Starts it on a copy of a database with Setu's schema, and waits until all its links are open."""
        url = await self.ground.postgres.create_database(f"world_{self.setu.folder.name}", template)
        settings = self.identity.settings(self.ground, self.setu.folder)
        settings["mirror"]["trusted_signers"] = dict(self.trusted)
        links = [_link(number, *pair) for number, pair in enumerate(self.pairs)]
        self.setu.write({**settings, "database": {"url": url}, "links": links})
        for place in {place for pair in self.pairs for place in pair}:
            await place.person.invite(place.room, f"@{self.identity.bot}:{place.homeserver.name}")
        await self.setu.start()

        async def open_() -> bool:
            return {link["state"] for link in (await self.status())["links"]} == {"open"}

        await until(open_)

    async def status(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(await self.setu.call("status", str(self.setu.settings_file), "--json"))
        return told

    async def alarms(self) -> list[str]:
        """The causes of its open alarms."""
        return [alarm["cause"] for alarm in (await self.status())["alarms"]]

    async def has_nothing_to_do(self, said: Mapping[Place, Sequence[str]]) -> bool:
        """Whether it has taken all that was said in its rooms, and has done all that follows from it."""
        url = YAML(typ="safe").load(self.setu.settings_file)["database"]["url"]
        connection = await asyncpg.connect(url)
        try:
            for place in {place for pair in self.pairs for place in pair}:
                taken = "select count(*) from seen where event_id = any($1)"
                if await connection.fetchval(taken, list(said[place])) < len(said[place]):
                    return False
            unread = "select count(*) from room r join bookmark b on b.room = r.id where b.pos < r.head"
            waiting = "select count(*) from outbox where state = 'waiting'"
            left: int = await connection.fetchval(f"select ({unread}) + ({waiting})")
            return left == 0
        finally:
            await connection.close()


def _link(number: int, department: Place, hub: Place) -> dict[str, str]:
    return {
        "name": f"link-{number}",
        "department": department.homeserver.name,
        "room": department.room,
        "hub_room": hub.room,
    }
