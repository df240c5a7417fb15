"""One Setu at work on the ground: its database, its settings, its links, and the rooms in which people of both sides
meet. The lab has one site; a test makes as many as it needs, one after another, each with new rooms and a new database.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bridge.lab.child import LabError, until
from bridge.lab.client import Client
from bridge.lab.ground import Ground, Homeserver
from bridge.lab.progress import Progress
from bridge.lab.setu import Setu
from bridge.lab.together import together


@dataclass(frozen=True)
class Side:
    """One room of a link, and the homeserver that it is on."""

    homeserver: Homeserver
    room: str

    @property
    def people(self) -> tuple[Client, ...]:
        return self.homeserver.people


@dataclass(frozen=True)
class LinkedRoom:
    """An open link: both rooms exist, and all the people are in."""

    name: str
    department: Side
    hub: Side

    @property
    def sides(self) -> tuple[Side, Side]:
        """As `setu status` orders them."""
        return (self.department, self.hub)

    def across(self, side: Side) -> Side:
        """The other side."""
        return self.hub if side is self.department else self.department


Prepare = Callable[["Site"], Awaitable[Mapping[str, object]]]


async def nothing_more(_site: "Site") -> Mapping[str, object]:
    """The settings of a lab say no more than homeservers, rooms and links."""
    return {}


class Site:
    """A Setu, from its empty folder to its open links."""

    def __init__(
        self,
        ground: Ground,
        folder: Path,
        run_command: Sequence[str],
        *,
        database: str = "setu",
        template: str | None = None,
        patience_seconds: float = 20.0,
        prepare: Prepare = nothing_more,
    ) -> None:
        """`template` is a database with Setu's schema, of which this site's is a copy; without one, `setu migrate`
        makes the schema. `patience_seconds`: how long people wait for what should be there in a moment. `prepare` is
        done once the rooms are there, and gives what else the administrator writes into the settings.
        """
        self.ground = ground
        self.setu = Setu(folder.absolute(), ground.address, run_command)
        self.patience_seconds = patience_seconds
        self.links: dict[str, LinkedRoom] = {}
        self.rooms_beside: dict[str, str] = {}
        """Rooms that are not linked, by what they are for: whoever prepares the site makes them."""
        self.database_url = ""
        """Of its database, once it is set up."""
        self._database = database
        self._template = template
        self._prepare = prepare
        self.rooms: dict[str, Side] = {}
        """The departments' rooms, by the names of their links."""

    @property
    def link_names(self) -> tuple[str, ...]:
        """Of the links that are to be, or are."""
        return tuple(self.rooms)

    async def open(self, links: Sequence[str], progress: Progress) -> None:
        """Makes the rooms, sets Setu up, starts it, and opens the links, as people and an administrator would."""
        with progress.step("the department's rooms"):
            for name in links:
                await self.make_room(name)
        with progress.step("setu migrate"):
            await self.set_up()
        with progress.step("setu run"):
            await self.setu.start()
        with progress.step("linked rooms"):
            await together(*(self._enter(name) for name in links))
            await self._until_open(links)

    async def make_room(self, link: str, department: int = 0) -> Side:
        """An official of the department makes the room that is to be linked, and the colleagues join."""
        homeserver = self.ground.departments[department]
        first, *colleagues = homeserver.people
        room = await first.create_room(_title(link), invite=[colleague.user_id for colleague in colleagues])
        await together(*(colleague.join(room) for colleague in colleagues))
        self.rooms[link] = Side(homeserver, room)
        return self.rooms[link]

    async def set_up(self) -> None:
        """The administrator's part: a database, the settings file, `setu migrate`."""
        url = await self.ground.postgres.create_database(self._database, self._template or "template0")
        self.database_url = url
        links = [self._settings_of(name, side) for name, side in self.rooms.items()]
        written = self.ground.settings(self.setu.folder, {"url": url}, links)
        self.setu.write(_laid_over(written, await self._prepare(self)))
        if self._template is None:
            await self.setu.migrate()

    async def open_link(self, name: str) -> LinkedRoom:
        """Invites Setu into the department's room; the hub's people follow its invitation into the room that it makes.

        Raises:
            LabError: no invitation came, or the link did not open.
        """
        await self._enter(name)
        await self._until_open([name])
        return self.links[name]

    async def close(self) -> None:
        """Ends Setu; rooms and database stay on the ground."""
        await self.setu.stop()

    async def _enter(self, name: str) -> None:
        """Until all the people are in both rooms."""
        department = self.rooms[name]
        await department.people[0].bring_in(department.room, department.homeserver.bot, self.patience_seconds / 2)
        hub = self.ground.hub
        for person in hub.people:
            room = await person.invited_to(_title(name), hub.bot, self.patience_seconds)
            await person.join(room)
        self.links[name] = LinkedRoom(name, department, Side(hub, room))

    async def _until_open(self, names: Sequence[str]) -> None:
        async def not_open() -> list[str]:
            told = await self.setu.status()
            found = {name: told.link(name) for name in names}
            return [f"{name}: {link}" for name, link in found.items() if link is None or link.state != "open"]

        async def all_are_open() -> bool:
            return not await not_open()

        if not await until(all_are_open, self.patience_seconds):
            waited = f"within {self.patience_seconds:g} s, says `setu status`"
            raise LabError(f"not every link opened {waited}: {'; '.join(await not_open())}")

    def _settings_of(self, name: str, side: Side) -> dict[str, object]:
        return {
            "name": name,
            "department": side.homeserver.name,
            "room": side.room,
            "title": _title(name),
            "invite": [person.user_id for person in self.ground.hub.people],
        }


def _laid_over(settings: Mapping[str, object], more: Mapping[str, object]) -> Mapping[str, object]:
    """Both; where both have a section, what is in both."""
    both = {
        key: _laid_over(here, there)
        for key, there in more.items()
        if isinstance(here := settings.get(key), Mapping) and isinstance(there, Mapping)
    }
    return {**settings, **more, **both}


def _title(link: str) -> str:
    return link.replace("-", " ").capitalize()
