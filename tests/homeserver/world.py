"""Rooms that people made, and two Setus between them that link them as a test says."""

import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bridge.lab.ground import Ground
from bridge.lab.setu import Setu
from bridge.lab.together import together
from tests.deadline import until
from tests.homeserver.bridges import Bridge, Identity, Place
from tests.homeserver.sites import SETU

OF_THE_HUB = "HIKL"
"""The first letters of the names of the hub's rooms; all others are a department's."""


@dataclass(frozen=True)
class World:
    """Rooms, by name, and the Setus between them."""

    rooms: dict[str, Place]
    bridges: Sequence[Bridge]

    async def says(self, name: str) -> str:
        """The person who made a room says something there; gives the words."""
        place = self.rooms[name]
        await place.person.say(place.room, f"said in {name}")
        return f"said in {name}"

    async def is_quiet(self) -> None:
        """Waits until every Setu has taken all that stands in its rooms and has nothing left to do."""

        async def all_is_done() -> bool:
            said = {place: await _messages(place) for place in self.rooms.values()}
            return all([await bridge.has_nothing_to_do(said) for bridge in self.bridges])

        await until(all_is_done)
        for bridge in self.bridges:
            assert (await bridge.status())["dead_letters"] == []

    async def heard(self, text: str) -> dict[str, list[str]]:
        """The rooms in which these words stand, and under which names, as often as they do."""
        found = {name: await self._speakers(place, text) for name, place in self.rooms.items()}
        return {name: speakers for name, speakers in found.items() if speakers}

    async def people_in(self, name: str) -> list[str]:
        """What those who are in a room are called."""
        place = self.rooms[name]
        return list((await place.person.names(place.room)).values())

    async def _speakers(self, place: Place, text: str) -> list[str]:
        person = place.person
        names = await person.names(place.room)
        events = await person.history(place.room)
        return [names[event["sender"]] for event in events if event["content"].get("body") == text]


@asynccontextmanager
async def opened(
    ground: Ground, template: str, identities: Sequence[Identity], linked: Sequence[Sequence[str]], trusting: bool
) -> AsyncIterator[World]:
    """Makes the rooms that are named, and starts the Setus that link them; `linked` has each one's pairs."""
    names = sorted({name for pairs in linked for pair in pairs for name in pair.split()})
    places = await _made(ground, names)
    bridges = [
        Bridge(ground, identity, _new_setu(ground, identity), [_pair(places, pair) for pair in pairs])
        for identity, pairs in zip(identities, linked, strict=True)
    ]
    if trusting:
        for one, other in (bridges, bridges[::-1]):
            one.trusted["other"] = other.public_key
    try:
        await together(*(bridge.start(template) for bridge in bridges))
        yield World(places, bridges)
    finally:
        for bridge in bridges:
            await bridge.setu.kill()


async def _made(ground: Ground, names: Sequence[str]) -> dict[str, Place]:
    return {name: await _place(ground, name) for name in names}


async def _place(ground: Ground, name: str) -> Place:
    """The second person makes the second room of each kind, so that nobody sees their own ghost."""
    homeserver = ground.hub if name[0] in OF_THE_HUB else ground.departments[0]
    person = homeserver.people[1 if name.endswith("2") else 0]
    return Place(homeserver, await person.create_room(name), person)


def _new_setu(ground: Ground, identity: Identity) -> Setu:
    folders = (ground.folder / f"{identity.bot}_{number}" for number in itertools.count())
    return Setu(next(folder for folder in folders if not folder.exists()), identity.address, SETU)


def _pair(places: dict[str, Place], pair: str) -> tuple[Place, Place]:
    department, hub = pair.split()
    return places[department], places[hub]


async def _messages(place: Place) -> list[str]:
    """The ids of all that people said in a room, and of its copies; a bot's greeting may be older than another bot."""
    events = await place.person.history(place.room)
    return [event["event_id"] for event in events if event["content"].get("msgtype") == "m.text"]
