"""Compares a room with its journal, newest event first, and journals what is missing, oldest first, as late entries. It
goes back to where the last comparison began, or to where our bot came in; a page that is wholly known stops nothing.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from bridge.gateway.outcome import Dead, Done, Outcome, Retry
from bridge.gateway.walk import Page, Place, RoomReader, cut
from bridge.model import Event, UserId
from bridge.store import compared
from bridge.store.compared import Span
from bridge.store.database import Pool
from bridge.store.journal import Arrival, Journal
from bridge.store.outbox import Order

ON_ITS_WAY = 1.0
"""Seconds in which what was just sent may still be pushed to us: then it is not late."""

LOOKS = 5
"""How often it is looked whether the journal of a room that was just made knows that our bot is in it."""

OVERLAP = 20
"""Events before the newest that are compared again: what was being written meanwhile may stand before it."""


@dataclass(frozen=True)
class Comparison:
    """One room and its journal."""

    room: RoomReader
    journal: Journal
    opening: str
    """The event by which our bot came in: before it, the journal answers for nothing."""

    async def lacking(self, pages: AsyncIterator[Page]) -> list[Place]:
        """The places of those pages that hold something that the journal lacks, in the order of reading."""
        return [page.place async for page in pages if await self._missing(page)]

    async def complete(self, lacking: list[Place]) -> list[str]:
        """Reads these pages again, the last one first, and journals what is missing; gives the ids, oldest first."""
        found: list[str] = []
        for place in reversed(lacking):
            page = cut(await self.room.page("b", place), self.opening)
            missing = (await self._missing(page))[::-1]
            await self.journal.append(
                self.room.homeserver.name, [Arrival(event, "messages", late=True) for event in missing]
            )
            found += [event.id or "an event without an id" for event in missing]
        return found

    async def _missing(self, page: Page) -> list[Event]:
        return await self.journal.missing(self.room.homeserver.name, self.room.room_id, page.events)


async def read_back(room: RoomReader, journal: Journal, pool: Pool, order: Order) -> Outcome:
    """Journals what is missing and says how many events that were. Repeated, it finds less or nothing."""
    endpoint = order.lane.endpoint
    async with pool.acquire() as connection:
        span = await compared.span(connection, endpoint, UserId(room.reader.user_id))
    if span.opening is None:
        why = "the journal does not hold the event by which the bot came into this room"
        return Retry(why, timedelta(seconds=ON_ITS_WAY)) if order.attempts < LOOKS else Dead(why)
    comparison = Comparison(room, journal, span.opening)
    newest: list[str] = []
    if lacking := await comparison.lacking(_since(room, span, span.opening, newest)):
        await asyncio.sleep(ON_ITS_WAY)
    found = await comparison.complete(lacking)
    if newest and newest[0] != span.up_to:
        async with pool.acquire() as connection:
            await compared.set_up_to(connection, endpoint, newest[0])
    return Done(str(len(found)))


async def _since(room: RoomReader, span: Span, opening: str, newest: list[str]) -> AsyncIterator[Page]:
    """The pages back to the one that was compared before; tells where the next comparison may end."""
    async for page in room.backwards(opening):
        ids = [event.id for event in page.events if event.id is not None]
        if not newest:
            newest += ids[:OVERLAP][-1:]
        yield page
        if span.up_to in ids:
            return
