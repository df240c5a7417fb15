"""People of both sides of a link talk in turns, as people do: who hears the last words answers. What each of them wrote
is then compared with what stands in the rooms, read back from the homeservers.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from bridge.lab.child import LabError
from bridge.lab.client import Client, Seen
from bridge.lab.site import LinkedRoom, Side
from bridge.lab.words import Turn, Words


@dataclass(frozen=True)
class Said:
    """A message that was written, by whom, where, and when (seconds, `time.monotonic`)."""

    words: Words
    by: Client
    side: Side
    event_id: str
    at: float

    @property
    def author(self) -> str:
        """The display name of the person who wrote it."""
        people = self.side.homeserver.organisation.people
        return people[self.side.people.index(self.by)].display_name


@dataclass(frozen=True)
class Delivery:
    """What became of a message."""

    said: Said
    to: Side
    copies: tuple[Mapping[str, Any], ...] = field(repr=False)
    """The events with its words in the other room."""
    came_back: int
    """How many more events with its words stand in its own room."""
    names: tuple[str, ...]
    """The display names of those who wrote the copies."""
    milliseconds: float | None
    """From writing to the first copy on the other side's screen."""
    places: tuple[int, ...]
    """Where the copies stand in the other room, counted from its beginning."""

    @property
    def unchanged(self) -> bool:
        """Whether there is a copy, and each says just what was written."""
        return bool(self.copies) and all(self.said.words.are_all_of(copy["content"]) for copy in self.copies)


class Conversation:
    """Turns in one linked room."""

    def __init__(self, link: LinkedRoom, patience_seconds: float) -> None:
        self._link = link
        self._patience_seconds = patience_seconds
        self._said: list[Said] = []

    async def hold(self, turns: Sequence[Turn]) -> None:
        """Everybody says their part; who does not hear the other side in time goes on all the same."""
        for turn in turns:
            side = self._link.department if turn.side == "department" else self._link.hub
            for words in turn.messages:
                self._said.append(await _say(side, side.people[turn.person], words))
            await self._hear(self._said[-len(turn.messages) :])

    async def deliveries(self) -> list[Delivery]:
        """What became of each message, in the order of writing."""
        rooms = {side: await side.people[0].history(side.room) for side in self._link.sides}
        names = {side: await side.people[0].names(side.room) for side in self._link.sides}
        return [self._delivery(said, rooms, names[self._link.across(said.side)]) for said in self._said]

    async def _hear(self, said: Sequence[Said]) -> None:
        listener = self._link.across(said[0].side)
        try:
            for one in said:
                arrived = partial(_shows, one.words)
                await listener.people[0].wait_for(listener.room, arrived, self._patience_seconds, "message")
        except LabError:
            self._patience_seconds = 0.0  # One loss is enough to know; nobody waits for the rest.

    def _delivery(
        self, said: Said, rooms: Mapping[Side, Sequence[Mapping[str, Any]]], names: Mapping[str, str]
    ) -> Delivery:
        to = self._link.across(said.side)
        found = [(place, event) for place, event in enumerate(rooms[to]) if said.words.are_in(event)]
        own = [event for event in rooms[said.side] if said.words.are_in(event) and event["event_id"] != said.event_id]
        heard = next((seen.at for seen in to.people[0].seen_in(to.room) if said.words.are_in(seen.event)), None)
        return Delivery(
            said,
            to,
            tuple(event for _, event in found),
            came_back=len(own),
            names=tuple(names.get(event["sender"], "") for _, event in found),
            milliseconds=None if heard is None else (heard - said.at) * 1000,
            places=tuple(place for place, _ in found),
        )


def _shows(words: Words, seen: Seen) -> bool:
    return words.are_in(seen.event)


async def _say(side: Side, person: Client, words: Words) -> Said:
    at = time.monotonic()
    return Said(words, person, side, await person.say(side.room, words.text, words.html), at)
