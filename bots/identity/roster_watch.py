"""Reads the rosters again when their files change, and has everybody whose tag changed by it looked at. What is wrong
in them stands under an alarm; a file that lost half of its people is not believed until an administrator says so.
"""

import asyncio
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from bots.identity.clock import refresh
from bots.identity.desk import Desk
from bots.identity.roster.problem import Problem, Weight
from bots.identity.roster.register import Register, Reloaded
from bridge.model import UserId
from bridge.saying import Saying
from bridge.store import alarms
from bridge.store.database import GROUND, Connection
from bridge.store.keyring import NO_ROOM
from bridge.work import kind

log = logging.getLogger(__name__)

AT_ONCE = 500
"""People who are looked at in one transaction."""

ALARM = "identity-roster"


@dataclass(frozen=True)
class Accepted:
    """What is kept of the sources over restarts."""

    counts: tuple[int, ...]
    meant: bool
    """Whether an administrator said that a loss is meant."""


class RosterWatch:
    """Keeps what is known in this process up to date."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._sources = list(desk.settings.rosters)
        self._register: Register | None = None
        self._day: date | None = None
        self._told: frozenset[str] = frozenset()
        self._owed: Collection[UserId] | None = None
        """Who is still to be looked at, since the database failed meanwhile; None for everybody."""

    async def run(self) -> None:
        """Works until cancelled."""
        while True:
            try:
                async with self._desk.host.pool.acquire() as connection:
                    await self.look(connection)
            except GROUND as error:
                log.warning("rosters are not looked at while the database is away (%s)", type(error).__name__)
            except Exception as error:  # whoever was known stays known
                log.error("the rosters could not be read: %s", kind(error))
                self._desk.known.read.set()
            await asyncio.sleep(self._desk.settings.every_seconds)

    async def look(self, connection: Connection) -> None:
        """Reads what changed since the last look."""
        accepted = await self._accepted(connection)
        first = self._register is None
        if self._register is None:
            self._register = Register(self._sources, self._desk.settings.tz, accepted.counts)
        reloaded = await asyncio.to_thread(self._register.reload, accept=accepted.meant)
        known = self._desk.known
        known.roster = reloaded.roster
        known.whole = all(problem.weight is not Weight.FILE for problem in reloaded.roster.problems)
        if reloaded.changed:
            await asyncio.to_thread(known.lookalikes.follow, reloaded.roster, reloaded.changed)
        known.read.set()
        stale = self._stale(reloaded)
        self._owed = None if first or self._owed is None else {*self._owed, *stale}
        await self._keep(connection, accepted, reloaded)
        await self._report(connection, reloaded.roster.problems)
        await self._refresh(connection, await self._met(connection, self._owed))
        self._owed = frozenset()

    def _stale(self, reloaded: Reloaded) -> Collection[UserId]:
        """Whose tag may have changed: by the files, or since a day began."""
        today = reloaded.roster.day(self._desk.known.clock())
        turned = reloaded.roster.changed_within(self._day, today) if self._day not in (None, today) else []
        self._day = today
        return {*reloaded.changed, *turned}

    async def _met(self, connection: Connection, people: Collection[UserId] | None) -> Sequence[UserId]:
        """Those of these people who were ever met; of all, where none are named."""
        if people is not None and not people:
            return []
        rows = await connection.fetch(
            "select user_id from identity_in where $1::text[] is null or user_id = any($1)"
            " union select user_id from identity_tag where until is null and ($1::text[] is null or user_id = any($1))",
            list(people) if people is not None else None,
        )
        return [UserId(row["user_id"]) for row in rows]

    async def _refresh(self, connection: Connection, people: Sequence[UserId]) -> None:
        kek = await self._desk.keyring.current(connection, NO_ROOM)
        for first in range(0, len(people), AT_ONCE):
            async with connection.transaction():
                await refresh(self._desk, connection, kek, people[first : first + AT_ONCE])

    async def _accepted(self, connection: Connection) -> Accepted:
        rows = {row["source"]: row for row in await connection.fetch("select * from identity_roster")}
        found = [rows.get(str(number)) for number in range(len(self._sources))]
        counts = tuple(row["people"] if row is not None else 0 for row in found)
        return Accepted(counts, any(row["accept"] for row in found if row is not None))

    async def _keep(self, connection: Connection, before: Accepted, reloaded: Reloaded) -> None:
        if before.counts == reloaded.accepted and not before.meant:
            return
        await connection.executemany(
            "insert into identity_roster (source, people) values ($1, $2)"
            " on conflict (source) do update set people = $2, accept = false",
            [(str(number), people) for number, people in enumerate(reloaded.accepted)],
        )

    async def _report(self, connection: Connection, problems: Sequence[Problem]) -> None:
        """An alarm while anything is wrong; the log names each once."""
        wrong = [problem for problem in problems if problem.weight is not Weight.INFORMATION]
        for problem in problems:
            if str(problem) not in self._told:
                log.warning("roster: %s", problem)
        told, self._told = self._told, frozenset(map(str, problems))
        if wrong and told != self._told:
            what = Saying.of("id-roster-wrong", times=len(wrong), first=str(wrong[0]))
            await alarms.raise_alarm(connection, ALARM, what)
        elif not wrong:
            await alarms.clear(connection, ALARM)
