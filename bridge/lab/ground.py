"""The ground that a Setu stands on: an embedded PostgreSQL, the hub's and the departments' Synapses with Setu's
registration in place, and their people at their clients. Starting it is the slow part, so tests share one among many
Setus, one after another: the port and the tokens of Setu are the ground's.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.lab import federation
from bridge.lab.client import Client
from bridge.lab.people import Organisation
from bridge.lab.ports import free_ports
from bridge.lab.progress import Progress
from bridge.lab.setu import Setu
from bridge.lab.synapse import Synapse
from bridge.lab.together import together
from bridge.store.embedded import EmbeddedPostgres


@dataclass(frozen=True)
class Homeserver:
    """An organisation's Synapse, and its people at their clients, in the order of the organisation's list."""

    organisation: Organisation
    synapse: Synapse
    people: tuple[Client, ...]

    @property
    def name(self) -> str:
        return self.organisation.server_name

    @property
    def bot(self) -> str:
        """Setu's own user on this homeserver."""
        return f"@setu:{self.name}"

    async def look_away(self) -> None:
        """Nobody follows any longer: /sync takes a good part of a homeserver, and more of it when it is quick."""
        for person in self.people:
            await person.look_away()


class Ground:
    """Started once, stopped once; everything lies in one folder."""

    def __init__(
        self,
        folder: Path,
        hub: Organisation,
        departments: Sequence[Organisation],
        outsiders: Sequence[Organisation] = (),
    ) -> None:
        """`outsiders` have homeservers too, of which Setu knows nothing."""
        self.folder = folder.absolute()
        organisations = (hub, *departments)
        self.port, *ports = free_ports(1 + len(organisations) + len(outsiders))
        self.postgres = EmbeddedPostgres(self.folder / "postgres")
        self.hub, *self.departments = (
            self._homeserver(organisation, port, self._registration(organisation.server_name))
            for organisation, port in zip(organisations, ports, strict=False)
        )
        self.outsiders = tuple(map(self._homeserver, outsiders, ports[len(organisations) :]))

    @property
    def homeservers(self) -> tuple[Homeserver, ...]:
        """The hub first, then the departments."""
        return (self.hub, *self.departments)

    @property
    def everybody(self) -> tuple[Homeserver, ...]:
        """Those of which Setu knows nothing are among them."""
        return (*self.homeservers, *self.outsiders)

    @property
    def address(self) -> str:
        """Where Setu listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, run_command: Sequence[str], progress: Progress) -> None:
        """Starts PostgreSQL and the homeservers, with registrations that `setu registration` makes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        setu = Setu(self.folder, self.address, run_command)
        setu.write(self.settings(self.folder, {"embedded": "postgres"}, links=()))
        starting = [self._start_registered(homeserver, setu, progress) for homeserver in self.homeservers]
        others = [self._start_homeserver(homeserver, progress) for homeserver in self.outsiders]
        await together(self._start_postgres(progress), *starting, *others)

    async def stop(self) -> None:
        """Ends everything; what fails to end does not keep the rest from it."""
        clients = [client.close() for homeserver in self.everybody for client in homeserver.people]
        synapses = [homeserver.synapse.stop() for homeserver in self.everybody]
        for these in (clients, synapses, [self.postgres.stop()]):
            await asyncio.gather(*these, return_exceptions=True)

    def settings(self, folder: Path, database: dict[str, str], links: Sequence[dict[str, object]]) -> dict[str, object]:
        """The settings of a Setu in this folder on this ground."""
        return {
            "database": database,
            "listen": {"host": "127.0.0.1", "port": self.port},
            "hub": self._settings_of(self.hub, folder),
            "departments": [self._settings_of(department, folder) for department in self.departments],
            "links": list(links),
            # One for all Setus on this ground: the identities of its accounts outlive each Setu's database.
            "keys": {"recovery_file": os.path.relpath(self.folder / "recovery.key", folder)},
            **self._gate(folder),
        }

    def _gate(self, folder: Path) -> dict[str, object]:
        """What lets homeservers ask before they send; the secret is the ground's, as the tokens are."""
        asking = [one.organisation.gate for one in self.homeservers if one.organisation.gate is not None]
        if not asking:
            return {}
        secret = os.path.relpath(self.folder / "tokens" / "antispam.secret", folder)
        return {"bots": {"classification": {"gate": {"token_file": secret, "when_away": asking[0]}}}}

    def _homeserver(self, organisation: Organisation, port: int, *registrations: Path) -> Homeserver:
        name = organisation.server_name
        folder, tls_port = self.folder / name, federation.tls_port(name)
        settings: dict[str, object] = {"max_upload_size": organisation.largest_upload}
        if tls_port is not None:
            settings |= federation.settings(folder, port, tls_port)
        synapse = Synapse(folder, name, port, registrations=registrations, settings=settings)
        return Homeserver(organisation, synapse, tuple(Client(synapse.url) for _ in organisation.people))

    def _registration(self, server_name: str) -> Path:
        return self.folder / "registrations" / f"{server_name}.yaml"

    def _settings_of(self, homeserver: Homeserver, folder: Path) -> dict[str, str]:
        tokens = Path(os.path.relpath(self.folder / "tokens", folder))
        return {
            "server_name": homeserver.name,
            "name": homeserver.organisation.name,
            "url": homeserver.synapse.url,
            "as_token_file": str(tokens / f"{homeserver.name}.as"),
            "hs_token_file": str(tokens / f"{homeserver.name}.hs"),
            **({"language": language} if (language := homeserver.organisation.language) is not None else {}),
        }

    async def _start_postgres(self, progress: Progress) -> None:
        with progress.step("PostgreSQL"):
            await self.postgres.start()

    async def _start_registered(self, homeserver: Homeserver, setu: Setu, progress: Progress) -> None:
        registration = self._registration(homeserver.name)
        registration.parent.mkdir(exist_ok=True)
        with progress.step(f"registration for {homeserver.name}"):
            await setu.registration(homeserver.name, registration)
        if homeserver.organisation.gate is not None:
            homeserver.synapse.lay_over(await setu.antispam(homeserver.name))
        await self._start_homeserver(homeserver, progress)

    async def _start_homeserver(self, homeserver: Homeserver, progress: Progress) -> None:
        with progress.step(f"Synapse {homeserver.name}"):
            await homeserver.synapse.start()
        with progress.step(f"the people of {homeserver.name}"):
            await together(*(_seat(homeserver, number) for number in range(len(homeserver.people))))


async def _seat(homeserver: Homeserver, number: int) -> None:
    """Gives a person an account and sits them at their client."""
    person = homeserver.organisation.people[number]
    user_id = await homeserver.synapse.register(person.localpart, person.password, person.display_name)
    await homeserver.people[number].log_in(user_id, person.password)
