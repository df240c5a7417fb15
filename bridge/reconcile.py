"""`setu reconcile`: compares each linked room with its homeserver and its journal with what became of it, also while
`setu run` works. What the journal lacks is journalled, late, so that the mirror carries it; what does not add up is
named.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence, Set
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime

import aiohttp

from bridge import ground, secret_file
from bridge.config import Settings
from bridge.gateway import asked_again
from bridge.gateway.homeserver import Acting, Homeserver
from bridge.gateway.outcome import PASSING
from bridge.gateway.read_back import ON_ITS_WAY, Comparison
from bridge.gateway.walk import Page, RoomReader
from bridge.mirror.follower import Mirror
from bridge.model import HomeserverName, Room, RoomRef, UserId
from bridge.plugin import Bot
from bridge.store import compared, reconcile, vanished, ways
from bridge.store.database import Connection, Pool
from bridge.store.journal import Journal
from bridge.store.reconcile import Fates
from bridge.store.ways import Way


@dataclass(frozen=True)
class Source:
    """What a homeserver has of a room since our bot came in."""

    events: int = 0
    missing: tuple[str, ...] = ()
    """Ids of those that the journal lacked; it has them now."""
    trouble: str | None = None
    """Why the homeserver could not be asked, where it could not."""


@dataclass(frozen=True)
class Recorded:
    """What is on record of a room."""

    entries: int = 0
    lacking: int = 0
    """Entries that the record's followers have passed and that are not on record."""

    def more(self, entries: int, passed: int) -> "Recorded":
        """With what one more bot keeps."""
        return Recorded(self.entries + entries, self.lacking + max(0, passed - entries))


@dataclass(frozen=True)
class Side:
    """One direction of a link: a room, and what became of its events."""

    link: str
    homeserver: HomeserverName
    room: str
    source: Source
    recorded: Recorded
    fates: Fates

    @property
    def agrees(self) -> bool:
        """Whether nothing is missing."""
        return not (self.source.missing or self.source.trouble or self.recorded.lacking or self.fates.untold)


@dataclass(frozen=True)
class Reconciler:
    """Reads everything, several rooms at once."""

    settings: Settings
    bots: Sequence[Bot]
    pool: Pool
    journal: Journal
    homeservers: Mapping[HomeserverName, Homeserver]

    async def sides(self, room_id: str | None) -> list[Side]:
        """Both sides of each link, or of those with this room."""
        async with self.pool.acquire() as connection:
            both = await ways.directions(connection, room_id)
        rooms = {way.room.ref: way for way in both}
        gate = asyncio.Semaphore(self.settings.gateway.in_flight)

        async def one(way: Way) -> Source:
            async with gate:
                return await self._source(way)

        found = await asyncio.gather(*map(one, rooms.values()))
        sources = dict(zip(rooms, found, strict=True))
        async with self.pool.acquire() as connection:
            records = await self._records(connection, rooms)
            fates = await reconcile.fates(connection, both, Mirror.name)
        return [_side(way, sources[way.room.ref], records[way.room.ref], f) for way, f in zip(both, fates, strict=True)]

    async def _records(self, connection: Connection, rooms: Iterable[RoomRef]) -> Mapping[RoomRef, Recorded]:
        """What is on record of these rooms; what its followers had passed is read first, so that it is never ahead."""
        found = {room: Recorded() for room in rooms}
        for bot in self.bots:
            if bot.recorded is not None:
                passed = await ways.passed(connection, found, bot.follows)
                counted = await bot.recorded(connection)
                found = {room: so_far.more(counted.get(room, 0), passed[room]) for room, so_far in found.items()}
        return found

    async def _source(self, way: Way) -> Source:
        room = way.room
        bot = way.keeper or UserId(f"@{self.settings.mirror.bot}:{room.homeserver}")
        async with self.pool.acquire() as connection:
            opening = (await compared.span(connection, way.here, bot)).opening
            began = await vanished.now(connection)
        if opening is None:
            return Source(trouble="the journal does not hold the event by which the bot came in; is it in the room?")
        reader, given = RoomReader(self.homeservers[room.homeserver], Acting(bot), room.room_id), set[str]()
        try:
            source = await _compare(Comparison(reader, self.journal, opening), given)
            await self._tell_gone(reader, room, opening, given, began)
        except PASSING as failure:
            return Source(trouble=f"the homeserver does not tell what is in the room ({failure})")
        return source

    async def _tell_gone(self, reader: RoomReader, room: Room, opening: str, given: Set[str], began: datetime) -> None:
        """What the homeserver gives no more, to the bots that keep that. Raises as `RoomReader.page`."""
        keeping = [bot.gone for bot in self.bots if bot.gone is not None]
        if not keeping:
            return
        async with self.pool.acquire() as connection:
            gone = await vanished.vanished(connection, self.journal, room, opening, given, began)
        if gone and await asked_again.has_none(reader, gone):
            async with self.pool.acquire() as connection:
                for keep in keeping:
                    await keep(connection, room, gone)


async def run(settings: Settings, bots: Sequence[Bot], room_id: str | None) -> list[Side]:
    """Both sides of each active link. Raises as `bridge.ground.opened`, and what `bridge.secret_file.read` raises."""
    async with AsyncExitStack() as stack:
        stood = await stack.enter_async_context(ground.opened(settings, bots))
        timeout = aiohttp.ClientTimeout(total=settings.gateway.timeout_seconds)
        session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        homeservers = {
            (name := HomeserverName(given.server_name)): Homeserver(
                name, given.url, secret_file.read(given.as_token_file), session
            )
            for given in settings.homeservers
        }
        journal = Journal(stood.pool, stood.keyring)
        return await Reconciler(settings, bots, stood.pool, journal, homeservers).sides(room_id)


def _side(way: Way, source: Source, recorded: Recorded, fates: Fates) -> Side:
    return Side(way.link, way.room.homeserver, way.room.room_id, source, recorded, fates)


async def _compare(comparison: Comparison, given: set[str]) -> Source:
    """Reads all of the room; the ids of what it is given go into `given`."""
    counted = 0

    async def counting(pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
        nonlocal counted
        async for page in pages:
            counted += len(page.events)
            given.update(event.id for event in page.events if event.id is not None)
            yield page

    lacking = await comparison.lacking(counting(comparison.room.backwards(comparison.opening)))
    if lacking:
        await asyncio.sleep(ON_ITS_WAY)
    return Source(counted, tuple(await comparison.complete(lacking)))
