"""Typing and read receipts on their way across, in memory only: what is heard is forgotten when it is said, replaced by
what is newer of the same person, or let go where there is too much. They come after the transaction that brought them
is safe, never delay it, and are never journalled. They cross where intake and gateway are one process.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bridge import slices
from bridge.model import Event, HomeserverName, UserId, storable, user_id
from bridge.work import kind

log = logging.getLogger(__name__)

MOST_WAITING = 1_000
MOST_ROOMS = 1_000
"""Rooms of which it is remembered who types in them."""

MOST_AT_ONCE = 100
"""People in one such event of whom notice is taken."""

PATIENCE_SECONDS = 5.0
STABLE, UNSTABLE = "ephemeral", "de.sorunome.msc2409.ephemeral"
"""What Synapse sends under both names is the same (MSC2409)."""


@dataclass(frozen=True)
class Typing:
    """Whether somebody writes in a room now."""

    homeserver: HomeserverName
    room_id: str
    user_id: UserId
    now: bool


@dataclass(frozen=True)
class Read:
    """Up to where somebody has read a room."""

    homeserver: HomeserverName
    room_id: str
    user_id: UserId
    event_id: str


Whisper = Typing | Read


class Relay:
    """Holds what was heard until somebody carries it."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str, UserId, type[Whisper]], Whisper] = {}
        self._typing: dict[tuple[str, str], frozenset[UserId]] = {}
        self._something = asyncio.Event()

    def hear(self, homeserver: HomeserverName, body: bytes) -> None:
        """Takes what is ephemeral in a transaction. It never raises: what it does not understand is let go."""
        try:
            heard = slices.events(body, STABLE if f'"{STABLE}"'.encode() in body else UNSTABLE)
        except ValueError:
            return
        for event in heard:
            for whisper in self._understood(homeserver, event):
                self._keep(whisper)

    async def run(self, carry: Callable[[Whisper], Awaitable[None]]) -> None:
        """Has one after the other carried, for ever; what fails or takes long is let go."""
        while True:
            await self._something.wait()
            while self._waiting:
                whisper = self._waiting.pop(next(iter(self._waiting)))
                try:
                    async with asyncio.timeout(PATIENCE_SECONDS):
                        await carry(whisper)
                except Exception as error:  # nothing is worse for it
                    log.debug("a %s was let go (%s)", type(whisper).__name__, kind(error))
            self._something.clear()

    def _keep(self, whisper: Whisper) -> None:
        key = (whisper.homeserver, whisper.room_id, whisper.user_id, type(whisper))
        if key not in self._waiting and len(self._waiting) >= MOST_WAITING:
            return
        self._waiting[key] = whisper
        self._something.set()

    def _understood(self, homeserver: HomeserverName, event: Event) -> Iterator[Whisper]:
        if event.room_id is None:
            return
        match event.type:
            case "m.typing":
                yield from self._changed(homeserver, event.room_id, _typists(event.content))
            case "m.receipt":
                for person, event_id in _receipts(event.content):
                    yield Read(homeserver, event.room_id, person, event_id)

    def _changed(self, homeserver: HomeserverName, room_id: str, now: frozenset[UserId]) -> Iterator[Typing]:
        """Who began and who ended, since a homeserver tells all who type each time."""
        before = self._typing.pop((homeserver, room_id), frozenset())
        if now and len(self._typing) < MOST_ROOMS:
            self._typing[homeserver, room_id] = now
        yield from (Typing(homeserver, room_id, person, True) for person in sorted(now - before))
        yield from (Typing(homeserver, room_id, person, False) for person in sorted(before - now))


def _typists(content: Mapping[str, Any]) -> frozenset[UserId]:
    listed = content.get("user_ids")
    people = map(user_id, listed[:MOST_AT_ONCE] if isinstance(listed, list) else [])
    return frozenset(person for person in people if person is not None)


def _receipts(content: Mapping[str, Any]) -> list[tuple[UserId, str]]:
    """Public receipts for the room as a whole; what is read in one thread, or privately, is nobody's over there."""
    found = []
    for event_id, kinds in list(content.items())[:MOST_AT_ONCE]:
        readers = kinds.get("m.read") if isinstance(kinds, dict) else None
        for reader, facts in list(readers.items())[:MOST_AT_ONCE] if isinstance(readers, dict) else ():
            person, whole = user_id(reader), isinstance(facts, dict) and facts.get("thread_id") in (None, "main")
            if person is not None and whole and storable(event_id) is not None:
                found.append((person, event_id))
    return found
