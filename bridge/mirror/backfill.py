"""Lays the copies of what was said in a room before it was linked, from the journal into the outbox, before the mirror
reads the first thing said since. The state in which the room was found goes first: who is in it, and their names.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bridge.actions import SetMember
from bridge.mirror.follower import Mirror
from bridge.model import EndpointRef
from bridge.reading import Reader
from bridge.seal import CannotOpen
from bridge.store import alarms, bookmarks, history, links, outbox, people
from bridge.store.database import GROUND, Connection, Pool
from bridge.store.history import History
from bridge.store.keyring import Keyring
from bridge.work import Backlog, kind

log = logging.getLogger(__name__)

DETERMINED_AT_ONCE = 200
"""Encrypted entries of the past that are tried together."""

POLL_SECONDS = 1.0
"""How often to look whether a history has been read."""


@dataclass(frozen=True)
class Backfill:
    """Carries histories over. Any number of processes may do it: a history is claimed for each step."""

    mirror: Mirror
    pool: Pool
    reader: Reader
    keyring: Keyring
    batch: int

    async def run(self) -> None:
        """Works until cancelled."""
        backlog = Backlog()
        async with asyncio.TaskGroup() as group:
            group.create_task(backlog.poll(self._waiting, POLL_SECONDS))
            group.create_task(backlog.work(self._lay))

    async def _waiting(self) -> Sequence[int]:
        async with self.pool.acquire() as connection:
            return await history.to_be_laid(connection)

    async def _lay(self, number: int) -> None:
        """All of one history, in steps of one transaction each. A part that fails is laid entry by entry."""
        endpoint, most = EndpointRef(number), self.batch
        await self._count_unreadable(endpoint)
        more = True
        while more:
            try:
                more = await self._step(endpoint, most)
            except GROUND:
                raise
            except Exception as error:
                log.warning("a part of the history of endpoint %d failed (%s)", endpoint, kind(error))
                if most == 1:
                    await self._set_aside(endpoint, error)
                most = self.batch if most == 1 else 1

    async def _count_unreadable(self, endpoint: EndpointRef) -> None:
        """Before any of it is copied it is known how much was said encrypted before our bot had keys: that stands in
        the gap register.
        """
        async with self.pool.acquire() as connection:
            if (past := await history.of(connection, endpoint)) is None:
                return
            while positions := await history.undetermined(connection, past, DETERMINED_AT_ONCE):
                try:
                    async with connection.transaction():
                        await self.reader.read_at(connection, past.room, positions)
                except CannotOpen:  # a key was destroyed: whoever lays the entry sets it aside
                    return

    async def _step(self, endpoint: EndpointRef, most: int) -> bool:
        """One step; whether there is more."""
        async with self.pool.acquire() as connection:
            if (past := await history.of(connection, endpoint)) is None:
                return False
            await self.keyring.current(connection, past.room.ref)  # made before the transaction that seals with it
            async with connection.transaction():
                if (past := await history.claim(connection, endpoint)) is None:
                    return False
                if (part := await history.next_part(connection, past, most)) is None:
                    await self._finish(connection, past)
                    return False
                if not await bookmarks.passed(connection, self.mirror.after, past.room.ref, part.positions[-1]):
                    return False  # it is judged first; we look again
                entries = await self.reader.read_at(connection, past.room, part.positions)
                await self.mirror.plan(connection, past.room, entries)
                await history.set_laid(connection, endpoint, part)
                return True

    async def _set_aside(self, endpoint: EndpointRef, error: Exception) -> None:
        """The next entry stands in the gap register, and is passed by."""
        async with self.pool.acquire() as connection, connection.transaction():
            if (past := await history.claim(connection, endpoint)) is None:
                return
            if (part := await history.next_part(connection, past, 1)) is not None:
                room, [pos] = past.room.ref, part.positions
                await alarms.set_aside(connection, self.mirror.name, room, pos, kind(error))
                await history.set_laid(connection, endpoint, part)

    async def _finish(self, connection: Connection, past: History) -> None:
        """Who spoke then and has left since does not stay behind as a ghost; then the link opens."""
        room = past.room
        kek = await self.keyring.current(connection, room.ref)
        for target in await links.across(connection, room):
            for person, ghost in await people.ghosts_without_person(connection, room.ref, target.ref):
                cause = f"left:{room.homeserver}:{room.room_id}:{person}:{target.ref}"
                await outbox.put(connection, kek, target.lane, cause, [SetMember(ghost, ghost, "leave")])
                await people.gone(connection, target.ref, person)
        await history.finish(connection, past)
