"""What reacts to the journal: a follower is a name and a bookmark per room. A step takes the next entries of one room
in one transaction without network: it decides, writes, and moves the bookmark, or nothing of all that has happened.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bridge.model import Entry, Room, RoomRef
from bridge.reading import Reader, Reading
from bridge.store import alarms, bookmarks, notify
from bridge.store.bookmarks import Claim
from bridge.store.database import GROUND, Connection, Pool
from bridge.store.keyring import Keyring
from bridge.work import Backlog, kind

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=1)
"""After which an entry that its follower left waiting is looked at again, where nobody tells of its room before."""


class Follower(Protocol):
    """One reaction to the journal."""

    @property
    def name(self) -> str:
        """Names its bookmarks; it never changes."""

    @property
    def after(self) -> tuple[str, ...]:
        """The followers that must have read an entry before this one does."""

    async def step(self, connection: Connection, room: Room, entries: Sequence[Entry]) -> int | None:
        """Decides and writes on this connection, inside its transaction. No network, no commit.

        Returns:
            None where it took all of the entries; else the position of the last one that it took. The rest waits, and
            is given to it again when the room is told of, and after `PAUSE` in any case. What it wrote meanwhile stays.
        """


@dataclass(frozen=True)
class Ground:
    """What every follower's loop stands on."""

    pool: Pool
    reader: Reader
    keyring: Keyring
    batch: int
    poll_seconds: float
    gone_before: frozenset[str] = frozenset()
    """Followers that others come after: those are told when one of these has advanced."""


class Loop:
    """Drives one follower over all rooms, several rooms at once, each room in order."""

    def __init__(self, follower: Follower, ground: Ground) -> None:
        self.follower = follower
        self._ground = ground
        self._backlog = Backlog()

    def told(self, rooms: frozenset[int] | None) -> None:
        """Rooms that have something new; None for "look everywhere"."""
        if rooms is None:
            self._backlog.look()
        else:
            self._backlog.add(rooms)

    def told_of_echoes(self, rooms: frozenset[int] | None) -> None:
        """Rooms that have nothing new but echoes."""
        if rooms is None:
            self._backlog.look()
        else:
            self._backlog.add_later(rooms)

    async def run(self, workers: int) -> None:
        """Works until cancelled; failures of the database only make it wait."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._backlog.poll(self._waiting, self._ground.poll_seconds))
            for _ in range(workers):
                group.create_task(self._backlog.work(self._turn))

    async def _waiting(self) -> Sequence[int]:
        async with self._ground.pool.acquire() as connection:
            return await bookmarks.waiting(connection, self.follower.name, self.follower.after)

    async def _turn(self, room: int) -> None:
        """One step; a room that has more queues up again behind the others."""
        if await self._step(RoomRef(room)):
            self._backlog.add([room])

    async def _step(self, room: RoomRef) -> bool:
        """One step; whether there may be more."""
        try:
            return await self._take(room, self._ground.batch)
        except GROUND:
            raise
        except Exception as error:
            log.warning("%s: a batch of room %d failed (%s); one by one", self.follower.name, room, kind(error))
        return await self._one_by_one(room)

    async def _take(self, room: RoomRef, most: int) -> bool:
        ground, name = self._ground, self.follower.name
        async with ground.pool.acquire() as connection:
            await ground.keyring.current(connection, room)  # made before the transaction that may seal with it
            async with connection.transaction():
                claim = await bookmarks.claim(connection, name, self.follower.after, room)
                if claim is None or claim.up_to <= claim.pos:
                    return False
                reading = await ground.reader.read(
                    connection, claim.room, claim.pos, min(claim.up_to, claim.pos + most)
                )
                if reading.wait is not None:  # when its key comes, we are told
                    self._backlog.add_after(reading.wait, room)
                    await notify.keys(connection, {room})
                if not reading.entries:
                    return reading.wait is None and reading.up_to < claim.up_to
                taken = await self.follower.step(connection, claim.room, reading.entries)
                return await self._took(connection, claim, reading, taken)

    async def _took(self, connection: Connection, claim: Claim, reading: Reading, taken: int | None) -> bool:
        """Advances as far as the step went; whether there may be more now."""
        up_to = reading.up_to if taken is None else min(taken, reading.up_to)
        if up_to > claim.pos:
            await self._advance(connection, claim, up_to)
        if up_to < reading.up_to:
            self._backlog.add_after(PAUSE, claim.room.ref)
            return False
        return reading.wait is None and reading.up_to < claim.up_to

    async def _one_by_one(self, room: RoomRef) -> bool:
        for _ in range(self._ground.batch):
            try:
                more = await self._take(room, 1)
            except GROUND:
                raise
            except Exception as error:
                more = await self._set_aside(room, error)
            if not more:
                return False
        return True

    async def _set_aside(self, room: RoomRef, error: Exception) -> bool:
        """One entry that fails by itself stops nothing else: it stands in the gap register, and the bookmark passes."""
        name = self.follower.name
        log.error("%s: an entry of room %d was set aside (%s)", name, room, kind(error))
        async with self._ground.pool.acquire() as connection, connection.transaction():
            claim = await bookmarks.claim(connection, name, self.follower.after, room)
            if claim is None or claim.up_to <= claim.pos:
                return False
            await alarms.set_aside(connection, name, claim.room.ref, claim.pos + 1, kind(error))
            await self._advance(connection, claim, claim.pos + 1)
            return claim.pos + 1 < claim.up_to

    async def _advance(self, connection: Connection, claim: Claim, pos: int) -> None:
        await bookmarks.advance(connection, self.follower.name, claim.room.ref, pos)
        if self.follower.name in self._ground.gone_before:
            await notify.journal(connection, {claim.room.ref})
